import { useQuery } from '@tanstack/react-query';
import { Download } from 'lucide-react';
import { bookmarksQuery } from '../../api/bookmarks';
import { type RecordingView, recordingFiles } from '../../api/recordings';
import { Button } from '../../ui/button';
import { copyText } from '../../ui/copy-text';
import { Menu, MenuItem, MenuLink } from '../../ui/menu';
import { toasts } from '../../ui/toasts';
import { placesOf } from './places';
import { fileNameOf, transcriptMarkdown, transcriptText } from './transcript-text';

/** Film, captions, transcript and the whole record, each as a file. */
export function DownloadMenu({ view }: { readonly view: RecordingView }) {
  const files = recordingFiles(view.recording.id);
  const { data: bookmarks = [] } = useQuery({
    ...bookmarksQuery(view.recording.id),
    enabled: false,
  });
  const places = placesOf(view.events, bookmarks);
  const { shared } = view;
  // Who may only watch gets no file.
  if (shared && !shared.may_download) return null;
  return (
    <Menu
      trigger={
        <Button className="player__download" icon={<Download aria-hidden />} aria-label="Download">
          <span>Download</span>
        </Button>
      }
    >
      {view.media ? (
        <MenuLink href={shared ? files.webm : files.media} download={fileNameOf(view, 'webm')}>
          Film with sound (WebM)
        </MenuLink>
      ) : null}
      <MenuLink href={files.captions} download={fileNameOf(view, 'vtt')}>
        Captions (WebVTT)
      </MenuLink>
      <MenuItem
        onSelect={() => save(transcriptText(view, places), fileNameOf(view, 'txt'), 'text/plain')}
      >
        Transcript (text)
      </MenuItem>
      <MenuItem
        onSelect={() =>
          save(transcriptMarkdown(view, places), fileNameOf(view, 'md'), 'text/markdown')
        }
      >
        Transcript (Markdown)
      </MenuItem>
      <MenuItem onSelect={() => void copy(transcriptText(view, places))}>Copy transcript</MenuItem>
      {shared ? null : (
        <MenuLink href={files.mcap} download>
          Everything that was recorded (MCAP)
        </MenuLink>
      )}
    </Menu>
  );
}

function save(text: string, name: string, type: string): void {
  const url = URL.createObjectURL(new Blob([text], { type: `${type};charset=utf-8` }));
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  // The browser has read the content when the click has been handled.
  setTimeout(() => URL.revokeObjectURL(url));
}

async function copy(text: string): Promise<void> {
  if (await copyText(text)) toasts.show('Transcript copied');
  else toasts.show('The browser did not let the transcript be copied.', { tone: 'error' });
}

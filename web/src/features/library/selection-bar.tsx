import { Download, Trash2, X } from 'lucide-react';
import { recordingFiles } from '../../api/recordings';
import { Button } from '../../ui/button';
import { IconButton } from '../../ui/icon-button';

type Props = {
  readonly recordingIds: readonly string[];
  readonly onDelete: () => void;
  readonly onClear: () => void;
};

/** The time between two downloads: browsers drop downloads that begin at the same time. */
const kDownloadEveryMs = 400;

/** Actions for the selected rows. */
export function SelectionBar({ recordingIds, onDelete, onClear }: Props) {
  return (
    <div className="selection-bar" role="toolbar" aria-label="Selected recordings">
      <IconButton
        label="Clear selection"
        shortcut="Esc"
        icon={<X aria-hidden />}
        onClick={onClear}
      />
      <span aria-live="polite">{recordingIds.length} selected</span>
      <Button icon={<Download aria-hidden />} onClick={() => download(recordingIds)}>
        Download
      </Button>
      <Button icon={<Trash2 aria-hidden />} onClick={onDelete}>
        Delete
      </Button>
    </div>
  );
}

/** Downloads the films one after another, as if each link were clicked. */
function download(recordingIds: readonly string[]): void {
  for (const [n, id] of recordingIds.entries()) {
    setTimeout(() => {
      const link = document.createElement('a');
      link.href = recordingFiles(id).webm;
      link.download = '';
      link.click();
    }, n * kDownloadEveryMs);
  }
}

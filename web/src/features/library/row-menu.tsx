import {
  CalendarClock,
  Download,
  Ellipsis,
  ListFilter,
  Pencil,
  Share2,
  Trash2,
} from 'lucide-react';
import { type Recording, recordingFiles } from '../../api/recordings';
import { IconButton } from '../../ui/icon-button';
import { Menu, MenuItem, MenuLink } from '../../ui/menu';

type Props = {
  readonly recording: Recording;
  readonly onRename: () => void;
  readonly onOnlyChat: (() => void) | null;
  readonly onShare: (() => void) | null;
  readonly onKeep: () => void;
  readonly onDelete: () => void;
};

/** What can be done with a recording in a list. */
export function RowMenu({ recording, onRename, onOnlyChat, onShare, onKeep, onDelete }: Props) {
  const files = recordingFiles(recording.id);
  return (
    <Menu trigger={<IconButton label="More for this recording" icon={<Ellipsis />} />}>
      <MenuItem icon={<Pencil />} onSelect={onRename}>
        Rename
      </MenuItem>
      {onOnlyChat ? (
        <MenuItem icon={<ListFilter />} onSelect={onOnlyChat}>
          Show only this chat
        </MenuItem>
      ) : null}
      {onShare ? (
        <MenuItem icon={<Share2 />} onSelect={onShare}>
          Share
        </MenuItem>
      ) : null}
      {recording.duration_ms === null ? null : (
        <MenuLink href={files.webm} download icon={<Download />}>
          Download film (WebM)
        </MenuLink>
      )}
      <MenuLink href={files.mcap} download icon={<Download />}>
        Download everything (MCAP)
      </MenuLink>
      <MenuItem icon={<CalendarClock />} onSelect={onKeep}>
        How long it is kept…
      </MenuItem>
      <MenuItem icon={<Trash2 />} onSelect={onDelete}>
        Delete recording
      </MenuItem>
    </Menu>
  );
}

import { Link } from '@tanstack/react-router';
import { Download, Ellipsis, Trash2 } from 'lucide-react';
import { useState } from 'react';
import { type Recording, recordingFiles } from '../../api/recordings';
import { Badge } from '../../ui/badge';
import { ClockNote } from '../../ui/clock-note';
import { formatClock, formatDuration } from '../../ui/format';
import { IconButton } from '../../ui/icon-button';
import { LossBadge } from '../../ui/loss-badge';
import { Menu, MenuItem, MenuLink } from '../../ui/menu';
import { RecordingSeam } from '../../ui/recording-seam';
import { RecordingStill } from '../../ui/recording-still';
import { useNear } from '../../ui/use-near';

type Props = { readonly recording: Recording; readonly onDelete: () => void };

/** A session that still runs has said nothing yet that we know of. */
function titleOf({ state, first_words: words }: Recording): string {
  if (state === 'recording') return 'Live now';
  return words ? `“${words}”` : 'Nobody spoke';
}

/** Picture, first words, the seam, length and state. */
export function RecordingRow({ recording, onDelete }: Props) {
  const [row, setRow] = useState<HTMLLIElement | null>(null);
  const near = useNear(row);
  const files = recordingFiles(recording.id);
  const ready = recording.duration_ms !== null && recording.state !== 'recording';
  return (
    <li ref={setRow} className="recording-row" data-removal={`recording:${recording.id}`}>
      <div className="recording-row__picture">
        <RecordingStill recordingId={near && ready ? recording.id : null} />
      </div>
      <div className="recording-row__words">
        <h3 dir="auto">
          <Link to="/recordings/$recordingId" params={{ recordingId: recording.id }}>
            {titleOf(recording)}
          </Link>
        </h3>
        <p>
          Live session, {formatClock(recording.created_at)}
          <ClockNote recordingId={near && ready ? recording.id : null} />
        </p>
      </div>
      <div className="recording-row__seam">
        {near && recording.duration_ms !== null && ready ? (
          <RecordingSeam recordingId={recording.id} lengthMs={recording.duration_ms} />
        ) : null}
      </div>
      <div className="recording-row__facts">
        <span className="time">
          {recording.duration_ms === null ? '' : formatDuration(recording.duration_ms)}
        </span>
        {recording.state === 'recording' ? (
          <Badge tone="plain">Running</Badge>
        ) : (
          <LossBadge
            recordingId={near && ready ? recording.id : null}
            allParts={recording.state === 'complete'}
          />
        )}
      </div>
      <Menu trigger={<IconButton label="More for this recording" icon={<Ellipsis />} />}>
        <MenuLink href={files.webm} download icon={<Download />}>
          Download film (WebM)
        </MenuLink>
        <MenuLink href={files.mcap} download icon={<Download />}>
          Download everything (MCAP)
        </MenuLink>
        <MenuItem icon={<Trash2 />} onSelect={onDelete}>
          Delete recording
        </MenuItem>
      </Menu>
    </li>
  );
}

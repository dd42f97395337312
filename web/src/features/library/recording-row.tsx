import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { AudioLines, Download, Ellipsis, Trash2 } from 'lucide-react';
import { useMemo, useState } from 'react';
import {
  type Recording,
  recordingFiles,
  recordingQuery,
  waveformQuery,
} from '../../api/recordings';
import { Badge } from '../../ui/badge';
import { formatClock, formatDuration } from '../../ui/format';
import { IconButton } from '../../ui/icon-button';
import { Menu, MenuItem, MenuLink } from '../../ui/menu';
import { Seam } from '../../ui/seam';
import { seamData } from '../../ui/seam-data';
import { useNear } from '../../ui/use-near';

type Props = { readonly recording: Recording; readonly onDelete: () => void };

/** Picture, first words, the seam, length and state. */
export function RecordingRow({ recording, onDelete }: Props) {
  const [row, setRow] = useState<HTMLLIElement | null>(null);
  const near = useNear(row);
  const files = recordingFiles(recording.id);
  const ready = recording.duration_ms !== null && recording.state !== 'recording';
  return (
    <li ref={setRow} className="recording-row">
      <RowPicture src={near && ready ? files.media : null} />
      <div className="recording-row__words">
        <h3>
          <Link to="/recordings/$recordingId" params={{ recordingId: recording.id }}>
            {recording.first_words ? `“${recording.first_words}”` : 'Nobody spoke'}
          </Link>
        </h3>
        <p>Live session, {formatClock(recording.created_at)}</p>
      </div>
      <div className="recording-row__seam">
        {near && ready ? <RowSeam recording={recording} /> : null}
      </div>
      <div className="recording-row__facts">
        <span className="time">
          {recording.duration_ms === null ? '' : formatDuration(recording.duration_ms)}
        </span>
        <StateBadge recording={recording} />
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

function RowPicture({ src }: { readonly src: string | null }) {
  const [shown, setShown] = useState(false);
  return (
    <div className="recording-row__picture" aria-hidden="true">
      <AudioLines />
      {src ? (
        <video
          muted
          playsInline
          preload="metadata"
          tabIndex={-1}
          hidden={!shown}
          src={`${src}#t=1`}
          onLoadedData={(event) => setShown(event.currentTarget.videoWidth > 0)}
        />
      ) : null}
    </div>
  );
}

function RowSeam({ recording }: { readonly recording: Recording }) {
  const { data: view } = useQuery(recordingQuery(recording.id));
  const { data: waveform } = useQuery(waveformQuery(recording.id));
  const lengthMs = recording.duration_ms ?? 0;
  const data = useMemo(() => {
    if (!waveform || !view) return null;
    const turns = view.turns.map((turn) => ({
      speaker: turn.speaker,
      startMs: turn.start_ms,
      endMs: turn.end_ms,
      cutMs: turn.interrupted_at_ms,
      overlapFromMs: null,
    }));
    return seamData(waveform, lengthMs, turns, []);
  }, [waveform, view, lengthMs]);
  return data ? (
    <Seam data={data} kind="mini" fromMs={0} toMs={lengthMs} currentTurn={null} />
  ) : null;
}

function StateBadge({ recording }: { readonly recording: Recording }) {
  if (recording.state === 'recording') return <Badge tone="plain">Running</Badge>;
  if (recording.state === 'complete_with_gaps') return <Badge tone="gap">With gaps</Badge>;
  return <span className="quiet">Complete</span>;
}

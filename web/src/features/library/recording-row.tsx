import { Download, Ellipsis, ListFilter, Pencil, Share2, Trash2 } from 'lucide-react';
import { memo, useRef, useState } from 'react';
import { type Recording, recordingFiles } from '../../api/recordings';
import { classNames } from '../../ui/class-names';
import { clockDifference } from '../../ui/clock-difference';
import { formatClock, formatDuration, formatFullDate, formatMoment } from '../../ui/format';
import { IconButton } from '../../ui/icon-button';
import { Menu, MenuItem, MenuLink } from '../../ui/menu';
import { RecordingStill } from '../../ui/recording-still';
import { recordingTitle } from '../../ui/recording-title';
import { addresses } from '../../ui/router/addresses';
import { Link } from '../../ui/router/link';
import { RowSeam } from '../../ui/row-seam-drawing';
import { TitleField } from '../../ui/title-field';
import { RowState } from './row-state';

type Props = {
  readonly recording: Recording;
  readonly selected?: boolean;
  /** Days are headings of the rows; otherwise each row shows its own day. */
  readonly byDay: boolean;
  /** Absent where rows cannot be selected. */
  readonly onToggle?: (recordingId: string) => void;
  readonly onRename: (recording: Recording, title: string) => void;
  readonly onDelete: (recordings: readonly Recording[]) => void;
  /** Absent where there are no filters. */
  readonly onOnlyChat?: (chatId: string) => void;
  /** Absent where nothing can be shared. */
  readonly onShare?: ((recording: Recording) => void) | undefined;
};

/** Picture, title, chat and model, the seam, length and state. */
export const RecordingRow = memo(function RecordingRow(props: Props) {
  const { recording, selected = false, byDay, onToggle, onRename, onDelete } = props;
  const { onOnlyChat, onShare } = props;
  const { chat_id: chatId } = recording;
  const [renaming, setRenaming] = useState(false);
  const row = useRef<HTMLDivElement>(null);
  const endRenaming = () => {
    setRenaming(false);
    // The field that had the focus is gone. If the person has moved on, their focus stays.
    setTimeout(() => {
      if (document.activeElement === document.body) {
        row.current?.querySelector<HTMLElement>('h3 a')?.focus();
      }
    });
  };
  const title = recordingTitle(recording);
  const difference = clockDifference(recording.created_at, recording.device_started_at);
  return (
    <div
      ref={row}
      className={classNames('recording-row', selected && 'recording-row--selected')}
      data-removal={`recording:${recording.id}`}
    >
      <div className="recording-row__picture">
        <RecordingStill recording={recording} />
        {onToggle ? (
          <label className="recording-row__choose">
            <input
              type="checkbox"
              checked={selected}
              aria-label={`Select ${title}`}
              onChange={() => onToggle(recording.id)}
            />
          </label>
        ) : null}
      </div>
      <div className="recording-row__words">
        {renaming ? (
          <TitleField
            label="Title of the recording"
            title={recording.title ?? ''}
            placeholder={title}
            onSave={(next) => {
              onRename(recording, next);
              endRenaming();
            }}
            onCancel={endRenaming}
          />
        ) : (
          <h3 dir="auto">
            <Link to={addresses.recording(recording.id)}>{title}</Link>
          </h3>
        )}
        <p>
          <time dateTime={recording.created_at} title={formatFullDate(recording.created_at)}>
            {byDay
              ? formatClock(recording.created_at)
              : formatMoment(recording.created_at, new Date())}
          </time>
          {' · '}
          <Link to={addresses.chat(chatId ?? '')}>
            <bdi>{recording.chat_title}</bdi>
          </Link>
          {' · '}
          <bdi>{recording.model}</bdi>
          {difference ? <> · {difference}</> : null}
        </p>
      </div>
      <div className="recording-row__seam">
        <RowSeam seam={recording.seam} />
      </div>
      <div className="recording-row__facts">
        <span className="time">
          {recording.duration_ms === null ? '' : formatDuration(recording.duration_ms)}
        </span>
        <RowState recording={recording} />
      </div>
      <RowMenu
        recording={recording}
        onRename={() => setTimeout(() => setRenaming(true))}
        onOnlyChat={onOnlyChat && chatId !== null ? () => onOnlyChat(chatId) : null}
        onShare={onShare ? () => onShare(recording) : null}
        onDelete={() => onDelete([recording])}
      />
    </div>
  );
});

type MenuProps = {
  readonly recording: Recording;
  readonly onRename: () => void;
  readonly onOnlyChat: (() => void) | null;
  readonly onShare: (() => void) | null;
  readonly onDelete: () => void;
};

function RowMenu({ recording, onRename, onOnlyChat, onShare, onDelete }: MenuProps) {
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
      <MenuItem icon={<Trash2 />} onSelect={onDelete}>
        Delete recording
      </MenuItem>
    </Menu>
  );
}

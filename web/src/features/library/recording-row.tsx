import { memo, useRef, useState } from 'react';
import type { Recording } from '../../api/recordings';
import { classNames } from '../../ui/class-names';
import { clockDifference } from '../../ui/clock-difference';
import { formatClock, formatDuration, formatFullDate, formatMoment } from '../../ui/format';
import { keptFact } from '../../ui/keep-words';
import { RecordingStill } from '../../ui/recording-still';
import { recordingTitle } from '../../ui/recording-title';
import { addresses } from '../../ui/router/addresses';
import { Link } from '../../ui/router/link';
import { RowSeam } from '../../ui/row-seam-drawing';
import { TitleField } from '../../ui/title-field';
import './recording-row.css';
import { RowMenu } from './row-menu';
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
  readonly onKeep: (recording: Recording) => void;
};

/** Picture, title, chat and model, the seam, length and state. */
export const RecordingRow = memo(function RecordingRow(props: Props) {
  const { recording, selected = false, byDay, onToggle, onRename, onDelete } = props;
  const { onOnlyChat, onShare, onKeep } = props;
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
  const kept = keptFact(recording, new Date());
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
          {recording.model ? (
            <>
              {' · '}
              <bdi>{recording.model}</bdi>
            </>
          ) : null}
          {difference ? <> · {difference}</> : null}
          {kept ? <> · {kept}</> : null}
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
        onKeep={() => onKeep(recording)}
        onDelete={() => onDelete([recording])}
      />
    </div>
  );
});

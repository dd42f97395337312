import type { ReactNode } from 'react';
import type { Recording } from '../../api/recordings';
import { formatDuration } from '../../ui/format';
import { RecordingStill } from '../../ui/recording-still';
import { Link } from '../../ui/router/link';

type Props = {
  /** Null: a chat. */
  readonly recording: Recording | null;
  readonly title: string;
  readonly to: string;
  /** What else there is to say. */
  readonly children: ReactNode;
};

/** Something that somebody else shares: picture, title, length. */
export const SharedRow = ({ recording, title, to, children }: Props) => (
  <li className="shared__row">
    <RecordingStill recording={recording} />
    <div>
      <h2 dir="auto">
        <Link to={to}>{title}</Link>
      </h2>
      <p>{children}</p>
    </div>
    <span className="time">
      {recording?.duration_ms ? formatDuration(recording.duration_ms) : ''}
    </span>
  </li>
);

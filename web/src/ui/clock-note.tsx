import { useQuery } from '@tanstack/react-query';
import { recordingQuery } from '../api/recordings';
import { clockDifference } from './clock-difference';

type Props = {
  /** Null: not requested yet, because it is far out of view. */
  readonly recordingId: string | null;
};

/** Says how wrong the recording device's clock was, as the player does; nothing when it was right. */
export function ClockNote({ recordingId }: Props) {
  const { data } = useQuery({
    ...recordingQuery(recordingId ?? ''),
    enabled: recordingId !== null,
  });
  const difference = data ? clockDifference(data.started_at, data.device_started_at) : null;
  return difference ? <> · {difference}</> : null;
}

import { useQuery } from '@tanstack/react-query';
import { recordingQuery } from '../api/recordings';
import { Badge } from './badge';
import { isWhole, lossWords } from './loss';

type Props = {
  /** Null: not requested yet, because it is far out of view. */
  readonly recordingId: string | null;
  /** Whether all parts have arrived, as the list knows. */
  readonly allParts: boolean;
};

/** Says what is missing from a recording, as its player does. */
export function LossBadge({ recordingId, allParts }: Props) {
  const { data } = useQuery({
    ...recordingQuery(recordingId ?? ''),
    enabled: recordingId !== null,
  });
  if (data?.refolding) return <Badge tone="plain">Being completed</Badge>;
  const whole = data ? isWhole(data.loss) : allParts;
  if (whole) return <Badge tone="plain">Complete</Badge>;
  return <Badge tone="gap">{data ? lossWords(data.loss) : 'With gaps'}</Badge>;
}

import type { Recording, RecordingView } from '../api/recordings';
import { Badge } from './badge';
import { kNothingRecorded, lossWords, rowLossWords } from './loss';

type Props = {
  readonly recording: Recording;
  /** What the player knows of it; null: only the list is known. */
  readonly view: Pick<RecordingView, 'loss' | 'refolding'> | null;
};

/** Says what is missing from a recording that has ended: the same in the library and on its card. */
export function RowLossBadge({ recording, view }: Props) {
  if (recording.last_seq === kNothingRecorded) return <Badge tone="plain">Nothing recorded</Badge>;
  if (!view && recording.duration_ms === null) return <Badge tone="plain">Getting ready</Badge>;
  if ((view ?? recording).refolding) return <Badge tone="plain">Being completed</Badge>;
  const words = view ? lossWords(view.loss) : rowLossWords(recording);
  return <Badge tone={words === 'Complete' ? 'plain' : 'gap'}>{words}</Badge>;
}

import type { Recording } from '../../api/recordings';
import { Badge } from '../../ui/badge';
import { rowLossWords } from '../../ui/loss';

/** The state of a recording, in words. */
export function RowState({ recording }: { readonly recording: Recording }) {
  if (recording.state === 'recording') {
    if (recording.quiet) return <Badge>Waiting for its browser</Badge>;
    return (
      <Badge tone="plain">
        <span className="dot dot--rec" aria-hidden />
        Recording now
      </Badge>
    );
  }
  if (recording.last_seq === -1) return <Badge tone="plain">Nothing recorded</Badge>;
  if (recording.duration_ms === null) return <Badge tone="plain">Getting ready</Badge>;
  if (recording.refolding) return <Badge tone="plain">Being completed</Badge>;
  const words = rowLossWords(recording);
  return <Badge tone={words === 'Complete' ? 'plain' : 'gap'}>{words}</Badge>;
}

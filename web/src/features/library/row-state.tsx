import type { Recording } from '../../api/recordings';
import { Badge } from '../../ui/badge';
import { RowLossBadge } from '../../ui/row-loss-badge';

/** The state of a recording, in words. */
export function RowState({ recording }: { readonly recording: Recording }) {
  if (recording.state !== 'recording') return <RowLossBadge recording={recording} view={null} />;
  if (recording.quiet) return <Badge>Waiting for its browser</Badge>;
  return (
    <Badge tone="plain">
      <span className="dot dot--rec" aria-hidden />
      Recording now
    </Badge>
  );
}

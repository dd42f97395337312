import { useQuery } from '@tanstack/react-query';
import { recordingQuery } from '../../api/recordings';
import { Badge } from '../../ui/badge';
import { lossWords } from './loss-words';

/** Says how much of a recording is missing; exact as soon as the loss report is known. */
export function LossBadge(props: { readonly recordingId: string; readonly missingChunks: number }) {
  const { data } = useQuery(recordingQuery(props.recordingId));
  const rough = props.missingChunks > 0 ? `About ${props.missingChunks} s` : 'With gaps';
  return <Badge tone="gap">{(data && lossWords(data.loss)) ?? rough}</Badge>;
}

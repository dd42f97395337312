import { useQuery } from '@tanstack/react-query';
import { type Recording, recordingQuery } from '../api/recordings';
import { RowLossBadge } from './row-loss-badge';

type Props = { readonly recording: Recording };

/** Says what is missing from a recording, as its player does; until that is loaded, as the library does. */
export function LossBadge({ recording }: Props) {
  const { data } = useQuery(recordingQuery(recording.id));
  return <RowLossBadge recording={recording} view={data ?? null} />;
}

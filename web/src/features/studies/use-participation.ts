import { useCallback, useEffect, useState } from 'react';
import {
  openParticipantLink,
  type Participation,
  readParticipation,
} from '../../api/participation';

export type ParticipationState =
  | { readonly kind: 'opening' }
  | { readonly kind: 'open'; readonly participation: Participation }
  | { readonly kind: 'failed'; readonly error: unknown; readonly retry: () => void };

/** The secret in the address; it is taken out at once, so that no history or copied address has it. */
function takeSecret(): string {
  const secret = location.hash.slice(1);
  if (secret !== '') history.replaceState(history.state, '', location.pathname);
  return secret;
}

/** The participation that the link in the address opens, or that this browser has begun. */
export function useParticipation() {
  const [secret] = useState(takeSecret);
  const [state, setState] = useState<ParticipationState>({ kind: 'opening' });
  const open = useCallback(() => {
    setState({ kind: 'opening' });
    (secret === '' ? readParticipation() : openParticipantLink(secret)).then(
      (participation) => setState({ kind: 'open', participation }),
      (error: unknown) => setState({ kind: 'failed', error, retry: open }),
    );
  }, [secret]);
  useEffect(open, [open]);
  const update = (participation: Participation) => setState({ kind: 'open', participation });
  const fail = (error: unknown) => setState({ kind: 'failed', error, retry: open });
  return { secret, state, update, fail };
}

import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { ApiError } from '../../api/api-error';
import { openShareLink, type ShareLink, shareLinkQuery } from '../../api/shares';
import { addressOfMoment } from '../../media/player/time-address';
import { useRouter } from '../../ui/router/router-context';
import { openedAddress } from './link-address';

export type LinkState =
  | { readonly kind: 'opening' }
  | { readonly kind: 'open'; readonly link: ShareLink }
  /** It has expired, was taken back, or is none. */
  | { readonly kind: 'gone' }
  | { readonly kind: 'failed'; readonly error: unknown; readonly retry: () => void };

/** The secret in the address; it is taken out at once, so that no history or copied address has it. */
function takeSecret(): string {
  const secret = location.hash.slice(1);
  if (secret !== '') history.replaceState(history.state, '', location.pathname + location.search);
  return secret;
}

/** Opens the link in the address, or finds the one that this browser has opened before (`shareId`). */
export function useShareLink(shareId: string): LinkState {
  const router = useRouter();
  const queries = useQueryClient();
  const [secret] = useState(takeSecret);
  const [error, setError] = useState<unknown>(null);
  const [attempt, setAttempt] = useState(0);
  // biome-ignore lint/correctness/useExhaustiveDependencies: another attempt opens it again
  useEffect(() => {
    if (secret === '') return;
    setError(null);
    openShareLink(secret).then((link) => {
      queries.setQueryData(shareLinkQuery(link.id).queryKey, link);
      const at = link.start_ms === null ? '' : `?t=${addressOfMoment(link.start_ms)}`;
      router.go(openedAddress(link.id) + at, { replace: true });
    }, setError);
  }, [secret, attempt, queries, router]);
  const known = useQuery({ ...shareLinkQuery(shareId), enabled: shareId !== '', retry: false });
  const failure = error ?? known.error;
  if (known.data) return { kind: 'open', link: known.data };
  if (shareId === '' && secret === '') return { kind: 'gone' };
  if (failure === null) return { kind: 'opening' };
  if (failure instanceof ApiError && (failure.status === 404 || failure.status === 400)) {
    return { kind: 'gone' };
  }
  const retry = () => (shareId === '' ? setAttempt(attempt + 1) : void known.refetch());
  return { kind: 'failed', error: failure, retry };
}

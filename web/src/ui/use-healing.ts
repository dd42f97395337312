import { useQuery } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { aboutQuery } from '../api/about';
import { ApiError } from '../api/api-error';

/** A sentence stays at least so long, also when the server answers the next request. */
const kReadMs = 5_000;

/**
 * The error of the last try, for as long as its sentence is true. Whoever waits for a server that does not answer need
 * not try again to see that it is back.
 */
export function useHealing<E>(error: E): E | null {
  // It is asked elsewhere, again and again while the server is away.
  const { dataUpdatedAt } = useQuery({ ...aboutQuery, enabled: false });
  const [failed, setFailed] = useState<Failed>({ error: null, atMs: 0, healed: false });
  if (failed.error !== error) setFailed({ error, atMs: Date.now(), healed: false });
  const heals = error instanceof ApiError && error.kind === 'unreachable';
  const back = heals && failed.error === error && dataUpdatedAt > failed.atMs;
  useEffect(() => {
    if (!back) return;
    const readMs = failed.atMs + kReadMs - Date.now();
    const timer = setTimeout(() => setFailed((now) => ({ ...now, healed: true })), readMs);
    return () => clearTimeout(timer);
  }, [back, failed.atMs]);
  return failed.error === error && failed.healed ? null : error;
}

type Failed = { readonly error: unknown; readonly atMs: number; readonly healed: boolean };

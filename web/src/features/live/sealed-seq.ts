import type { LiveSession } from '../../media/live-session';

/** Sealing takes some milliseconds, unless the disk hangs. */
const kSealedWithinMs = 2000;

/**
 * The number of the last chunk, once a talk that ends has sealed it; null when that does not come. `ended`: the end of the
 * talk. Never rejects.
 */
export function sealedSeq(
  session: Pick<LiveSession, 'snapshot' | 'subscribe'>,
  ended: Promise<unknown>,
): Promise<number | null> {
  const { promise, resolve } = Promise.withResolvers<number | null>();
  const look = () => {
    const { lastSeq } = session.snapshot();
    if (lastSeq !== undefined) resolve(lastSeq);
  };
  const unsubscribe = session.subscribe(look);
  const timer = setTimeout(() => resolve(null), kSealedWithinMs);
  look();
  ended.catch(() => {}).then(() => resolve(session.snapshot().lastSeq ?? null));
  return promise.finally(() => {
    unsubscribe();
    clearTimeout(timer);
  });
}

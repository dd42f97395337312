import { useQuery } from '@tanstack/react-query';
import { useEffect, useState, useSyncExternalStore } from 'react';
import { meQuery } from '../../api/account';
import { journalSize } from '../../media/journal/journal-size';
import type { RecoveryClient } from '../../media/live-session';
import { Button } from '../../ui/button';
import { formatBytes } from '../../ui/format';
import { toasts } from '../../ui/toasts';

type Size = { readonly recordings: number; readonly bytes: number };
/** How often the size is read again while the page is open. */
const kLookAgainMs = 3000;

/** What this browser keeps until the server has it, and a button to discard it. */
export function BrowserData({ recovery }: { readonly recovery: RecoveryClient }) {
  const { data: me, isPending } = useQuery(meQuery);
  const size = useJournalSize(isPending ? undefined : (me?.id ?? null));
  const waiting = useSyncExternalStore(recovery.subscribe, recovery.snapshot);
  const [sure, setSure] = useState(false);
  const left = waiting.filter(({ state }) => state !== 'done' && state !== 'discarded');
  const discard = async () => {
    setSure(false);
    for (const { recordingId } of left) await recovery.discard(recordingId);
    toasts.show('What was not sent is discarded.');
  };
  if (size === undefined) return null;
  if (size === null) return <p>This browser lets this page keep no files.</p>;
  if (size.recordings === 0) {
    return <p>Nothing waits here: every recorded second is on the server.</p>;
  }
  return (
    <>
      <p>
        {formatBytes(size.bytes)} of {size.recordings}{' '}
        {size.recordings === 1 ? 'recording' : 'recordings'} wait to be sent. That happens by itself
        while Reprise is open.
      </p>
      {left.length === 0 ? null : sure ? (
        <div className="sections__acts" role="alert">
          <span>What is discarded is missing in its recording for good.</span>
          <Button variant="stop" onClick={() => void discard()}>
            Discard it
          </Button>
          <Button onClick={() => setSure(false)}>Keep it</Button>
        </div>
      ) : (
        <Button onClick={() => setSure(true)}>Discard what was not sent</Button>
      )}
    </>
  );
}

/**
 * Undefined before it is known; null where nothing can be kept. `personId`: who is logged in; undefined while the server
 * is asked, null when it did not say.
 */
function useJournalSize(personId: string | null | undefined): Size | null | undefined {
  const [size, setSize] = useState<Size | null | undefined>(undefined);
  useEffect(() => {
    if (personId === undefined) return;
    let stale = false;
    const look = async () => {
      const found = await journalSize(
        personId === null ? { kind: 'unknown' } : { kind: 'person', id: personId },
      );
      if (!stale) setSize(found);
    };
    void look();
    const timer = setInterval(() => void look(), kLookAgainMs);
    return () => {
      stale = true;
      clearInterval(timer);
    };
  }, [personId]);
  return size;
}

import { ArrowUp, CircleAlert, CircleCheck, Trash2 } from 'lucide-react';
import { useState, useSyncExternalStore } from 'react';
import type { JournalRecovery, OrphanProgress } from '../../media/live-session';
import { Button } from '../../ui/button';
import { Note } from '../../ui/note';
import { removals } from '../../ui/removals';
import { useRemoved } from '../../ui/use-removed';

type Props = {
  readonly recovery: JournalRecovery;
  readonly onPlay: (recordingId: string) => void;
};

const orphanKey = ({ recordingId }: OrphanProgress) => `orphan:${recordingId}`;

/** Says that the rest of a session that was cut off is being sent, until it is done. One at a time. */
export function RecoveryNotice({ recovery, onPlay }: Props) {
  const orphans = useSyncExternalStore(recovery.subscribe, recovery.snapshot);
  const removed = useRemoved();
  const [closed, setClosed] = useState<ReadonlySet<string>>(new Set());
  const orphan = orphans.find(
    (candidate) =>
      candidate.state !== 'discarded' &&
      !closed.has(candidate.recordingId) &&
      !removed.has(orphanKey(candidate)),
  );
  if (!orphan) return null;
  const close = () => setClosed(new Set([...closed, orphan.recordingId]));
  const discard = () =>
    removals.remove({
      key: orphanKey(orphan),
      text: `${seconds(orphan)} of a session discarded`,
      commit: () => recovery.discard(orphan.recordingId),
      failure: () => 'The rest of the session was not discarded.',
    });
  if (orphan.state === 'done') {
    return (
      <Note
        icon={<CircleCheck aria-hidden />}
        announce="status"
        title="The session is complete."
        actions={
          <>
            <Button size="small" onClick={() => onPlay(orphan.recordingId)}>
              Play session
            </Button>
            <Button size="small" onClick={close}>
              Close
            </Button>
          </>
        }
      >
        What was left in this browser is on the server now.
      </Note>
    );
  }
  if (orphan.state === 'refused') {
    return (
      <Note
        icon={<CircleAlert aria-hidden />}
        tone="error"
        announce="status"
        title="The rest of a session was not accepted."
        actions={<DiscardButton onDiscard={discard} />}
      >
        Its recording was deleted on the server. {seconds(orphan)} are still in this browser.
      </Note>
    );
  }
  return (
    <Note
      icon={<ArrowUp aria-hidden />}
      announce="status"
      title="A session was cut off. Sending the rest."
      progress={orphan.chunksTotal > 0 ? orphan.chunksSent / orphan.chunksTotal : 0}
      actions={<DiscardButton onDiscard={discard} />}
    >
      {orphan.state === 'waiting'
        ? `${seconds(orphan)} are in this browser. They are sent as soon as the server answers.`
        : `${seconds(orphan)} were still in this browser. Keep this page open for a moment.`}
    </Note>
  );
}

const seconds = ({ durationSeconds }: OrphanProgress) =>
  `${Math.max(1, Math.round(durationSeconds))} s`;

const DiscardButton = ({ onDiscard }: { readonly onDiscard: () => void }) => (
  <Button size="small" icon={<Trash2 aria-hidden />} onClick={onDiscard}>
    Discard
  </Button>
);

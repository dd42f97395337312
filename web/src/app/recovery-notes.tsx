import { useSyncExternalStore } from 'react';
import type { RecoveryClient } from '../media/live-session';
import { usePart } from '../ui/part';
import { recoveryNotice } from './recovery-part';

type Props = {
  readonly recovery: RecoveryClient;
  readonly onPlay: (recordingId: string) => void;
};

/** The notice about interrupted sessions, whose file comes when there is one. */
export function RecoveryNotes({ recovery, onPlay }: Props) {
  const orphans = useSyncExternalStore(recovery.subscribe, recovery.snapshot);
  const foreign = useSyncExternalStore(recovery.subscribe, recovery.foreign);
  const part = usePart(recoveryNotice, orphans.length > 0 || foreign);
  return part.kind === 'loaded' ? (
    <part.value.RecoveryNotice recovery={recovery} onPlay={onPlay} />
  ) : null;
}

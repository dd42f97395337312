import { ArrowUp, CircleAlert, CircleCheck, Download, HardDrive, Trash2 } from 'lucide-react';
import { useState, useSyncExternalStore } from 'react';
import type { OrphanProgress, RecoveryClient } from '../../media/live-session';
import { Button } from '../../ui/button';
import { Note } from '../../ui/note';
import { removals } from '../../ui/removals';
import { toasts } from '../../ui/toasts';
import { useRemoved } from '../../ui/use-removed';
import { secondsWords } from './kept-words';
import { type RecoveryWords, recoveryWords } from './recovery-words';

type Props = {
  readonly recovery: RecoveryClient;
  readonly onPlay: (recordingId: string) => void;
};
type Act = RecoveryWords['actions'][number];

const orphanKey = ({ recordingId }: OrphanProgress) => `orphan:${recordingId}`;

/** Says that the rest of an interrupted session is being sent, and what became of it. Shows one at a time. */
export function RecoveryNotice({ recovery, onPlay }: Props) {
  const orphans = useSyncExternalStore(recovery.subscribe, recovery.snapshot);
  const foreign = useSyncExternalStore(recovery.subscribe, recovery.foreign);
  const [toldForeign, setToldForeign] = useState(false);
  const removed = useRemoved();
  const [closed, setClosed] = useState<ReadonlySet<string>>(new Set());
  const orphan = orphans.find(
    (candidate) =>
      recoveryWords(candidate) !== null &&
      !closed.has(closeKey(candidate)) &&
      !removed.has(orphanKey(candidate)),
  );
  const words = orphan && recoveryWords(orphan);
  if (!orphan || !words) {
    return foreign && !toldForeign ? <ForeignNote onClose={() => setToldForeign(true)} /> : null;
  }
  const act: Readonly<Record<Act, () => void>> = {
    play: () => onPlay(orphan.recordingId),
    download: () => void save(recovery, orphan),
    discard: () => discard(recovery, orphan),
    close: () => setClosed(new Set([...closed, closeKey(orphan)])),
  };
  const isUnderWay = orphan.state === 'sending' || orphan.state === 'waiting';
  return (
    <Note
      icon={iconOf(orphan)}
      tone={words.tone}
      announce="status"
      title={words.title}
      {...(isUnderWay && orphan.chunksTotal > 0
        ? { progress: orphan.chunksSent / orphan.chunksTotal }
        : {})}
      actions={words.actions.map((action) => (
        <ActionButton key={action} action={action} onClick={act[action]} />
      ))}
    >
      {words.text}
    </Note>
  );
}

/** Nothing of another person's recording is told but that there is one. */
const ForeignNote = ({ onClose }: { readonly onClose: () => void }) => (
  <Note
    icon={<HardDrive aria-hidden />}
    announce="status"
    title="This browser keeps something of another person."
    actions={
      <Button size="small" onClick={onClose}>
        Close
      </Button>
    }
  >
    It is sent when that person logs in here. You cannot see it.
  </Note>
);

/** A closed notice is shown again when there is something else to say. */
const closeKey = ({ recordingId, state }: OrphanProgress) => `${recordingId} ${state}`;

function iconOf({ state }: OrphanProgress) {
  if (state === 'done') return <CircleCheck aria-hidden />;
  if (state === 'sending' || state === 'waiting') return <ArrowUp aria-hidden />;
  return <CircleAlert aria-hidden />;
}

const kActionWords: Readonly<Record<Act, string>> = {
  play: 'Play session',
  download: 'Download',
  discard: 'Discard',
  close: 'Close',
};

function ActionButton(props: { readonly action: Act; readonly onClick: () => void }) {
  const { action, onClick } = props;
  const icon = { download: <Download aria-hidden />, discard: <Trash2 aria-hidden /> };
  return (
    <Button
      size="small"
      onClick={onClick}
      {...(action in icon ? { icon: icon[action as keyof typeof icon] } : {})}
    >
      {kActionWords[action]}
    </Button>
  );
}

const discard = (recovery: RecoveryClient, orphan: OrphanProgress) =>
  removals.remove({
    keys: [orphanKey(orphan)],
    text: `${secondsWords(orphan.durationSeconds)} of a session discarded`,
    commit: () => recovery.discard(orphan.recordingId),
    failure: () => 'The rest of the session was not discarded.',
  });

/** Browsers read a saved blob after the click; after this time they have certainly read it. */
const kReleaseAfterMs = 60_000;

async function save(recovery: RecoveryClient, { recordingId }: OrphanProgress): Promise<void> {
  try {
    const url = URL.createObjectURL(await recovery.download(recordingId));
    const link = document.createElement('a');
    link.href = url;
    link.download = `reprise-${recordingId}.tar`;
    link.click();
    setTimeout(() => URL.revokeObjectURL(url), kReleaseAfterMs);
  } catch {
    toasts.show('What is kept could not be read.', { tone: 'error' });
  }
}

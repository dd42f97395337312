import { sentenceOf } from '../../api/api-error';
import { withdrawConsent } from '../../api/live-sessions';
import { toasts } from '../../ui/toasts';
import type { Withdrawal } from './withdraw-dialog';

const kDone: Readonly<Record<Withdrawal, string>> = {
  keep: 'Your consent is withdrawn. What was recorded until then is kept.',
  erase: 'Your consent is withdrawn. The recording is deleted.',
};

/** Tells the server, and the person what came of it. Where it fails it can be tried again. Never rejects. */
export async function noteWithdrawal(
  liveSessionId: string,
  recording: Withdrawal,
  lastSeq: number | null,
  onNoted: () => unknown,
): Promise<void> {
  try {
    await withdrawConsent(liveSessionId, recording, lastSeq);
    toasts.show(kDone[recording]);
    await onNoted();
  } catch (error) {
    const stays = recording === 'erase' ? ' The recording is not deleted yet.' : '';
    toasts.show(
      `Nothing is recorded any more, but the server has not noted why.${stays} ${sentenceOf(error)}`,
      {
        tone: 'error',
        action: {
          label: 'Try again',
          run: () => void noteWithdrawal(liveSessionId, recording, lastSeq, onNoted),
        },
      },
    );
  }
}

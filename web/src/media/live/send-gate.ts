/**
 * Decides what may be sent now. On a slow line pictures are held back first, then sound. What is held back stays in the
 * recording and is marked there (`not_sent`). Pure.
 */

/** When more bytes than this wait in the socket, no pictures are sent, and the person is told that the line is slow. */
export const kSlowBytes = 256 * 1024;
/** Below this the line counts as good again. */
export const kGoodBytes = 64 * 1024;
/** When more bytes than this wait (about 12 s of sound), the microphone is held back, too. */
export const kHoldSoundBytes = 512 * 1024;
/** Pictures are sent at most once a second. The value is smaller, because the timer that makes them jitters. */
export const kPictureIntervalMs = 900;

export type NotSentReason = 'connecting' | 'slow' | 'rate';
/** Null: send it. */
export type Verdict = NotSentReason | null;

export class SendGate {
  #open = false;
  #slow = false;
  #lastPictureMs = Number.NEGATIVE_INFINITY;

  get slow(): boolean {
    return this.#slow;
  }

  /** The setup is complete (true), or the socket is gone (false). */
  setOpen(open: boolean): void {
    this.#open = open;
  }

  sound(bufferedBytes: number): Verdict {
    if (!this.#open) return 'connecting';
    this.#judge(bufferedBytes);
    return bufferedBytes > kHoldSoundBytes ? 'slow' : null;
  }

  picture(bufferedBytes: number, nowMs: number): Verdict {
    if (!this.#open) return 'connecting';
    this.#judge(bufferedBytes);
    if (this.#slow) return 'slow';
    if (nowMs - this.#lastPictureMs < kPictureIntervalMs) return 'rate';
    this.#lastPictureMs = nowMs;
    return null;
  }

  #judge(bufferedBytes: number): void {
    if (bufferedBytes > kSlowBytes) this.#slow = true;
    else if (bufferedBytes < kGoodBytes) this.#slow = false;
  }
}

/** A run of samples or pictures that was not sent. */
export type NotSent = {
  readonly topic: '/mic/pcm' | '/frames/jpeg';
  readonly first: number;
  readonly count: number;
  readonly reason: NotSentReason;
};

/** Joins neighbours to one run, so that the record gets one row per run and not fifty a second. */
export class NotSentRuns {
  readonly #emit: (run: NotSent) => void;
  readonly #runs = new Map<NotSent['topic'], NotSent>();

  constructor(emit: (run: NotSent) => void) {
    this.#emit = emit;
  }

  held(run: NotSent): void {
    const last = this.#runs.get(run.topic);
    const joins = last && last.reason === run.reason && last.first + last.count === run.first;
    if (last && !joins) this.#emit(last);
    this.#runs.set(run.topic, joins ? { ...last, count: last.count + run.count } : run);
  }

  /** Something of this topic was sent, which ends the topic's run. */
  sent(topic: NotSent['topic']): void {
    const run = this.#runs.get(topic);
    if (run) this.#emit(run);
    this.#runs.delete(topic);
  }

  end(): void {
    for (const topic of [...this.#runs.keys()]) this.sent(topic);
  }
}

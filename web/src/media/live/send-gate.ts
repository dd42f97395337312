/**
 * What may go to the socket now. A slow line holds pictures back first, then sound; what is held is
 * kept in the recording and marked there (`not_sent`). Pure.
 */

/**
 * More than this waiting in the socket: no pictures, and the person is told that the line is slow.
 */
export const kSlowBytes = 256 * 1024;
/** Below this the line is good again. */
export const kGoodBytes = 64 * 1024;
/** More than this (about 12 s of sound): the microphone is held back too. */
export const kHoldSoundBytes = 512 * 1024;
/** Pictures go out at most once a second; they are made by a timer that jitters. */
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

  /** The setup is complete, or the socket is gone. */
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

/** Joins neighbours to one run, so that the record gets one row per hold and not fifty a second. */
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

  /** Something of this topic was sent: its run is over. */
  sent(topic: NotSent['topic']): void {
    const run = this.#runs.get(topic);
    if (run) this.#emit(run);
    this.#runs.delete(topic);
  }

  end(): void {
    for (const topic of [...this.#runs.keys()]) this.sent(topic);
  }
}

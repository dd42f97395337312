/**
 * What to send when, and what an answer means (openapi `putChunk` and `finishRecording`; trust rules: without a 2xx the
 * chunk stays in the journal). Pure: events, `now` and random numbers come in, actions go out.
 */
import type { SpoolEvent } from '../protocol';

/** Ends of a recording as finish knows them. */
export type FinishReason = 'hangup' | 'lost' | 'crash' | 'error';

export type UploadEvent =
  | {
      readonly type: 'sealed';
      readonly seq: number;
      readonly bytes: number;
      readonly seconds: number;
    }
  /** `status` 0: no answer. */
  | {
      readonly type: 'answer';
      readonly seq: number;
      readonly status: number;
      readonly retryAfterMs?: number;
    }
  /** The journal's file cannot be read: there is nothing to send. */
  | { readonly type: 'unreadable'; readonly seq: number }
  /** No chunk will be sealed after this. `lastSeq` −1: nothing was recorded. */
  | { readonly type: 'finish'; readonly lastSeq: number; readonly reason: FinishReason }
  | { readonly type: 'finish-answer'; readonly status: number }
  /** The browser says that the network is back. */
  | { readonly type: 'online' }
  | { readonly type: 'wake' };

export type UploadOutcome = 'finished' | 'left' | 'refused' | 'erased';
export type UploadAction =
  | { readonly type: 'send'; readonly seq: number }
  /** Stored for good on the server: the journal's file may go. */
  | { readonly type: 'remove'; readonly seq: number }
  | { readonly type: 'finish'; readonly lastSeq: number; readonly reason: FinishReason }
  /** Call `on({type: 'wake'})` after this time. The newest one counts. */
  | { readonly type: 'wake'; readonly afterMs: number }
  /**
   * `finished`: finish was answered. `left`: the server is out of reach. `refused`: it does not know the recording.
   * `erased`: the recording was deleted there. Nothing is sent after this.
   */
  | { readonly type: 'ended'; readonly outcome: UploadOutcome };

export type UploadOptions = {
  readonly inFlightMax: number;
  /** After finish was asked: give up when the server has not taken anything for so long. */
  readonly leaveAfterMs: number;
  /** 0 … 1, for jitter. */
  readonly random: () => number;
};
export type UploadStatus = {
  readonly server: Extract<SpoolEvent, { type: 'state' }>['server'];
  readonly waitingChunks: number;
  readonly waitingSeconds: number;
  readonly waitingBytes: number;
  /** Chunks that the server will not take (conflict, malformed, beyond the last). They stay in the journal. */
  readonly refusedSeqs: readonly number[];
};

export const kBackoffFirstMs = 400;
export const kBackoffMsMax = 15_000;
/** A full disk is not emptied within seconds. */
export const kDiskFullRetryMs = 10_000;
/** A damaged transfer (422) may pass the next time; the same answer thrice is final. */
export const kRefusalsMax = 3;
/** A request that is still under way holds `left` back, but not longer than this many `leaveAfterMs`. */
const kPatience = 4;

type Waiting = { readonly seq: number; readonly bytes: number; readonly seconds: number };
type Verdict = 'stored' | 'erased' | 'unknown' | 'full' | 'refused' | 'retry';

const verdictOf = (status: number): Verdict => {
  if (status >= 200 && status < 300) return 'stored';
  if (status === 410) return 'erased';
  if (status === 404) return 'unknown';
  if (status === 507) return 'full';
  if ([400, 409, 413, 415, 422].includes(status)) return 'refused';
  return 'retry';
};

export class UploadPlan {
  readonly #options: UploadOptions;
  readonly #waiting = new Map<number, Waiting>();
  readonly #sending = new Set<number>();
  readonly #refusals = new Map<number, number>();
  readonly #refused = new Set<number>();
  #server: UploadStatus['server'] = 'reachable';
  #failures = 0;
  #retryAt = 0;
  #finish: { lastSeq: number; reason: FinishReason; sending: boolean } | null = null;
  #lastProgressAt = 0;
  #outcome: UploadOutcome | null = null;

  constructor(options: UploadOptions) {
    this.#options = options;
  }

  status(): UploadStatus {
    const waiting = [...this.#waiting.values()];
    return {
      server: this.#server,
      waitingChunks: waiting.length,
      waitingSeconds: waiting.reduce((sum, chunk) => sum + chunk.seconds, 0),
      waitingBytes: waiting.reduce((sum, chunk) => sum + chunk.bytes, 0),
      refusedSeqs: [...this.#refused],
    };
  }

  /** `now`: any clock in milliseconds that never goes back. */
  on(event: UploadEvent, now: number): UploadAction[] {
    if (this.#outcome) return [];
    return [...this.#apply(event, now), ...this.#next(now)];
  }

  #apply(event: UploadEvent, now: number): UploadAction[] {
    switch (event.type) {
      case 'sealed':
        this.#waiting.set(event.seq, event);
        return [];
      case 'answer':
        this.#sending.delete(event.seq);
        return this.#applyAnswer(event.seq, event.status, event.retryAfterMs ?? 0, now);
      case 'unreadable':
        this.#sending.delete(event.seq);
        this.#waiting.delete(event.seq);
        return [];
      case 'finish':
        this.#finish ??= { lastSeq: event.lastSeq, reason: event.reason, sending: false };
        this.#lastProgressAt = now;
        this.#askSoon(now);
        return [];
      case 'finish-answer':
        if (this.#finish) this.#finish.sending = false;
        return this.#applyFinishAnswer(event.status, now);
      case 'online':
        this.#retryAt = now;
        return [];
      case 'wake':
        return [];
    }
  }

  #applyAnswer(seq: number, status: number, retryAfterMs: number, now: number): UploadAction[] {
    switch (verdictOf(status)) {
      case 'stored':
        this.#progress(now);
        this.#waiting.delete(seq);
        return [{ type: 'remove', seq }];
      case 'erased':
        return this.#end('erased');
      case 'unknown':
        return this.#end('refused');
      case 'refused':
        this.#refuse(seq, status, now);
        return [];
      case 'full':
        this.#fail('disk-full', now, Math.max(kDiskFullRetryMs, retryAfterMs));
        return [];
      case 'retry':
        this.#fail('unreachable', now, retryAfterMs);
        return [];
    }
  }

  #applyFinishAnswer(status: number, now: number): UploadAction[] {
    switch (verdictOf(status)) {
      case 'stored':
      // Finished before, with another end: nothing that we could add.
      case 'refused':
        this.#server = 'reachable';
        return this.#end('finished');
      case 'erased':
        return this.#end('erased');
      case 'unknown':
        return this.#end('refused');
      case 'full':
        this.#fail('disk-full', now, kDiskFullRetryMs);
        return [];
      case 'retry':
        this.#fail('unreachable', now, 0);
        return [];
    }
  }

  #refuse(seq: number, status: number, now: number): void {
    this.#progress(now);
    const refusals = (this.#refusals.get(seq) ?? 0) + 1;
    this.#refusals.set(seq, refusals);
    if (status === 422 && refusals < kRefusalsMax) {
      this.#retryAt = now + this.#backoffMs(refusals);
      return;
    }
    this.#waiting.delete(seq);
    this.#refused.add(seq);
  }

  /** Somebody waits: at once, and after that as if the outage had just begun. */
  #askSoon(now: number): void {
    this.#failures = Math.min(this.#failures, 1);
    this.#retryAt = now;
  }

  #progress(now: number): void {
    this.#server = 'reachable';
    this.#failures = 0;
    this.#retryAt = now;
    this.#lastProgressAt = now;
  }

  /** Several answers of one outage count once. */
  #fail(server: UploadStatus['server'], now: number, delayMsMin: number): void {
    this.#server = server;
    if (now < this.#retryAt) return;
    this.#failures += 1;
    this.#retryAt = now + Math.max(delayMsMin, this.#backoffMs(this.#failures));
  }

  /** Doubles from 0.4 to 15 s, with half of it by chance, so that many browsers do not return at once. */
  #backoffMs(failures: number): number {
    const whole = Math.min(kBackoffMsMax, kBackoffFirstMs * 2 ** (failures - 1));
    return whole / 2 + (whole / 2) * this.#options.random();
  }

  #end(outcome: UploadOutcome): UploadAction[] {
    this.#outcome = outcome;
    return [{ type: 'ended', outcome }];
  }

  #next(now: number): UploadAction[] {
    if (this.#outcome) return [];
    if (this.#mustLeave(now)) return this.#end('left');
    const actions = now >= this.#retryAt ? this.#due() : [];
    const wakeAt = Math.min(this.#nextRetryAt(now), this.#nextLeaveAt(now));
    if (wakeAt < Number.POSITIVE_INFINITY) actions.push({ type: 'wake', afterMs: wakeAt - now });
    return actions;
  }

  /** After a failure one request at a time asks whether the server is back. */
  #due(): UploadAction[] {
    const actions: UploadAction[] = [];
    const room = this.#failures > 0 ? 1 : this.#options.inFlightMax;
    for (const seq of this.#waiting.keys()) {
      if (this.#sending.size >= room) return actions;
      if (this.#sending.has(seq)) continue;
      this.#sending.add(seq);
      actions.push({ type: 'send', seq });
    }
    if (this.#finish && !this.#finish.sending && this.#waiting.size === 0) {
      this.#finish.sending = true;
      const { lastSeq, reason } = this.#finish;
      actions.push({ type: 'finish', lastSeq, reason });
    }
    return actions;
  }

  #isUnderWay(): boolean {
    return this.#sending.size > 0 || this.#finish?.sending === true;
  }

  #leaveAt(patience: number): number {
    if (!this.#finish) return Number.POSITIVE_INFINITY;
    return this.#lastProgressAt + this.#options.leaveAfterMs * patience;
  }

  #mustLeave(now: number): boolean {
    return now >= this.#leaveAt(this.#isUnderWay() && this.#failures === 0 ? kPatience : 1);
  }

  #nextLeaveAt(now: number): number {
    const soon = this.#leaveAt(1);
    return soon > now ? soon : this.#leaveAt(kPatience);
  }

  #nextRetryAt(now: number): number {
    return this.#retryAt > now ? this.#retryAt : Number.POSITIVE_INFINITY;
  }
}

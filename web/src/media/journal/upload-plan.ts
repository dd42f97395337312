/**
 * Decides what to send when, and what follows from an answer (meaning.ts). A chunk stays in the journal until its own
 * 201 has come. Pure: events, `now` and random numbers come in, actions go out.
 */

import type { Meaning } from '../../api/meaning';
import type { KeptChunks, SpoolState } from '../live-session';
import { type Aside, type ChunkFacts, WaitingChunks } from './waiting-chunks';

/** The reasons that a finish request may have. */
export type FinishReason = 'hangup' | 'lost' | 'crash' | 'error';

export type UploadEvent =
  | ({ readonly type: 'sealed' } & ChunkFacts)
  | { readonly type: 'answer'; readonly seq: number; readonly meaning: Meaning }
  /** The journal's file could not be read now. It is kept and will be read again. */
  | { readonly type: 'unreadable'; readonly seq: number; readonly words: string }
  /** There is no such file, or it is empty. */
  | { readonly type: 'absent'; readonly seq: number }
  /** No chunk will be sealed after this. `lastSeq` −1: nothing was recorded. */
  | { readonly type: 'finish'; readonly lastSeq: number; readonly reason: FinishReason }
  | { readonly type: 'finish-answer'; readonly meaning: Meaning }
  /** The browser says that the network works again. */
  | { readonly type: 'online' }
  | { readonly type: 'wake' };

export type UploadOutcome = 'finished' | 'left' | 'unknown' | 'erased';
export type UploadAction =
  | { readonly type: 'send'; readonly seq: number }
  /** The server has stored the chunk for good, so the journal's file can be removed. */
  | { readonly type: 'remove'; readonly seq: number }
  | { readonly type: 'finish'; readonly lastSeq: number; readonly reason: FinishReason }
  /** Call `on({type: 'wake'})` after this time. Only the newest one counts. */
  | { readonly type: 'wake'; readonly afterMs: number }
  /**
   * `finished`: the server has finished the recording; chunks that stepped aside are kept. `left`: the server cannot be
   * reached. `unknown`: the server does not know the recording. `erased`: the recording was deleted on the server.
   * Nothing is sent after this.
   */
  | { readonly type: 'ended'; readonly outcome: UploadOutcome };

export type UploadOptions = {
  readonly inFlightMax: number;
  /** After finish was requested: give up when the server has not taken anything for this long. */
  readonly leaveAfterMs: number;
  /** 0 … 1, for jitter. */
  readonly random: () => number;
};
export type UploadStatus = {
  readonly server: SpoolState['server'];
  /** What answers instead of a server that cannot be reached; empty when the server can be reached. */
  readonly answers: string;
  readonly waitingChunks: number;
  readonly waitingSeconds: number;
  readonly waitingBytes: number;
  /** Chunks that did not get through while others did. They stay in the journal. */
  readonly asides: readonly Aside[];
};

/** All kept chunks, described by the newest one that stepped aside. */
export const keptOf = ({ asides }: Pick<UploadStatus, 'asides'>): KeptChunks | null => {
  const newest = asides.at(-1);
  return newest ? { chunks: asides.length, by: newest.by, words: newest.words } : null;
};

export const kBackoffFirstMs = 400;
export const kBackoffMsMax = 15_000;
/** A full disk is not emptied within seconds, so ask slowly. */
export const kDiskFullRetryMs = 10_000;
/** A request that is under way delays `left`, but no longer than this many `leaveAfterMs`. */
const kPatience = 4;
/** When each chunk has failed this often, finish is sent to find out whether the server can be reached. */
const kFinishAfterMisses = 3;

type Finish = {
  readonly lastSeq: number;
  readonly reason: FinishReason;
  sending: boolean;
  done: boolean;
  misses: number;
};

export class UploadPlan {
  readonly #options: UploadOptions;
  readonly #chunks = new WaitingChunks((failures) => this.#backoffMs(failures));
  #server: UploadStatus['server'] = 'reachable';
  #answers = '';
  #failures = 0;
  // The clock may begin anywhere, below zero too.
  #retryAt = Number.NEGATIVE_INFINITY;
  #finish: Finish | null = null;
  #chanceGiven = false;
  #lastProgressAt = Number.NEGATIVE_INFINITY;
  #outcome: UploadOutcome | null = null;

  constructor(options: UploadOptions) {
    this.#options = options;
  }

  status(): UploadStatus {
    const waiting = this.#chunks.waiting();
    return {
      server: this.#server,
      answers: this.#answers,
      waitingChunks: waiting.length,
      waitingSeconds: waiting.reduce((sum, chunk) => sum + chunk.seconds, 0),
      waitingBytes: waiting.reduce((sum, chunk) => sum + chunk.bytes, 0),
      asides: this.#chunks.asides(),
    };
  }

  /** `now` is any clock in milliseconds that never goes back. */
  on(event: UploadEvent, now: number): UploadAction[] {
    if (this.#outcome) return [];
    return [...this.#apply(event, now), ...this.#next(now)];
  }

  #apply(event: UploadEvent, now: number): UploadAction[] {
    switch (event.type) {
      case 'sealed':
        this.#chunks.add(event);
        return [];
      case 'answer':
        this.#chunks.answered(event.seq);
        return this.#applyAnswer(event.seq, event.meaning, now);
      case 'unreadable':
        this.#chunks.answered(event.seq);
        this.#chunks.unreadable(event.seq, event.words, now);
        return [];
      case 'absent':
        this.#chunks.remove(event.seq);
        return [];
      case 'finish': {
        const { lastSeq, reason } = event;
        // Failures of finish before the end do not count, since chunks come first.
        const missesMin = this.#chunks.missesMin();
        const misses = missesMin === Number.POSITIVE_INFINITY ? 0 : missesMin;
        this.#finish ??= { lastSeq, reason, sending: false, done: false, misses };
        this.#lastProgressAt = now;
        this.#askSoon(now);
        return [];
      }
      case 'finish-answer':
        if (this.#finish) this.#finish.sending = false;
        return this.#applyFinishAnswer(event.meaning, now);
      case 'online':
        this.#retryAt = now;
        return [];
      case 'wake':
        return [];
    }
  }

  #applyAnswer(seq: number, meaning: Meaning, now: number): UploadAction[] {
    switch (meaning.kind) {
      case 'done':
        this.#progress(now);
        this.#chunks.remove(seq);
        return [{ type: 'remove', seq }];
      case 'erased':
      case 'unknown':
        return this.#end(meaning.kind);
      case 'refused': {
        this.#progress(now);
        const mayPass = meaning.code === 'chunk-digest-mismatch';
        this.#chunks.refuse(seq, meaning.words, mayPass, now);
        return [];
      }
      case 'later':
        // A fault that only one chunk meets is the chunk's own. A full disk or a login concerns all of them.
        if (meaning.why === 'busy') this.#miss(seq, meaning, now);
        else this.#failLater(meaning, now);
        return [];
      case 'foreign':
        this.#miss(seq, meaning, now);
        return [];
    }
  }

  #applyFinishAnswer(meaning: Meaning, now: number): UploadAction[] {
    switch (meaning.kind) {
      case 'done':
      // The recording was finished before, with another end. We cannot add anything.
      case 'refused':
        this.#progress(now);
        if (this.#finish) this.#finish.done = true;
        return [];
      case 'erased':
      case 'unknown':
        return this.#end(meaning.kind);
      case 'later':
        if (this.#finish) this.#finish.misses += 1;
        this.#failLater(meaning, now);
        return [];
      case 'foreign':
        if (this.#finish) this.#finish.misses += 1;
        this.#fail('unreachable', meaning.words, now, meaning.retryAfterMs);
        return [];
    }
  }

  #miss(seq: number, answer: { words: string; retryAfterMs: number }, now: number): void {
    const { words, retryAfterMs } = answer;
    if (this.#chunks.miss(seq, words, this.#failures > 0, now)) return;
    this.#fail('unreachable', words, now, retryAfterMs);
  }

  #failLater(meaning: Meaning & { kind: 'later' }, now: number): void {
    const { why, words, retryAfterMs } = meaning;
    const delayMsMin = Math.max(why === 'disk-full' ? kDiskFullRetryMs : 0, retryAfterMs);
    this.#fail(why === 'busy' ? 'unreachable' : why, words, now, delayMsMin);
  }

  /** A person waits: ask at once, and then as if the outage had just begun. */
  #askSoon(now: number): void {
    this.#failures = Math.min(this.#failures, 1);
    this.#retryAt = now;
  }

  #progress(now: number): void {
    this.#server = 'reachable';
    this.#answers = '';
    this.#failures = 0;
    this.#retryAt = now;
    this.#lastProgressAt = now;
    this.#chunks.progress();
  }

  /** Several failed answers during one outage count once; the longest wait that they ask for counts. */
  #fail(server: UploadStatus['server'], words: string, now: number, delayMsMin: number): void {
    this.#server = server;
    this.#answers = words;
    if (now < this.#retryAt) {
      this.#retryAt = Math.max(this.#retryAt, now + delayMsMin);
      return;
    }
    this.#failures += 1;
    this.#retryAt = now + Math.max(delayMsMin, this.#backoffMs(this.#failures));
  }

  /** Doubles from 0.4 to 15 s. Half of it is random, so that many browsers do not return at the same time. */
  #backoffMs(failures: number): number {
    const whole = Math.min(kBackoffMsMax, kBackoffFirstMs * 2 ** (failures - 1));
    return whole / 2 + (whole / 2) * this.#options.random();
  }

  #end(outcome: UploadOutcome): UploadAction[] {
    this.#outcome = outcome;
    return [{ type: 'ended', outcome }];
  }

  #next(now: number): UploadAction[] {
    if (this.#isAllDone(now)) return this.#end('finished');
    if (this.#outcome) return [];
    if (this.#mustLeave(now)) return this.#end('left');
    const actions = now >= this.#retryAt ? this.#due(now) : [];
    const wakeAt = Math.min(this.#nextRetryAt(now), this.#nextLeaveAt(now));
    if (wakeAt < Number.POSITIVE_INFINITY) actions.push({ type: 'wake', afterMs: wakeAt - now });
    return actions;
  }

  /** Finish was answered, and each chunk has got through or stepped aside. */
  #isAllDone(now: number): boolean {
    if (this.#outcome || !this.#finish?.done || this.#isUnderWay()) return false;
    if (this.#chunks.waiting().length > 0) return false;
    if (this.#chanceGiven) return true;
    this.#chanceGiven = true;
    return !this.#chunks.lastChance(now);
  }

  /** After a failure only one request at a time is sent, to find out whether the server can be reached again. */
  #due(now: number): UploadAction[] {
    const actions: UploadAction[] = [];
    const sending = this.#chunks.sending + (this.#finish?.sending ? 1 : 0);
    let room = (this.#failures > 0 ? 1 : this.#options.inFlightMax) - sending;
    if (room <= 0) return [];
    const finish = this.#finishDue();
    if (finish) {
      finish.sending = true;
      const { lastSeq, reason } = finish;
      actions.push({ type: 'finish', lastSeq, reason });
      room -= 1;
    }
    for (const seq of this.#chunks.due(now).slice(0, room)) {
      this.#chunks.sent(seq);
      actions.push({ type: 'send', seq });
    }
    return actions;
  }

  /**
   * Finish is due when all chunks have got through. It is also due when each chunk has failed so often that finish must
   * find out, in turn with them, whether the server can be reached.
   */
  #finishDue(): Finish | null {
    const finish = this.#finish;
    if (!finish || finish.sending || finish.done) return null;
    return finish.misses <= this.#chunks.missesMin() - kFinishAfterMisses ? finish : null;
  }

  #isUnderWay(): boolean {
    return this.#chunks.sending > 0 || this.#finish?.sending === true;
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
    if (this.#retryAt > now) return this.#retryAt;
    return this.#chunks.nextRetryAt(now);
  }
}

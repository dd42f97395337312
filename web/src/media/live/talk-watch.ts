/**
 * Who speaks, and whether an answer is due: for a good moment to change sockets, for what a new
 * socket has to hear again, and for a model that says nothing any more. Pure: time comes in as
 * milliseconds of any steady clock.
 */
import { kMicRate } from '../clock';

/** Speech is so much louder than the noise, and at least so loud (as in docs/formats/recording.md 5.4). */
const kOverNoiseDb = 10;
const kSpeechDbfs = -55;
/** The noise floor follows louder sound by so much a second, quieter sound at once. */
const kFloorDbPerSecond = 2;
const kFirstFloorDbfs = -60;
/** Speech begins with so much loud sound in a row, gaps of one block allowed, and ends after so much quiet. */
const kBeginMs = 100;
const kEndMs = 400;
/** Less is a cough: nobody has to answer it. */
export const kWordsMs = 600;
/** What a new socket hears before the first loud block: the beginning of a word is quiet. */
const kBeforeMs = 300;
/** An answer that has not begun by then may never come: no reason to wait for a pause longer. */
export const kAnswerMs = 5_000;
/** Nothing received for so long after the person spoke: the model does not answer. */
export const kSilentMs = 15_000;

const samples = (ms: number) => (ms * kMicRate) / 1000;
const ms = (count: number) => (count * 1000) / kMicRate;

export class TalkWatch {
  #floorDb = kFirstFloorDbfs;
  /** Loud sound that may be the beginning of speech: its first sample, and how much of it. */
  #loudFrom: number | null = null;
  #loudMs = 0;
  #quietMs = 0;
  #speaking = false;
  /** First sample of what was said since the last answer, and how much of it was loud. */
  #from: number | null = null;
  #voicedMs = 0;
  /** The answer that was cut still has its end to come; it answers nothing. */
  #cut = false;
  #turn = false;
  #spokeAt: number | null = null;
  /** The last thing that was typed and is not answered yet. */
  #typedAt: number | null = null;
  #heardAt = Number.NEGATIVE_INFINITY;

  /** One block of the microphone, s16. */
  mic(firstSample: number, pcm: Int16Array, nowMs: number): void {
    const lengthMs = ms(pcm.length);
    const level = dbfs(pcm);
    const loud = level > Math.max(this.#floorDb + kOverNoiseDb, kSpeechDbfs);
    this.#floorDb = Math.min(level, this.#floorDb + (kFloorDbPerSecond * lengthMs) / 1000);
    if (loud) {
      this.#loudFrom ??= firstSample;
      this.#loudMs += lengthMs;
      this.#quietMs = 0;
    } else this.#quietMs += lengthMs;
    if (this.#speaking && loud) this.#voicedMs += lengthMs;
    if (!this.#speaking && this.#loudMs >= kBeginMs) this.#begin();
    if (this.#speaking && this.#quietMs >= kEndMs) this.#end(nowMs);
    // One quiet block in between is allowed.
    if (!this.#speaking && this.#quietMs > lengthMs) this.#forgetLoud();
  }

  /** Something was typed. */
  typed(nowMs: number): void {
    this.#typedAt = nowMs;
  }

  /** Any frame came. */
  received(nowMs: number): void {
    this.#heardAt = nowMs;
  }
  /** The model began an answer. */
  item(): void {
    this.#turn = true;
    this.#cut = false;
  }
  interrupted(): void {
    this.#cut = true;
  }
  turnComplete(): void {
    this.#turn = false;
    if (!this.#cut) this.#answered();
    this.#cut = false;
  }
  /** Sound of the model still plays: it may well have said all. */
  playing(nowMs: number): void {
    this.#heardAt = nowMs;
  }
  /** A socket is ready: what was said before counts from now on. */
  open(nowMs: number): void {
    this.#heardAt = nowMs;
  }
  /** The socket is gone, and the rest of the answer with it. Says whether there was one. */
  shut(): boolean {
    const cut = this.#turn;
    this.#turn = false;
    this.#cut = false;
    return cut;
  }

  /** The next socket has to hear everything from this sample on; null: nothing. */
  get unansweredFrom(): number | null {
    return this.#from === null ? null : Math.max(0, this.#from - samples(kBeforeMs));
  }

  /** Something was typed and not answered. */
  get waitsForAnswerToText(): boolean {
    return this.#typedAt !== null;
  }

  /** Nobody speaks, and no answer runs or is likely to begin. */
  quiet(nowMs: number): boolean {
    if (this.#speaking || this.#turn) return false;
    if (this.#typedAt !== null && nowMs - this.#typedAt <= kAnswerMs) return false;
    return this.#from === null || this.#spokeAt === null || nowMs - this.#spokeAt > kAnswerMs;
  }

  /** The person spoke or typed, and nothing came since. */
  silent(nowMs: number): boolean {
    if (this.#speaking) return false;
    const spokeAt = this.#from === null ? null : this.#spokeAt;
    if (spokeAt === null && this.#typedAt === null) return false;
    const askedAt = [spokeAt, this.#typedAt].filter((at) => at !== null);
    return nowMs - Math.max(...askedAt, this.#heardAt) >= kSilentMs;
  }

  #begin(): void {
    this.#speaking = true;
    this.#from ??= this.#loudFrom;
    this.#voicedMs += this.#loudMs;
  }

  #end(nowMs: number): void {
    this.#speaking = false;
    this.#forgetLoud();
    if (this.#voicedMs >= kWordsMs) this.#spokeAt = nowMs;
    else if (this.#spokeAt === null) this.#answered();
  }

  #forgetLoud(): void {
    this.#loudFrom = null;
    this.#loudMs = 0;
  }

  /** What is being said just now is not answered yet. */
  #answered(): void {
    this.#from = this.#speaking ? this.#loudFrom : null;
    this.#voicedMs = this.#speaking ? this.#voicedMs : 0;
    this.#spokeAt = null;
    this.#typedAt = null;
  }
}

const dbfs = (pcm: Int16Array): number => {
  let sum = 0;
  for (const sample of pcm) sum += sample * sample;
  return 10 * Math.log10(sum / Math.max(1, pcm.length) / 32_768 ** 2 + 1e-12);
};

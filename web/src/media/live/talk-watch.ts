/**
 * Knows who speaks and whether an answer is due. This tells a good moment to change sockets, what a new socket must get
 * again, and whether the model has stopped answering. Pure: time comes in as milliseconds of any steady clock.
 */
import { kMicRate } from '../clock';

/** Speech is this much louder than the noise, and at least kSpeechDbfs loud (as in docs/formats/recording.md 5.4). */
const kOverNoiseDb = 10;
const kSpeechDbfs = -55;
/** The noise floor follows louder sound by this much a second, and quieter sound at once. */
const kFloorDbPerSecond = 2;
const kFirstFloorDbfs = -60;
/** Speech begins after this much loud sound in a row (gaps of one block are allowed) and ends after kEndMs of quiet. */
const kBeginMs = 100;
const kEndMs = 400;
/** Anything shorter is a cough, which needs no answer. */
export const kWordsMs = 600;
/** How much a new socket gets from before the first loud block, because words begin quietly. */
const kBeforeMs = 300;
/** An answer that has not begun by then may never come, so a pause need not wait for it any longer. */
export const kAnswerMs = 5_000;
/** When nothing was received for this long after the person spoke, the model does not answer. */
export const kSilentMs = 15_000;

const samples = (ms: number) => (ms * kMicRate) / 1000;
const ms = (count: number) => (count * 1000) / kMicRate;

export class TalkWatch {
  #floorDb = kFirstFloorDbfs;
  /** Loud sound that may be the beginning of speech: its first sample and its length. */
  #loudFrom: number | null = null;
  #loudMs = 0;
  #quietMs = 0;
  #speaking = false;
  /** What was said since the last answer: its first sample, and how much of it was loud. */
  #from: number | null = null;
  #voicedMs = 0;
  /** An answer was cut but its end has not come yet; that end answers nothing. */
  #cut = false;
  #turn = false;
  #spokeAt: number | null = null;
  /** When the last text was typed that is not answered yet. */
  #typedAt: number | null = null;
  #heardAt = Number.NEGATIVE_INFINITY;

  /** Adds one block of the microphone, s16. */
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

  /** A frame was received, of any kind. */
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
  /** Sound of the model still plays, and it may be the last of its answer. */
  playing(nowMs: number): void {
    this.#heardAt = nowMs;
  }
  /** A socket is ready: the waits begin now for everything that was said before. */
  open(nowMs: number): void {
    this.#heardAt = nowMs;
  }
  /** The socket is gone, and with it the rest of the answer. Returns whether there was one. */
  shut(): boolean {
    const cut = this.#turn;
    this.#turn = false;
    this.#cut = false;
    return cut;
  }

  /** The first sample that the next socket must get again; null when it needs no sample again. */
  get unansweredFrom(): number | null {
    return this.#from === null ? null : Math.max(0, this.#from - samples(kBeforeMs));
  }

  /** Whether a typed text waits for an answer. */
  get waitsForAnswerToText(): boolean {
    return this.#typedAt !== null;
  }

  /** Nobody speaks, and no answer is in progress or likely to begin. */
  quiet(nowMs: number): boolean {
    if (this.#speaking || this.#turn) return false;
    if (this.#typedAt !== null && nowMs - this.#typedAt <= kAnswerMs) return false;
    return this.#from === null || this.#spokeAt === null || nowMs - this.#spokeAt > kAnswerMs;
  }

  /** The person spoke or typed, and nothing has come since. */
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
    else if (this.#spokeAt === null) this.#forgetSpeech();
  }

  #forgetLoud(): void {
    this.#loudFrom = null;
    this.#loudMs = 0;
  }

  /** Notes that everything before the current utterance is answered. */
  #answered(): void {
    this.#forgetSpeech();
    this.#typedAt = null;
  }

  /** Nothing that was said before the current utterance needs an answer any more. */
  #forgetSpeech(): void {
    this.#from = this.#speaking ? this.#loudFrom : null;
    this.#voicedMs = this.#speaking ? this.#voicedMs : 0;
    this.#spokeAt = null;
  }
}

const dbfs = (pcm: Int16Array): number => {
  let sum = 0;
  for (const sample of pcm) sum += sample * sample;
  return 10 * Math.log10(sum / Math.max(1, pcm.length) / 32_768 ** 2 + 1e-12);
};

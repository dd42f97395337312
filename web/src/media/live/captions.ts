/**
 * Live captions: what the person said and what the model says, the model's words split into heard
 * and coming by what the playout worklet rendered. Words are placed as the fold places them
 * (server/domain/recording/words.cpp): a text belongs to the sound from where it arrived to where
 * the next one did, each letter has the same share. Pure.
 */
import { kModelRate } from '../clock';
import type { LiveCaption } from '../live-session';

/**
 * Sound of an answer after which new words of the person are a new caption: what they said before
 * has been transcribed.
 */
const kAnswerRunsSamples = kModelRate;
/** Thai, Lao, Chinese, Japanese …: signs of scripts without spaces are words of their own. */
const kWord = /\s*(?:[\u0E00-\u0EFF\u2E80-\uA4CF]|[^\s\u0E00-\u0EFF\u2E80-\uA4CF]+)/gu;

type Person = { kind: 'person'; id: number; text: string };
type Model = {
  kind: 'model';
  id: number;
  item: number;
  pieces: { text: string; from: number }[];
  /** Samples of the item that arrived and that were rendered. */
  arrived: number;
  heard: number;
  /** The person cut in: nothing more will be heard. */
  cut: boolean;
};

/** Words of `text` with their leading spaces. */
export const wordsOf = (text: string): string[] => text.match(kWord) ?? [];

/**
 * The words of the pieces, and how many of them were heard: at least half of a word's letters were
 * rendered.
 */
const splitHeard = ({ pieces, arrived, heard }: Model): { words: string[]; heardCount: number } => {
  const text = pieces.map((piece) => piece.text).join('');
  const letters: number[] = [];
  pieces.forEach((piece, n) => {
    const from = n === 0 ? 0 : piece.from;
    const to = Math.max(from, pieces[n + 1]?.from ?? arrived);
    const count = piece.text.replace(/\s/gu, '').length;
    for (let i = 0; i < count; i++) letters.push(from + ((to - from) * (i + 0.5)) / count);
  });
  const words = wordsOf(text);
  let at = 0;
  let heardCount = 0;
  for (const word of words) {
    const count = word.trim().length;
    const middle = letters[at + Math.floor(count / 2)] ?? Number.POSITIVE_INFINITY;
    if (middle >= heard) break;
    heardCount++;
    at += count;
  }
  return { words, heardCount };
};

const shown = (caption: Person | Model): LiveCaption => {
  if (caption.kind === 'person') {
    const { id, text } = caption;
    return { id, speaker: 'person', heard: text, coming: '', interrupted: false, wordsNotHeard: 0 };
  }
  const { words, heardCount } = splitHeard(caption);
  return {
    id: caption.id,
    speaker: 'model',
    heard: words.slice(0, heardCount).join('').trimStart(),
    coming: caption.cut ? '' : words.slice(heardCount).join(''),
    interrupted: caption.cut,
    wordsNotHeard: caption.cut ? words.length - heardCount : 0,
  };
};

const equal = (a: LiveCaption, b: LiveCaption): boolean =>
  a.heard === b.heard &&
  a.coming === b.coming &&
  a.interrupted === b.interrupted &&
  a.wordsNotHeard === b.wordsNotHeard;

export class Captions {
  #captions: (Person | Model)[] = [];
  #shown: LiveCaption[] = [];
  #nextId = 1;
  /** Words of the person go here until the answer to them is well under way. */
  #open: Person | null = null;

  /** The same array as long as nothing changed. */
  list(): readonly LiveCaption[] {
    const before = new Map(this.#shown.map((caption) => [caption.id, caption]));
    let changed = this.#captions.length !== this.#shown.length;
    const now = this.#captions.map((caption) => {
      const fresh = shown(caption);
      const old = before.get(caption.id);
      if (old && equal(old, fresh)) return old;
      changed = true;
      return fresh;
    });
    if (changed) this.#shown = now;
    return this.#shown;
  }

  /** Returns the id of the caption. */
  person(text: string): number {
    if (!this.#open) {
      this.#open = { kind: 'person', id: this.#nextId++, text: '' };
      const answer = this.#captions.at(-1);
      // An answer that has just begun answers these words: the transcription is late.
      const late = answer?.kind === 'model' && !answer.cut && answer.heard < kAnswerRunsSamples;
      this.#captions.splice(late ? -1 : this.#captions.length, 0, this.#open);
    }
    this.#open.text = (this.#open.text + text).trimStart();
    return this.#open.id;
  }

  model(item: number, text: string, atSample: number): number {
    let caption = this.#model(item);
    if (!caption) {
      caption = {
        kind: 'model',
        id: this.#nextId++,
        item,
        pieces: [],
        arrived: 0,
        heard: 0,
        cut: false,
      };
      this.#captions.push(caption);
    }
    const last = caption.pieces.at(-1);
    if (last && atSample <= last.from) last.text += text;
    else caption.pieces.push({ text, from: atSample });
    caption.arrived = Math.max(caption.arrived, atSample);
    return caption.id;
  }

  /** `samples` of the item have come in so far. */
  arrived(item: number, samples: number): void {
    const caption = this.#model(item);
    if (caption) caption.arrived = Math.max(caption.arrived, samples);
  }

  /** `samples` of the item left the worklet so far. */
  heard(item: number, samples: number): void {
    const caption = this.#model(item);
    if (caption) caption.heard = Math.max(caption.heard, samples);
    if (samples >= kAnswerRunsSamples) this.#open = null;
  }

  /** The item was cut while some of it waited to be heard; without an item nothing was said yet. */
  interrupted(item: number | null): void {
    this.#open = null;
    const caption = item === null ? undefined : this.#model(item);
    if (caption && splitHeard(caption).heardCount < splitHeard(caption).words.length) {
      caption.cut = true;
    }
  }

  turnComplete(): void {
    this.#open = null;
  }

  #model(item: number): Model | undefined {
    return this.#captions.find(
      (caption): caption is Model => caption.kind === 'model' && caption.item === item,
    );
  }
}

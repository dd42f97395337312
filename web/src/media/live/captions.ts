/**
 * Live captions: what the person said and what the model says. What the playout worklet rendered divides the model's
 * words into heard and coming ones. Words are placed as in the fold (server/domain/recording/words/turns.cpp); both are
 * tested on tests/fixtures/talks.json. Pure.
 */
import { kModelRate } from '../clock';
import type { LiveCaption } from '../live-session';
import { isWhiteSpace, wellFormed, wordsOf } from '../text';
import { placeWords, type TextPiece } from './place-words';
import { repeatedAtEnd, type SaidPiece, saidText } from './said';

/**
 * When this much sound of an answer has played, new words of the person begin a new caption: everything they said
 * before has been transcribed by then.
 */
const kAnswerRunsSamples = kModelRate;
/**
 * Words of the person that arrive this soon after `turnComplete` are the question of that answer: the transcription is
 * late, since no person can hear an answer, reply and be transcribed so fast.
 */
export const kLateTranscriptionMs = 1000;
/** The same for an answer whose question has no words yet, which are still to come. */
export const kFirstTranscriptionMs = 2000;

/** `view` is what was last shown; `stale`: something has changed since. */
type Drawn = { readonly id: number; view: LiveCaption | null; stale: boolean };
type Person = Drawn & {
  readonly kind: 'person';
  readonly pieces: SaidPiece[];
  /** What was written; null for speech, which has pieces. */
  readonly typed: string | null;
};
type Model = Drawn & {
  readonly kind: 'model';
  readonly item: number;
  fragments: { text: string; from: number }[];
  written: boolean;
  /** Samples of the item that have arrived, and how many of them were rendered. */
  arrived: number;
  heard: number;
  /** The person interrupted it: no more of it will be heard. */
  cut: boolean;
  /** Words that came after the interruption. */
  late: string;
  /** When the model ended the turn. */
  endedMs: number | null;
};

/** Samples of an item that have arrived, and how many of them were rendered. */
type ItemSound = { readonly item: number; arrived: number; heard: number };
/** Items whose sound is remembered: words belong to the item that is heard or to the one before. */
const kSoundsKept = 4;

/**
 * Divides an item's sound among its text. A fragment covers the sound from its own place to the next fragment's; the
 * first one from the beginning. Text without sound after it shares the place of the text before it.
 */
const piecesOf = ({ fragments, arrived }: Model): TextPiece[] => {
  const pieces: { text: string; start: number; end: number }[] = [];
  for (const { text, from } of fragments) {
    const start = Math.min(from, arrived);
    const last = pieces.at(-1);
    if (last && (start <= last.start || start >= arrived)) {
      last.text += text;
      continue;
    }
    if (last) last.end = start;
    pieces.push({ text, start: last ? start : 0, end: arrived });
  }
  return pieces;
};

/** The words, and how many of them were heard. A word counts as heard when more than half of it was rendered. */
const splitHeard = (caption: Model): { words: string[]; heardCount: number } => {
  const placed = placeWords(piecesOf(caption));
  const coming = placed.findIndex(({ start, end }) => (start + end) / 2 >= caption.heard);
  const heardCount = caption.written || coming < 0 ? placed.length : coming;
  const words = placed.map(({ text }) => text);
  return { words: [...words, ...wordsOf(caption.late)], heardCount };
};

const shown = (caption: Person | Model): LiveCaption => {
  if (caption.kind === 'person') {
    const { id, pieces, typed } = caption;
    const heard = wellFormed(typed?.trim() ?? saidText(pieces));
    return { ...kNothing, id, heard, written: typed !== null };
  }
  const { id, cut, written } = caption;
  const { words, heardCount } = splitHeard(caption);
  return {
    id,
    speaker: 'model',
    written,
    heard: words.slice(0, heardCount).join('').trimStart(),
    coming: cut ? '' : words.slice(heardCount).join(''),
    interrupted: cut,
    wordsNotHeard: cut ? words.length - heardCount : 0,
  };
};
const kNothing = {
  speaker: 'person',
  written: false,
  heard: '',
  coming: '',
  interrupted: false,
  wordsNotHeard: 0,
} as const;

const equal = (a: LiveCaption, b: LiveCaption): boolean =>
  a.heard === b.heard &&
  a.coming === b.coming &&
  a.interrupted === b.interrupted &&
  a.wordsNotHeard === b.wordsNotHeard;

export class Captions {
  #captions: (Person | Model)[] = [];
  #shown: LiveCaption[] = [];
  #nextId = 1;
  /** Words of the person are added here until the answer to them has played for a while. */
  #open: Person | null = null;
  /** The model has ended its turn: after this time, new words of the person are about something new. */
  #openUntilMs = Number.POSITIVE_INFINITY;
  /** What was said since the model's turn ended or was cut, and the captions that show it. */
  #exchange: { piece: SaidPiece; caption: Person }[] = [];
  /** The sound of the newest items. Their words may come after all of it was heard. */
  #sound: ItemSound[] = [];
  /** The item that was cut before it was complete. */
  #cutItem: number | null = null;

  /** Returns the same array as long as nothing has changed. */
  list(): readonly LiveCaption[] {
    const now = this.#captions.map((caption) => {
      const fresh = caption.stale || !caption.view ? shown(caption) : caption.view;
      if (!caption.view || !equal(caption.view, fresh)) caption.view = fresh;
      caption.stale = false;
      return caption.view;
    });
    const before = this.#shown;
    const same = now.length === before.length && now.every((view, at) => view === before[at]);
    if (!same) this.#shown = now;
    return this.#shown;
  }

  /** Returns the id of the caption; null when the words only repeat earlier ones. */
  person(piece: SaidPiece): number | null {
    const exchange = [...this.#exchange.map((said) => said.piece), piece];
    const repeated = repeatedAtEnd(exchange);
    if (repeated > 0) {
      for (let n = 1; n < repeated; n++) this.#takeBack();
      return null;
    }
    if (piece.atMs >= this.#openUntilMs) this.#open = null;
    if (!this.#open && isWhiteSpace(piece.text)) return null;
    const caption = this.#open ?? this.#openCaption(piece.atMs);
    caption.pieces.push(piece);
    caption.stale = true;
    this.#exchange.push({ piece, caption });
    return caption.id;
  }

  /** The person wrote this. Returns null when it has nothing visible. */
  typed(text: string): number | null {
    if (isWhiteSpace(text)) return null;
    this.#open = null;
    this.#exchange = [];
    const id = this.#nextId++;
    this.#captions.push({ kind: 'person', id, view: null, stale: true, pieces: [], typed: text });
    return id;
  }

  model(item: number, text: string, atSample: number): number | null {
    const caption = this.#model(item) ?? this.#add(item);
    caption.stale = true;
    if (caption.cut) {
      caption.late += text;
      return null;
    }
    caption.fragments.push({ text, from: atSample });
    caption.arrived = Math.max(caption.arrived, atSample);
    return caption.id;
  }

  /** The model answered in text, without sound. */
  written(item: number, text: string): number {
    const caption = this.#add(item);
    caption.written = true;
    caption.fragments.push({ text, from: 0 });
    return caption.id;
  }

  /** So many samples of the item have arrived in all. */
  arrived(item: number, samples: number): void {
    const sound = this.#soundOf(item);
    sound.arrived = Math.max(sound.arrived, samples);
    const caption = this.#model(item);
    if (!caption || samples <= caption.arrived) return;
    caption.arrived = samples;
    caption.stale = true;
  }

  /** No more sound will come for the item. `complete` false: it was cut. */
  ended(item: number, samples: number, complete: boolean): void {
    this.arrived(item, samples);
    if (complete) return;
    this.#cutItem = item;
    this.#cut(this.#model(item));
  }

  /** So many samples of the item have left the worklet in all. */
  heard(item: number, samples: number): void {
    const sound = this.#soundOf(item);
    sound.heard = Math.max(sound.heard, samples);
    const caption = this.#model(item);
    if (caption) this.#hear(caption, samples);
    // Items play one after the other: an earlier item that was not cut has been heard to its end.
    for (const before of this.#captions) {
      if (before.kind === 'model' && before.item < item && !before.cut) {
        this.#hear(before, before.arrived);
      }
    }
    if (samples >= kAnswerRunsSamples) this.#open = null;
  }

  /** The item was cut while some of it waited to be played. Without an item nothing was said yet. */
  interrupted(item: number | null): void {
    this.#open = null;
    this.#exchange = [];
    const caption = item === null ? undefined : this.#model(item);
    if (caption && splitHeard(caption).heardCount < splitHeard(caption).words.length) {
      this.#cut(caption);
    }
  }

  turnComplete(atMs: number): void {
    this.#openUntilMs = atMs + kLateTranscriptionMs;
    this.#exchange = [];
    for (const caption of this.#captions) {
      if (caption.kind === 'model') caption.endedMs ??= atMs;
    }
  }

  /** Removes the last piece, which has proved to be the beginning of a repetition. */
  #takeBack(): void {
    const last = this.#exchange.pop();
    if (!last) return;
    last.caption.pieces.pop();
    last.caption.stale = true;
    if (last.caption.pieces.length === 0) {
      this.#captions = this.#captions.filter((caption) => caption !== last.caption);
      if (this.#open === last.caption) this.#open = null;
    }
  }

  /**
   * The caption for these words. They belong to the last answer if it has no question yet and they come soon enough.
   */
  #openCaption(atMs: number): Person {
    const id = this.#nextId++;
    this.#open = { kind: 'person', id, view: null, stale: true, pieces: [], typed: null };
    this.#openUntilMs = Number.POSITIVE_INFINITY;
    const [before, answer] = [this.#captions.at(-2), this.#captions.at(-1)];
    const late =
      answer?.kind === 'model' &&
      !answer.cut &&
      before?.kind !== 'person' &&
      (answer.endedMs === null
        ? answer.heard < kAnswerRunsSamples
        : atMs - answer.endedMs < kFirstTranscriptionMs);
    this.#captions.splice(late ? -1 : this.#captions.length, 0, this.#open);
    return this.#open;
  }

  #hear(caption: Model, samples: number): void {
    if (samples <= caption.heard) return;
    caption.heard = samples;
    caption.stale = true;
  }

  #soundOf(item: number): ItemSound {
    const known = this.#sound.find((sound) => sound.item === item);
    if (known) return known;
    const sound = { item, arrived: 0, heard: 0 };
    this.#sound = [...this.#sound, sound].slice(-kSoundsKept);
    return sound;
  }

  #add(item: number): Model {
    const { arrived, heard } = this.#soundOf(item);
    const caption: Model = {
      kind: 'model',
      id: this.#nextId++,
      view: null,
      stale: true,
      item,
      fragments: [],
      written: false,
      arrived,
      heard,
      cut: item === this.#cutItem,
      late: '',
      endedMs: null,
    };
    this.#captions.push(caption);
    return caption;
  }

  #cut(caption: Model | undefined): void {
    if (!caption) return;
    caption.cut = true;
    caption.stale = true;
  }

  #model(item: number): Model | undefined {
    return this.#captions.find(
      (caption): caption is Model => caption.kind === 'model' && caption.item === item,
    );
  }
}

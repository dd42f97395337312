import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { type ModelAudio, ModelAudioReader, toBase64 } from '../audio/model-audio';
import { kModelRate } from '../clock';
import { wordsOf } from '../text';
import { readLiveMessage } from './live-message';
import { Talk } from './talk';
import { type PumpAction, TurnPump } from './turn-pump';

type Message = {
  readonly at: number;
  /** Replaces `content`. */
  readonly typed?: string;
  /** An earlier socket had it. */
  readonly again?: true;
  readonly content: { readonly modelTurn?: { readonly parts?: readonly unknown[] } };
  readonly sound?: number;
  readonly item?: number;
  readonly late?: boolean;
};
type TalkCase = {
  readonly name: string;
  readonly messages: readonly Message[];
  readonly turns: readonly string[];
  readonly empty: readonly string[];
};
const fixture = new URL('../../../../tests/fixtures/talks.json', import.meta.url);
const { talks } = JSON.parse(readFileSync(fixture, 'utf8')) as { talks: readonly TalkCase[] };

const kSamplesPerMs = kModelRate / 1000;
/** Long enough to play everything. */
const kEndMs = 30_000;

/** The ring: first in, first out, in real time. */
class Playout {
  #runs: { item: number; from: number; count: number; atMs: number }[] = [];
  #busyUntilMs = 0;
  play(item: number, from: number, count: number, nowMs: number): void {
    const atMs = Math.max(nowMs, this.#busyUntilMs);
    this.#busyUntilMs = atMs + count / kSamplesPerMs;
    this.#runs.push({ item, from, count, atMs });
  }
  flush(nowMs: number): void {
    for (const run of this.#runs) {
      run.count = Math.min(run.count, Math.max(0, (nowMs - run.atMs) * kSamplesPerMs));
    }
    this.#busyUntilMs = nowMs;
  }
  tell(nowMs: number, talk: Talk): void {
    for (const { item, from, count, atMs } of this.#runs) {
      const samples = from + Math.min(count, Math.max(0, (nowMs - atMs) * kSamplesPerMs));
      if (nowMs > atMs) talk.captions.heard(item, samples);
    }
  }
}

const textOf = ({ at: _, content, sound }: Message): string => {
  const media = sound && {
    inlineData: {
      mimeType: 'audio/pcm;rate=24000',
      data: toBase64(new Uint8Array(2 * sound * kSamplesPerMs)),
    },
  };
  const parts = [...(content.modelTurn?.parts ?? []), ...(media ? [media] : [])];
  return JSON.stringify({
    serverContent: { ...content, ...(parts.length > 0 && { modelTurn: { parts } }) },
  });
};

/** Tells the window what the LiveWorker would send for an action. */
const tell = (talk: Talk, action: PumpAction): void => {
  switch (action.type) {
    case 'audio':
      if (action.play) {
        talk.captions.arrived(action.item, action.atSample + action.audio.sampleCount);
      }
      break;
    case 'item-end':
    case 'interrupted':
    case 'person-text':
    case 'model-text':
    case 'written':
    case 'turn-complete':
      talk.on(action);
      break;
    default:
      break;
  }
};

it.each(talks)('live: $name', ({ messages, turns, empty }) => {
  const pump = new TurnPump();
  const reader = new ModelAudioReader();
  const playout = new Playout();
  const talk = new Talk();
  const reasons: string[] = [];
  for (const message of messages) {
    playout.tell(message.at, talk);
    if (message.typed !== undefined) {
      if (!message.again) talk.on({ type: 'typed', text: message.typed });
      pump.typed();
      continue;
    }
    const read = readLiveMessage(textOf(message));
    if (!read) throw new Error('not a message');
    const audio: ModelAudio[] = read.parts.flatMap((part) =>
      part.kind === 'audio' ? [reader.read(part.mimeType, part.data)] : [],
    );
    const sounds: unknown[] = [];
    for (const action of pump.on(read, audio, message.at)) {
      if (action.type === 'flush') playout.flush(message.at);
      if (action.type === 'empty-turn') reasons.push(action.reason);
      if (action.type === 'audio') {
        const { item, play, atSample } = action;
        sounds.push({ item, late: !play });
        if (play) playout.play(item, atSample, action.audio.sampleCount, message.at);
      }
      tell(talk, action);
    }
    const { item, late = false } = message;
    expect(sounds, `at ${message.at}`).toEqual(message.sound ? [{ item, late }] : []);
  }
  playout.tell(kEndMs, talk);
  const shown = talk.captions.list().map((caption) => {
    const { speaker, heard, coming, interrupted, written, wordsNotHeard } = caption;
    if (speaker === 'person') return `person: ${heard}${written ? ' typed' : ''}`;
    const missed = wordsNotHeard + wordsOf(coming).length;
    return `model: ${heard}|${missed}${interrupted ? ' cut' : ''}${written ? ' written' : ''}`;
  });
  expect(shown).toEqual(turns);
  expect(reasons).toEqual(empty);
});

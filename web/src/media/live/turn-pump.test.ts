import { describe, expect, it } from 'vitest';
import { type ModelAudio, ModelAudioReader, toBase64 } from '../audio/model-audio';
import { readLiveMessage } from './live-message';
import { kDeadTurnMs, type PumpAction, TurnPump } from './turn-pump';

const sound = (samples: number) => ({
  inlineData: { mimeType: 'audio/pcm;rate=24000', data: toBase64(new Uint8Array(2 * samples)) },
});
const model = (...parts: unknown[]) => ({ serverContent: { modelTurn: { parts } } });
const words = (text: string) => ({ serverContent: { outputTranscription: { text } } });
const content = (fields: object) => ({ serverContent: fields });

type Timed = Readonly<Record<string, unknown>> & { readonly at?: number };
/** Feeds messages 10 ms apart (or at `at`) and gives the actions as short words. */
const run = (...messages: Timed[]): string[] => {
  const pump = new TurnPump();
  const reader = new ModelAudioReader();
  let now = 0;
  return messages.flatMap(({ at, ...json }) => {
    now = at ?? now + 10;
    const message = readLiveMessage(JSON.stringify(json));
    if (!message) throw new Error('not a message');
    const audio: ModelAudio[] = message.parts.flatMap((part) =>
      part.kind === 'audio' ? [reader.read(part.mimeType, part.data)] : [],
    );
    return pump.on(message, audio, now).map(short);
  });
};
const short = (action: PumpAction): string => {
  switch (action.type) {
    case 'audio':
      return `${action.play ? 'play' : 'late'} ${action.item} @${action.audio.firstSample}+${action.audio.sampleCount}`;
    case 'item':
      return `item ${action.item} @${action.firstSample}`;
    case 'item-end':
      return `end ${action.item} ${action.sampleCount} ${action.complete ? 'complete' : 'cut'}`;
    case 'model-text':
      return `model ${action.item} "${action.text}" @${action.atSample}`;
    case 'person-text':
      return `person "${action.text}"`;
    case 'interrupted':
    case 'turn-complete':
      return `${action.type} ${action.item}`;
    default:
      return action.type;
  }
};

describe('TurnPump', () => {
  it.each<[string, Timed[], string[]]>([
    ['setup', [{ setupComplete: {} }], ['ready']],
    [
      'an ordinary turn, then the next',
      [
        content({ inputTranscription: { text: 'hi' } }),
        model(sound(100)),
        words(' Hello'),
        model(sound(50), sound(20)),
        content({ generationComplete: true }),
        content({ turnComplete: true }),
        model(sound(5)),
      ],
      [
        'person "hi"',
        'item 0 @0',
        'play 0 @0+100',
        'model 0 " Hello" @100',
        'play 0 @100+50',
        'play 0 @150+20',
        'end 0 170 complete',
        'turn-complete 0',
        'item 1 @170',
        'play 1 @170+5',
      ],
    ],
    [
      'barge-in: late sound and words of the cut turn are not played',
      [
        model(sound(100)),
        content({ interrupted: true }),
        model(sound(30)),
        words('late'),
        content({ turnComplete: true }),
        model(sound(10)),
      ],
      [
        'item 0 @0',
        'play 0 @0+100',
        'flush',
        'end 0 100 cut',
        'interrupted 0',
        'late 0 @100+30',
        'turn-complete 0',
        'item 1 @130',
        'play 1 @130+10',
      ],
    ],
    [
      'interrupted and turnComplete in one message',
      [model(sound(100)), content({ interrupted: true, turnComplete: true }), model(sound(10))],
      [
        'item 0 @0',
        'play 0 @0+100',
        'flush',
        'end 0 100 cut',
        'interrupted 0',
        'turn-complete 0',
        'item 1 @100',
        'play 1 @100+10',
      ],
    ],
    [
      'interrupted after turnComplete (still playing): the next turn is heard',
      [
        model(sound(100)),
        content({ turnComplete: true }),
        content({ interrupted: true }),
        model(sound(10)),
      ],
      [
        'item 0 @0',
        'play 0 @0+100',
        'end 0 100 complete',
        'turn-complete 0',
        'flush',
        'interrupted 0',
        'item 1 @100',
        'play 1 @100+10',
      ],
    ],
    [
      'interrupted before any output',
      [content({ interrupted: true }), model(sound(10))],
      ['flush', 'interrupted null', 'item 0 @0', 'play 0 @0+10'],
    ],
    [
      'flush comes before sound of the same message',
      [model(sound(10)), content({ interrupted: true, modelTurn: { parts: [sound(7)] } })],
      ['item 0 @0', 'play 0 @0+10', 'flush', 'end 0 10 cut', 'interrupted 0', 'late 0 @10+7'],
    ],
    [
      'a cut turn whose turnComplete never comes is over after 1.5 s',
      [
        { ...model(sound(10)), at: 0 },
        { ...content({ interrupted: true }), at: 10 },
        { ...model(sound(5)), at: 9 + kDeadTurnMs },
        { ...model(sound(6)), at: 10 + kDeadTurnMs },
      ],
      [
        'item 0 @0',
        'play 0 @0+10',
        'flush',
        'end 0 10 cut',
        'interrupted 0',
        'late 0 @10+5',
        'item 1 @15',
        'play 1 @15+6',
      ],
    ],
    [
      'words before sound, thoughts left out, text parts kept',
      [words('A'), model({ text: 'thinking', thought: true }, { text: 'B' }), model(sound(4))],
      ['model 0 "A" @0', 'model 0 "B" @0', 'item 0 @0', 'play 0 @0+4'],
    ],
    [
      'a turn without sound',
      [content({ turnComplete: true, waitingForInput: true })],
      ['turn-complete null'],
    ],
    [
      'unknown and mistyped members',
      [{ goAway: {} }, content({ modelTurn: 5, interrupted: 'no' })],
      [],
    ],
    [
      'snake_case',
      [{ server_content: { output_transcription: { text: 'x' }, turn_complete: true } }],
      ['model 0 "x" @0', 'turn-complete 0'],
    ],
  ])('%s', (_, messages, actions) => {
    expect(run(...messages)).toEqual(actions);
  });
});

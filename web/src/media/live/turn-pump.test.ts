import { describe, expect, it } from 'vitest';
import { type ModelAudio, ModelAudioReader, toBase64 } from '../audio/model-audio';
import { readLiveMessage } from './live-message';
import { isReasoning, kLateOutputMs, kLateWordsMs, type PumpAction, TurnPump } from './turn-pump';

const sound = (samples: number) => ({
  inlineData: { mimeType: 'audio/pcm;rate=24000', data: toBase64(new Uint8Array(2 * samples)) },
});
const model = (...parts: unknown[]) => ({ serverContent: { modelTurn: { parts } } });
const words = (text: string) => ({ serverContent: { outputTranscription: { text } } });
const content = (fields: object) => ({ serverContent: fields });

type Timed = Readonly<Record<string, unknown>> & { readonly at?: number };
/** Passes messages 10 ms apart (or at `at`); returns the actions as short words. */
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
    case 'written':
      return `written ${action.item} "${action.text}"`;
    case 'empty-turn':
      return `empty ${action.reason}`;
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
        'model 0 "late" @130',
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
      'a cut turn whose turnComplete never comes is over after a pause without sound or words',
      [
        { ...model(sound(10)), at: 0 },
        { ...content({ interrupted: true }), at: 10 },
        { ...model(sound(5)), at: 10 + kLateOutputMs - 1 },
        { ...words('late'), at: 10 + 2 * kLateOutputMs - 2 },
        { ...content({ inputTranscription: { text: 'stop' } }), at: 10 + 3 * kLateOutputMs - 3 },
        { ...model(sound(6)), at: 10 + 3 * kLateOutputMs - 2 },
      ],
      [
        'item 0 @0',
        'play 0 @0+10',
        'flush',
        'end 0 10 cut',
        'interrupted 0',
        'late 0 @10+5',
        'model 0 "late" @15',
        'person "stop"',
        'item 1 @15',
        'play 1 @15+6',
      ],
    ],
    [
      'generationComplete ends a cut turn',
      [
        model(sound(10)),
        content({ interrupted: true }),
        content({ generationComplete: true }),
        model(sound(6)),
      ],
      [
        'item 0 @0',
        'play 0 @0+10',
        'flush',
        'end 0 10 cut',
        'interrupted 0',
        'item 1 @10',
        'play 1 @10+6',
      ],
    ],
    [
      'text parts beside sound are reasoning, before it and after it',
      [
        words('A'),
        model({ text: 'B' }),
        model(sound(4), { text: 'C' }),
        content({ turnComplete: true }),
      ],
      ['model 0 "A" @0', 'item 0 @0', 'play 0 @0+4', 'end 0 4 complete', 'turn-complete 0'],
    ],
    [
      'text parts alone are the answer, thoughts left out',
      [
        model({ text: 'thinking', thought: true }, { text: 'It is' }),
        model({ text: ' 5.' }),
        content({ generationComplete: true }),
        content({ turnComplete: true }),
      ],
      ['written 0 "It is 5."', 'turn-complete null'],
    ],
    [
      'reasoning that is not marked is a turn without words',
      [
        model({ text: '**Considering the request**\n\nI weigh' }),
        model({ text: ' it.' }),
        content({ turnComplete: true, turnCompleteReason: 'RESPONSE_REJECTED' }),
      ],
      ['empty RESPONSE_REJECTED', 'turn-complete null'],
    ],
    [
      'a turn without sound',
      [content({ turnComplete: true, waitingForInput: true })],
      ['empty ', 'turn-complete null'],
    ],
    [
      'a turn that was cut before its first sound is not empty',
      [content({ interrupted: true }), content({ turnComplete: true })],
      ['flush', 'interrupted null', 'turn-complete null'],
    ],
    [
      'words after turnComplete belong to what was said before',
      [
        { ...model(sound(10)), at: 0 },
        { ...content({ turnComplete: true }), at: 10 },
        { ...words('late'), at: 9 + kLateWordsMs },
        { ...words('next'), at: 10 + kLateWordsMs },
        { ...model(sound(5)), at: 20 + kLateWordsMs },
      ],
      [
        'item 0 @0',
        'play 0 @0+10',
        'end 0 10 complete',
        'turn-complete 0',
        'model 0 "late" @10',
        'model 1 "next" @0',
        'item 1 @10',
        'play 1 @10+5',
      ],
    ],
    [
      'words after a filler belong to what comes',
      [
        model(sound(10)),
        content({ turnComplete: true, interactionStatus: 'IN_PROGRESS' }),
        words('next'),
      ],
      ['item 0 @0', 'play 0 @0+10', 'end 0 10 complete', 'turn-complete 0', 'model 1 "next" @0'],
    ],
    [
      'words after new words of the person belong to what comes',
      [
        model(sound(10)),
        content({ turnComplete: true }),
        content({ inputTranscription: { text: 'and?' } }),
        words('next'),
      ],
      [
        'item 0 @0',
        'play 0 @0+10',
        'end 0 10 complete',
        'turn-complete 0',
        'person "and?"',
        'model 1 "next" @0',
      ],
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

it.each<[string, boolean]>([
  ['**Considering the request**', true],
  [' **Considering the request** I weigh it.', true],
  ['**Considering the request**\n\nI weigh it.', true],
  ['**Yes**, that is right.', false],
  ['Considering **the** request', false],
  ['** not a heading', false],
  ['', false],
])('"%s" is reasoning: %s', (text, want) => {
  expect(isReasoning(text)).toBe(want);
});

import { describe, expect, it } from 'vitest';
import { wordsOf } from '../../media/text';
import { eventWords } from './event-words';
import { lossRows, lossSentence } from './loss-report';
import {
  captionAt,
  currentTurn,
  isWordless,
  nextCutMs,
  nextTurnMs,
  pauseWords,
  previousTurnMs,
  seamTurns,
  type Turn,
  wordAt,
} from './turns';

const turn = (change: Partial<Turn>): Turn => ({
  index: 0,
  speaker: 'model',
  start_ms: 0,
  end_ms: 1000,
  text: '',
  words: [],
  interrupted: false,
  written: false,
  interrupted_at_ms: null,
  ghost_ms: 0,
  gap_before_ms: null,
  overlap_ms: 0,
  ...change,
});
const word = (text: string, start_ms: number, heard = true) => ({
  text,
  start_ms,
  end_ms: start_ms + 200,
  heard,
});

const talk = [
  turn({ speaker: 'person', start_ms: 1000, end_ms: 3000 }),
  turn({ start_ms: 4000, end_ms: 9000, interrupted: true, interrupted_at_ms: 9000 }),
  turn({ speaker: 'person', start_ms: 8500, end_ms: 10_000 }),
];

describe('turns in time', () => {
  it.each([
    [500, null],
    [1000, 0],
    [3500, null],
    [8700, 2],
    [9500, 2],
  ])('at %d ms the current turn is %s', (ms, want) => expect(currentTurn(talk, ms)).toBe(want));

  it.each([
    ['the start of the turn', 6000, 4000],
    ['the turn before, within the first second', 4500, 1000],
    ['the beginning, before any turn', 400, 0],
  ])('previous goes to %s', (_, ms, want) => expect(previousTurnMs(talk, ms)).toBe(want));

  it('next goes to the next start, and nowhere after the last', () => {
    expect(nextTurnMs(talk, 1000)).toBe(4000);
    expect(nextTurnMs(talk, 9000)).toBeNull();
  });

  it('the jump to the next interruption lands a little before it', () =>
    expect(nextCutMs(talk, 0)).toBe(7000));

  it('the talk-over before a cut begins with the other turn', () =>
    expect(seamTurns(talk)[1]).toMatchObject({ cutMs: 9000, overlapFromMs: 8500 }));
});

describe('words', () => {
  const said = turn({
    end_ms: 2000,
    words: [word('Once', 0), word(' upon', 300), word(' a time', 600, false)],
  });
  it('the word now is the last heard one that has begun', () => {
    expect(wordAt(said, 100)).toBe(0);
    expect(wordAt(said, 1900)).toBe(1);
  });
  it('captions show heard words only, and separate what is said from what comes', () => {
    const caption = (ms: number) => captionAt([said], ms);
    expect(caption(1000)).toEqual({ speaker: 'model', said: 'Once upon', coming: '' });
    expect(caption(100)).toEqual({ speaker: 'model', said: 'Once', coming: ' upon' });
    expect(caption(2500)).toBeNull();
  });
  it.each([
    [
      'a sentence',
      'One two three four five six seven. Eight nine ten.',
      ' seven.',
      'One two three four five six seven.',
    ],
    [
      'short sentences share a line',
      'Yes. I see. It is there.',
      'Yes.',
      'Yes. I see. It is there.',
    ],
    [
      'a long sentence is cut',
      'a b c d e f g h i j k l m n o p q r s t u v w x y z a b c d e f g h',
      ' z',
      'a b c d e f g h i j k l m n o p q r s t u v w x y z a b',
    ],
    [
      'Chinese',
      '你好。我看见一个很小的红色自行车轮子在桌子上。',
      '你好。',
      '你好。我看见一个很小的红色自行车轮子在桌子上。',
    ],
  ])('a caption is a line: %s', (_, text, last, line) => {
    const words = wordsOf(text).map((one, index) => word(one, 100 * index));
    const at = words.findIndex((one) => one.text === last);
    const shown = captionAt([turn({ end_ms: 100_000, words })], 100 * at + 1);
    expect(`${shown?.said}${shown?.coming}`).toBe(line);
  });
  it('beeps are not words', () => {
    expect(isWordless([turn({ words: [], text: '' })])).toBe(true);
    expect(isWordless([said])).toBe(false);
  });
  it.each([
    [turn({ gap_before_ms: 640 }), 'after 0.6 s'],
    [turn({ speaker: 'person', overlap_ms: 700 }), 'talked over 0.7 s'],
    [turn({ speaker: 'person', gap_before_ms: 900 }), null],
  ])('the pause before a turn', (one, want) => expect(pauseWords(one)).toBe(want));
  it('events have words, unknown ones stay out', () => {
    expect(eventWords({ at_ms: 0, kind: 'mute', detail: { on: true } })?.text).toBe(
      'Microphone muted',
    );
    expect(eventWords({ at_ms: 0, kind: 'caption_shown' })).toBeNull();
  });
});

describe('the loss report', () => {
  const channel = (name: 'microphone' | 'camera', kept: number, missing: number, gap = 0) => ({
    channel: name,
    unit: 'blocks' as const,
    kept,
    missing,
    gaps: gap ? [{ start_ms: 1000, end_ms: 1000 + gap }] : [],
  });
  it('says so when nothing is missing', () => {
    const loss = {
      chunks_expected: 252,
      chunks_stored: 252,
      channels: [channel('microphone', 18_234, 0)],
    };
    expect(lossSentence(loss)).toContain('0 of 252 chunks missing');
    expect(lossRows(loss)[0]?.missing).toBe('0 of 18 234');
  });
  it('says when a channel has no data at all', () => {
    const loss = { chunks_expected: 1, chunks_stored: 1, channels: [channel('camera', 0, 0)] };
    expect(lossRows(loss)[0]?.missing).toBe('none came');
  });
  it('names each loss and its amount', () => {
    const loss = {
      chunks_expected: 10,
      chunks_stored: 9,
      channels: [channel('camera', 100, 36, 1200)],
    };
    expect(lossSentence(loss)).toBe('Missing: 1.2 s of camera.');
  });
});

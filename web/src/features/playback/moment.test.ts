import { expect, test } from 'vitest';
import { questionAbout, wordsAround } from './moment';
import type { Turn } from './turns';

const turn = (speaker: Turn['speaker'], start: number, text: string, heard = true) =>
  ({
    speaker,
    start_ms: start,
    end_ms: start + 2_000,
    words: [{ text, start_ms: start, heard }],
  }) as unknown as Turn;

const turns = [
  turn('person', 0, 'Long ago.'),
  turn('person', 60_000, 'What is this?'),
  turn('model', 63_000, 'A bicycle.'),
  turn('model', 66_000, 'Never heard.', false),
  turn('person', 120_000, 'Later.'),
];

test('what was said around the moment, and nothing else', () => {
  expect(wordsAround(turns, 62_000)).toBe('> I: What is this?\n> You: A bicycle.');
  expect(wordsAround(turns, 200_000)).toBe('');
});

test('a question begins with the moment', () => {
  expect(questionAbout({ turns }, 62_000)).toBe(
    'About 1:02 of our live session:\n> I: What is this?\n> You: A bicycle.\n\n',
  );
  expect(questionAbout({ turns: [] }, 0)).toBe('About 0:00 of our live session:\n\n');
});

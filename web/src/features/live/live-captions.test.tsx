// @vitest-environment jsdom
import { cleanup, render, screen, within } from '@testing-library/react';
import { afterEach, expect, test } from 'vitest';
import type { LiveCaption } from '../../media/live-session';
import { cutWords, kTurnsShownMax, LiveCaptions } from './live-captions';

afterEach(cleanup);

const caption = (id: number, change: Partial<LiveCaption>): LiveCaption => ({
  id,
  speaker: 'model',
  heard: 'You can keep it.',
  coming: '',
  interrupted: false,
  wordsNotHeard: 0,
  ...change,
});

const show = (captions: readonly LiveCaption[], readAloud = false) => {
  const { rerender } = render(<LiveCaptions captions={captions} readAloud={readAloud} />);
  return {
    turns: () => within(screen.getByRole('log', { name: 'Captions' })).getAllByRole('listitem'),
    next: (later: readonly LiveCaption[]) =>
      rerender(<LiveCaptions captions={later} readAloud={readAloud} />),
  };
};

test('words that are coming are told apart from words that were heard', () => {
  const { turns } = show([caption(1, { heard: 'I want to', coming: ' see the number.' })]);
  const [turn] = turns();
  expect(turn?.textContent).toBe('ModelI want to see the number.');
  expect(turn?.querySelector('.captions__coming')?.textContent).toBe(' see the number.');
});

test('at an interruption the coming words go and one line says how much was not heard', () => {
  const { turns, next } = show([caption(1, { heard: 'I would', coming: ' replace both.' })]);
  next([
    caption(1, { heard: 'I would', interrupted: true, wordsNotHeard: 9 }),
    caption(2, { speaker: 'person', heard: 'Wait, both?' }),
  ]);
  const [first, second] = turns();
  expect(first?.textContent).toBe('ModelI wouldYou cut in. 9 words not heard.');
  expect(second?.getAttribute('aria-current')).toBe('true');
  expect(second?.textContent).toBe('YouWait, both?');
});

test.each([
  [0, 'You cut in.'],
  [1, 'You cut in. 1 word not heard.'],
  [9, 'You cut in. 9 words not heard.'],
])('%d words', (count, words) => {
  expect(cutWords(count)).toBe(words);
});

test('only the newest turns are on the page', () => {
  const many = Array.from({ length: 40 }, (_, id) => caption(id, { heard: `Turn ${id}` }));
  const { turns } = show(many);
  expect(turns()).toHaveLength(kTurnsShownMax);
  expect(turns().at(-1)?.textContent).toBe('ModelTurn 39');
});

test('captions are silent for assistive technology unless asked for, and then whole turns only', () => {
  const captions = [caption(1, { heard: 'Done.' }), caption(2, { heard: 'Still', coming: ' on' })];
  show(captions);
  expect(screen.getByRole('log').getAttribute('aria-live')).toBe('off');
  expect(document.querySelector('[aria-live="polite"]')).toBeNull();
  cleanup();
  show(captions, true);
  expect(document.querySelector('[aria-live="polite"]')?.textContent).toBe('Model: Done.');
});

// @vitest-environment jsdom
import { cleanup, fireEvent, render, screen, within } from '@testing-library/react';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { LiveCaption } from '../../media/live-session';
import { stubObservers } from '../../ui/layout-for-test';
import { cutWords, kTurnsShownMax, LiveCaptions } from './live-captions';

beforeEach(() => {
  // jsdom lacks it and has no layout; the e2e test measures where the words are.
  Element.prototype.scrollTo = vi.fn();
  stubObservers();
  vi.stubGlobal('matchMedia', () => ({ matches: false }));
});
afterEach(cleanup);

const caption = (id: number, change: Partial<LiveCaption>): LiveCaption => ({
  id,
  speaker: 'model',
  heard: 'You can keep it.',
  coming: '',
  interrupted: false,
  written: false,
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

test('suggestions are shown until something was said', () => {
  const { rerender } = render(
    <LiveCaptions captions={[]} examples={['Hello']} readAloud={false} />,
  );
  expect(screen.getByText('“Hello”')).toBeDefined();
  rerender(<LiveCaptions captions={[caption(1, {})]} examples={['Hello']} readAloud={false} />);
  expect(screen.queryByText('“Hello”')).toBeNull();
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

test('a reader who scrolls back is not moved, and comes back by the pill', () => {
  const { next } = show([caption(1, {})]);
  const log = screen.getByRole('log');
  expect(screen.queryByRole('button', { name: 'Back to now' })).toBeNull();
  fireEvent.wheel(log);
  const moved = vi.mocked(log.scrollTo).mock.calls.length;
  next([caption(1, {}), caption(2, {})]);
  expect(log.scrollTo).toHaveBeenCalledTimes(moved);
  fireEvent.click(screen.getByRole('button', { name: 'Back to now' }));
  expect(log.scrollTo).toHaveBeenCalledTimes(moved + 1);
  expect(document.activeElement).toBe(log);
  expect(screen.queryByRole('button', { name: 'Back to now' })).toBeNull();
});

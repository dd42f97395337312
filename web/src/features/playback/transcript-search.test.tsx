// @vitest-environment jsdom
import { cleanup, fireEvent, render, screen } from '@testing-library/react';
import { afterEach, expect, test, vi } from 'vitest';
import type { PlayerEngine } from '../../media/player/player-engine';
import { TranscriptSearch } from './transcript-search';
import type { Turn } from './turns';

afterEach(cleanup);

const words = ['A', ' cat', ' and', ' a', ' cat'].map((text, at) => ({
  text,
  start_ms: at * 100,
  end_ms: at * 100 + 90,
  heard: true,
}));
// Only what the search reads.
const turns = [{ start_ms: 0, end_ms: 500, text: 'A cat and a cat', words }] as unknown as Turn[];

test('typing goes to the first hit, Enter to the next, around the end; the slider hears of all', () => {
  const [seek, onHits, onClose] = [vi.fn(), vi.fn(), vi.fn()];
  const engine = { seek, timeMs: () => 0 } as unknown as PlayerEngine;
  render(<TranscriptSearch {...{ engine, turns, onHits, onClose }} asked={1} />);
  const field = screen.getByRole('searchbox', { name: 'Search the transcript' });
  expect(document.activeElement).toBe(field);
  fireEvent.change(field, { target: { value: 'cat' } });
  expect(onHits).toHaveBeenLastCalledWith([145, 445]);
  expect(screen.getByRole('status').textContent).toBe('1 of 2');
  fireEvent.keyDown(field, { key: 'Enter' });
  fireEvent.keyDown(field, { key: 'Enter' });
  fireEvent.keyDown(field, { key: 'Enter', shiftKey: true });
  expect(seek.mock.calls).toEqual([[145], [445], [145], [445]]);
  fireEvent.change(field, { target: { value: 'dog' } });
  expect(screen.getByRole('status').textContent).toBe('Nothing found');
  fireEvent.keyDown(field, { key: 'Escape' });
  expect(onClose).toHaveBeenCalledOnce();
  cleanup();
  expect(onHits).toHaveBeenLastCalledWith([]);
});

test('a second wish to search selects what is in the field; closing returns the focus', () => {
  const engine = { seek: vi.fn(), timeMs: () => 0 } as unknown as PlayerEngine;
  const onHits = vi.fn();
  const show = (asked: number) => (
    <>
      <button type="button">Play</button>
      {asked ? (
        <TranscriptSearch {...{ engine, turns, onHits, asked }} onClose={() => draw(0)} />
      ) : null}
    </>
  );
  const play = () => screen.getByRole('button', { name: 'Play' });
  const { rerender } = render(show(0));
  const draw = (asked: number) => rerender(show(asked));
  play().focus();
  draw(1);
  const field = screen.getByRole<HTMLInputElement>('searchbox');
  fireEvent.change(field, { target: { value: 'cat' } });
  play().focus();
  draw(2);
  expect(document.activeElement).toBe(field);
  expect([field.selectionStart, field.selectionEnd]).toEqual([0, 3]);
  fireEvent.keyDown(field, { key: 'Escape', isComposing: true });
  expect(document.activeElement).toBe(field);
  fireEvent.keyDown(field, { key: 'Escape' });
  expect(document.activeElement).toBe(play());
});

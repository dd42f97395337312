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
  render(<TranscriptSearch {...{ engine, turns, onHits, onClose }} />);
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

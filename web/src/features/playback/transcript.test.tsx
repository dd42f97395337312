// @vitest-environment jsdom
import { cleanup, fireEvent, render } from '@testing-library/react';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { PlayerEngine } from '../../media/player/player-engine';
import { setSingleKeysOff, useShortcuts } from '../../ui/use-shortcuts';
import { Transcript } from './transcript';
import type { Turn } from './turns';

/** Tells all observers that sizes have changed. */
let resize = () => {};

beforeEach(() => {
  const listeners: (() => void)[] = [];
  resize = () => {
    for (const listener of listeners) listener();
  };
  vi.stubGlobal(
    'ResizeObserver',
    class {
      constructor(listener: () => void) {
        listeners.push(listener);
      }
      observe() {}
      disconnect() {}
    },
  );
  Element.prototype.scrollTo ??= () => {};
  vi.stubGlobal('matchMedia', () => ({ matches: true }));
});
afterEach(() => {
  cleanup();
  localStorage.clear();
});

const turn = (index: number, text: string): Turn => ({
  index,
  speaker: 'model',
  start_ms: index * 5000,
  end_ms: index * 5000 + 1000,
  text,
  words: [],
  interrupted: false,
  written: false,
  interrupted_at_ms: null,
  ghost_ms: 0,
  gap_before_ms: null,
  overlap_ms: 0,
});

function Page({ engine, onSpace }: { engine: PlayerEngine; onSpace: () => void }) {
  useShortcuts({ ' ': onSpace });
  return (
    <Transcript engine={engine} turns={[turn(0, 'One'), turn(1, 'Two')]} events={[]} growing />
  );
}

test('after the end of a long answer its last words are in view, at any size of the window', () => {
  const scrolled = vi.spyOn(Element.prototype, 'scrollTo').mockImplementation(() => {});
  vi.spyOn(Element.prototype, 'clientHeight', 'get').mockReturnValue(300);
  vi.spyOn(Element.prototype, 'getBoundingClientRect').mockImplementation(function (this: Element) {
    return { top: this.className === 'turn__coming' ? 900 : 0 } as DOMRect;
  });
  const words = [
    { text: 'The', start_ms: 0, end_ms: 500, heard: true },
    { text: ' end.', start_ms: 500, end_ms: 1000, heard: true },
  ];
  const engine = { onFrame: () => () => {}, shownMs: () => 2000 } as unknown as PlayerEngine;
  const said = { ...turn(0, 'The end.'), words };
  render(<Transcript engine={engine} turns={[said]} events={[]} growing />);
  expect(scrolled).toHaveBeenLastCalledWith({ top: 900 - 0.4 * 300, behavior: 'auto' });
  // A lower window, in which the word would be out of view.
  vi.spyOn(Element.prototype, 'clientHeight', 'get').mockReturnValue(120);
  resize();
  expect(scrolled).toHaveBeenLastCalledWith({ top: 900 - 0.4 * 120, behavior: 'auto' });
  vi.restoreAllMocks();
});

test.each([
  ['Enter', false],
  [' ', false],
  [' ', true],
])('%j plays from a row that has focus (single keys off: %s)', (key, off) => {
  setSingleKeysOff(off);
  const seek = vi.fn();
  const onSpace = vi.fn();
  const engine = { seek, onFrame: () => () => {}, shownMs: () => 0 } as unknown as PlayerEngine;
  const { getByText } = render(<Page engine={engine} onSpace={onSpace} />);
  const row = getByText('Two').closest<HTMLElement>('[role="button"]');
  row?.focus();
  fireEvent.keyDown(row as HTMLElement, { key });
  expect(seek).toHaveBeenCalledExactlyOnceWith(5000);
  expect(onSpace).not.toHaveBeenCalled();
});

test('what is missing has its line also where nobody spoke', () => {
  const engine = { onFrame: () => () => {}, shownMs: () => 0 } as unknown as PlayerEngine;
  const gap = { icon: 'gap', text: 'Missing: 1.0 s of camera', chip: null, atMs: 7000 } as const;
  const other = { icon: 'camera', text: 'Camera on', chip: null, atMs: 0 } as const;
  const { getByRole } = render(
    <Transcript engine={engine} turns={[]} events={[other, gap]} growing />,
  );
  const lines = [...getByRole('list', { name: 'Transcript' }).children];
  expect(lines.map(({ textContent }) => textContent)).toEqual([
    'Nobody spoke.',
    '0:07Missing: 1.0 s of camera',
  ]);
  expect(lines[1]?.querySelector('.hatch')).not.toBeNull();
});

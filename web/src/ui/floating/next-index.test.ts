import { expect, test } from 'vitest';
import { nextIndex } from './next-index';

const arrows = ['ArrowUp', 'ArrowDown'] as const;

test.each<[string, number, number | null]>([
  ['ArrowDown', -1, 0],
  ['ArrowDown', 0, 1],
  ['ArrowDown', 2, 2],
  ['ArrowUp', -1, 2],
  ['ArrowUp', 1, 0],
  ['ArrowUp', 0, 0],
  ['Home', 2, 0],
  ['End', 0, 2],
  ['ArrowLeft', 1, null],
  ['x', 1, null],
])('%s from %i of three goes to %s', (key, index, want) => {
  expect(nextIndex(key, index, 3, arrows)).toBe(want);
});

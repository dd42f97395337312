import { expect, test } from 'vitest';
import { afterSilence, silencesOf, silentMs } from './silence';

const turn = (start_ms: number, end_ms: number) => ({ start_ms, end_ms });

test('jumps from behind one turn to before the next', () => {
  expect(silencesOf([turn(0, 1000), turn(5000, 6000)], 6000)).toEqual([
    { fromMs: 1200, toMs: 4700 },
  ]);
});

test('a pause of a second or less is left', () => {
  expect(silencesOf([turn(0, 1000), turn(2000, 3000)], 3000)).toEqual([]);
  expect(silencesOf([turn(0, 1000), turn(2001, 3000)], 3000)).toHaveLength(1);
});

test('the beginning and the end are silences too', () => {
  expect(silencesOf([turn(4000, 5000)], 9000)).toEqual([
    { fromMs: 0, toMs: 3700 },
    { fromMs: 5200, toMs: 9000 },
  ]);
});

test('overlapping turns neither hide a silence nor make one', () => {
  expect(silencesOf([turn(0, 8000), turn(1000, 2000), turn(9500, 9600)], 9700)).toEqual([
    { fromMs: 8200, toMs: 9200 },
  ]);
});

test('turns in any order, and beyond the end', () => {
  expect(silencesOf([turn(5000, 99_000), turn(0, 1000)], 6000)).toEqual([
    { fromMs: 1200, toMs: 4700 },
  ]);
  expect(silencesOf([turn(0, 1000), turn(50_000, 60_000)], 3000)).toEqual([
    { fromMs: 1200, toMs: 2700 },
  ]);
});

test('without a single turn nothing is jumped over', () => {
  expect(silencesOf([], 60_000)).toEqual([]);
});

test('where it goes on, and how much that saves', () => {
  const silences = silencesOf([turn(0, 1000), turn(5000, 6000)], 6000);
  expect(afterSilence(silences, 1199)).toBeNull();
  expect(afterSilence(silences, 1200)).toBe(4700);
  expect(afterSilence(silences, 4600)).toBe(4700);
  expect(afterSilence(silences, 4700)).toBeNull();
  expect(silentMs(silences)).toBe(3500);
});

test('where it goes on is not silence again, however a media element rounds the time', () => {
  for (let toMs = 2000; toMs < 4000; toMs += 1) {
    const next = afterSilence([{ fromMs: 0, toMs }], 1000) ?? 0;
    expect([toMs, afterSilence([{ fromMs: 0, toMs }], (next / 1000) * 1000)]).toEqual([toMs, null]);
  }
});

test('a loop is not left by skipping what is silent at its end', () => {
  const silences = [
    { fromMs: 1200, toMs: 4700 },
    { fromMs: 6200, toMs: 9700 },
  ];
  const loop = { toMs: 7000 };
  expect(afterSilence(silences, 1500, loop)).toBe(4700);
  expect(afterSilence(silences, 6500, loop)).toBeNull();
  expect(afterSilence(silences, 7500, loop)).toBe(9700);
  expect(afterSilence(silences, 6500, { toMs: null })).toBe(9700);
});

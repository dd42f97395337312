import { expect, test } from 'vitest';
import { heldAt, heldPictures } from './picture-words';

const kLength = 60_000;
const camera = (at_ms: number, on: boolean) => ({ at_ms, kind: 'camera', detail: { on } });
const loss = (gaps: readonly (readonly [number, number])[] = []) => ({
  chunks_expected: 60,
  chunks_stored: 60,
  channels: [
    {
      channel: 'camera' as const,
      unit: 'frames' as const,
      kept: 1,
      missing: 0,
      gaps: gaps.map(([start_ms, end_ms]) => ({ start_ms, end_ms })),
    },
  ],
});
const held = (events: ReturnType<typeof camera>[], gaps?: [number, number][]) =>
  heldPictures({ events, loss: loss(gaps) }, kLength).map(
    ({ startMs, endMs, words }) => `${startMs}–${endMs} ${words}`,
  );

test.each([
  ['a camera that is on all the time', [camera(0, true)], []],
  ['a camera that opens slowly', [camera(900, true)], []],
  [
    'off in the middle',
    [camera(0, true), camera(5000, false), camera(9000, true)],
    ['5000–9000 Camera off'],
  ],
  ['off until the end', [camera(0, true), camera(5000, false)], [`5000–${kLength} Camera off`]],
  ['on late', [camera(7000, true)], ['0–7000 Camera off']],
  [
    'off twice in a row',
    [camera(0, false), camera(2000, false), camera(3000, true)],
    ['0–3000 Camera off'],
  ],
  ['no camera at all', [], []],
])('%s', (_name, events, want) => {
  expect(held(events)).toEqual(want);
});

test('a stall says how long it was, and a camera that is off misses nothing', () => {
  const view = {
    events: [camera(0, true), camera(5000, false)],
    loss: loss([
      [2000, 3000],
      [5000, 6000],
    ]),
  };
  const found = heldPictures(view, kLength);
  expect(heldAt(found, 1999)).toBeNull();
  expect(heldAt(found, 2000)?.words).toBe('Camera missing 1.0 s');
  expect(heldAt(found, 3000)).toBeNull();
  expect(heldAt(found, 5500)?.words).toBe('Camera off');
});

test('pictures that come again end "Camera off", also when the switch was lost with them', () => {
  const off = [camera(0, true), camera(8900, false)];
  expect(held(off, [[8900, 13_000]])).toEqual([
    '8900–13000 Camera off',
    '8900–13000 Camera missing 4.1 s',
  ]);
  // The chunk with the switch to on is missing.
  expect(held(off, [[11_000, 13_000]])).toEqual([
    '8900–11000 Camera off',
    '11000–13000 Camera missing 2.0 s',
  ]);
  // A gap that the end of the recording ends has no picture after it.
  expect(held(off, [[8000, kLength]])[0]).toBe(`8900–${kLength} Camera off`);
});

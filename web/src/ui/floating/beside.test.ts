import { expect, test } from 'vitest';
import { beside, type Wish } from './beside';

const room = { width: 1000, height: 600 };
const menu = { width: 200, height: 150 };
const button = (left: number, top: number) => ({ left, top, width: 40, height: 36 });

test.each<[string, ReturnType<typeof button>, Wish, { left: number; top: number }]>([
  [
    'below, left edges',
    button(300, 100),
    { side: 'bottom', align: 'start' },
    { left: 300, top: 142 },
  ],
  [
    'below, right edges',
    button(300, 100),
    { side: 'bottom', align: 'end' },
    { left: 140, top: 142 },
  ],
  [
    'above, in the middle',
    button(300, 300),
    { side: 'top', align: 'center' },
    { left: 220, top: 144 },
  ],
  [
    'no room below: above',
    button(300, 500),
    { side: 'bottom', align: 'start' },
    { left: 300, top: 344 },
  ],
  [
    'no room above: below',
    button(300, 20),
    { side: 'top', align: 'start' },
    { left: 300, top: 62 },
  ],
  [
    'at the right edge',
    button(960, 100),
    { side: 'bottom', align: 'start' },
    { left: 792, top: 142 },
  ],
  ['at the left edge', button(0, 100), { side: 'bottom', align: 'end' }, { left: 8, top: 142 }],
])('%s', (_name, anchor, wish, want) => {
  expect(beside(anchor, menu, room, wish)).toEqual(want);
});

test('what fits nowhere stays in the window, at its top', () => {
  const tall = { width: 200, height: 700 };
  expect(beside(button(300, 100), tall, room, { side: 'bottom', align: 'start' }).top).toBe(8);
});

test('with too little room on both sides it goes where there is more', () => {
  const low = { width: 1000, height: 200 };
  const at = beside(button(300, 60), menu, low, { side: 'top', align: 'start' });
  expect(at.top).toBe(42); // below would be 102; held in the window
});

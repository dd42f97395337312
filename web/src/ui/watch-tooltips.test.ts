// @vitest-environment jsdom
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { watchTooltips } from './watch-tooltips';

const shown: (string | null)[] = [];
let end = () => {};
const button = (name: string) => {
  const found = document.getElementById(name);
  if (!found) throw new Error(name);
  return found;
};
// jsdom has no PointerEvent.
const point = (type: string, target: Element, pointerType = 'mouse') =>
  target.dispatchEvent(Object.assign(new MouseEvent(type, { bubbles: true }), { pointerType }));

beforeEach(() => {
  vi.useFakeTimers();
  document.body.innerHTML =
    '<button id="a" data-tooltip="A"><svg></svg></button><button id="b" data-tooltip="B"></button><p id="p"></p>';
  shown.length = 0;
  end = watchTooltips(document, (control) => {
    if (shown.at(-1) !== (control?.id ?? null)) shown.push(control?.id ?? null);
  });
});
afterEach(() => {
  end();
  vi.useRealTimers();
});

test('shown when the pointer rests, gone when it leaves', () => {
  point('pointerover', button('a'));
  vi.advanceTimersByTime(399);
  expect(shown).toEqual([null]);
  vi.advanceTimersByTime(1);
  expect(shown).toEqual([null, 'a']);
  // The icon belongs to its button.
  point('pointerover', button('a').firstElementChild ?? document.body);
  expect(shown).toEqual([null, 'a']);
  point('pointerover', button('p'));
  expect(shown).toEqual([null, 'a', null]);
});

test('a finger shows none', () => {
  point('pointerover', button('a'), 'touch');
  vi.runAllTimers();
  expect(shown).toEqual([]);
});

test.each(['pointerdown', 'scroll', 'Escape'])('%s closes it, and it stays closed', (what) => {
  point('pointerover', button('a'));
  vi.runAllTimers();
  if (what === 'Escape')
    button('a').dispatchEvent(new KeyboardEvent('keydown', { key: what, bubbles: true }));
  else point(what, button('a'));
  point('pointerover', button('a'));
  vi.runAllTimers();
  expect(shown).toEqual([null, 'a', null]);
});

test('a control whose menu is open shows none', () => {
  button('a').setAttribute('aria-expanded', 'true');
  point('pointerover', button('a'));
  vi.runAllTimers();
  expect(shown).toEqual([null]);
});

test('the focus by keyboard shows it at once', () => {
  button('b').matches = () => true;
  button('b').focus();
  expect(shown).toEqual(['b']);
  button('b').blur();
  expect(shown).toEqual(['b', null]);
});

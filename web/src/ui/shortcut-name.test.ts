import { expect, it } from 'vitest';
import { type KeyPress, shortcutName } from './shortcut-name';

type Case = readonly [layout: string, press: Partial<KeyPress>, name: string];
const cases: readonly Case[] = [
  ['US', { key: 'm', code: 'KeyM' }, 'm'],
  ['US', { key: 'H', code: 'KeyH', shiftKey: true }, 'Shift+H'],
  ['US', { key: '?', code: 'Slash', shiftKey: true }, '?'],
  ['US', { key: 'z', code: 'KeyZ', metaKey: true }, 'Ctrl+Z'],
  ['US', { key: 'ArrowLeft', code: 'ArrowLeft', shiftKey: true }, 'Shift+ArrowLeft'],
  ['US', { key: ' ', code: 'Space' }, ' '],
  ['US, Caps Lock', { key: 'M', code: 'KeyM' }, 'm'],
  ['US, Caps Lock', { key: 'h', code: 'KeyH', shiftKey: true }, 'Shift+H'],
  ['US, Caps Lock', { key: 'B', code: 'KeyB', ctrlKey: true }, 'Ctrl+B'],
  ['US, Caps Lock', { key: 'o', code: 'KeyO', ctrlKey: true, shiftKey: true }, 'Ctrl+Shift+O'],
  ['Dvorak', { key: 'm', code: 'KeyM' }, 'm'],
  ['Dvorak', { key: 'l', code: 'KeyP' }, 'l'],
  ['Dvorak', { key: ',', code: 'KeyW' }, ','],
  ['AZERTY', { key: 'm', code: 'Semicolon' }, 'm'],
  ['AZERTY', { key: ',', code: 'KeyM' }, ','],
  ['AZERTY', { key: 'a', code: 'KeyQ' }, 'a'],
  ['AZERTY', { key: '1', code: 'Digit1', shiftKey: true }, '1'],
  ['AZERTY', { key: 'é', code: 'Digit2' }, 'é'],
  ['German', { key: 'z', code: 'KeyY' }, 'z'],
  ['Turkish', { key: 'ı', code: 'KeyI' }, 'ı'],
  ['Russian', { key: 'ь', code: 'KeyM' }, 'm'],
  ['Russian, Caps Lock', { key: 'Ь', code: 'KeyM' }, 'm'],
  ['Russian', { key: 'Р', code: 'KeyH', shiftKey: true }, 'Shift+H'],
  ['Russian', { key: 'я', code: 'KeyZ', ctrlKey: true }, 'Ctrl+Z'],
  ['Russian', { key: 'Щ', code: 'KeyO', ctrlKey: true, shiftKey: true }, 'Ctrl+Shift+O'],
  ['Russian', { key: 'б', code: 'Comma' }, ','],
  ['Russian', { key: 'Ю', code: 'Period', shiftKey: true }, '>'],
  ['Greek', { key: 'κ', code: 'KeyK' }, 'k'],
  ['Hebrew', { key: 'צ', code: 'KeyM' }, 'm'],
  ['Arabic', { key: 'ة', code: 'KeyM' }, 'm'],
  ['Arabic', { key: '٤', code: 'Digit4' }, '4'],
  ['Arabic', { key: 'لا', code: 'KeyB' }, 'b'],
  ['Thai', { key: 'ท', code: 'KeyM' }, 'm'],
  ['Thai', { key: 'ข', code: 'Minus' }, '-'],
  ['Korean', { key: 'ㅡ', code: 'KeyM' }, 'm'],
  ['Japanese, fullwidth', { key: 'ｍ', code: 'KeyM' }, 'm'],
  ['Chinese, input method', { key: 'Process', code: 'KeyM' }, 'm'],
  ['no code', { key: 'ж', code: '' }, 'ж'],
];

it.each(cases)('%s %o is %s', (_, press, name) => {
  const plain = { ctrlKey: false, metaKey: false, shiftKey: false, code: '', key: '' };
  expect(shortcutName({ ...plain, ...press })).toBe(name);
});

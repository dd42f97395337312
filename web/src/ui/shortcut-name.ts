/**
 * The name of a key press in the form of `Shortcuts`: `Ctrl+Shift+O`, `Shift+H`, `m`, `?`. Pure.
 *
 * A Latin letter counts as printed on the key (Dvorak, AZERTY). Its case follows Shift and not Caps Lock. On a layout
 * without Latin letters (Cyrillic, Greek, Hebrew, Arabic, Thai …) the position of the key counts, as on a US keyboard.
 */
export type KeyPress = Pick<KeyboardEvent, 'key' | 'code' | 'ctrlKey' | 'metaKey' | 'shiftKey'>;

/** Keys of a US keyboard other than letters: without and with Shift. */
const kPlaces: Readonly<Record<string, string>> = {
  Digit0: '0)',
  Digit1: '1!',
  Digit2: '2@',
  Digit3: '3#',
  Digit4: '4$',
  Digit5: '5%',
  Digit6: '6^',
  Digit7: '7&',
  Digit8: '8*',
  Digit9: '9(',
  Minus: '-_',
  Equal: '=+',
  Comma: ',<',
  Period: '.>',
  Slash: '/?',
};
/** Distance of fullwidth signs (East Asian input methods) from the ASCII ones. */
const kFullwidthOffset = 0xfee0;

export function shortcutName(event: KeyPress): string {
  const printed = printedKey(event);
  const letter = /^[a-z]$/i.test(printed);
  const control = event.ctrlKey || event.metaKey;
  const upper = control || event.shiftKey;
  const key = letter ? (upper ? printed.toUpperCase() : printed.toLowerCase()) : printed;
  const shift = event.shiftKey && (letter || key.length > 1 || event.ctrlKey);
  return `${control ? 'Ctrl+' : ''}${shift ? 'Shift+' : ''}${key}`;
}

function printedKey({ key, code, shiftKey }: KeyPress): string {
  // A named key. `Process`: an input method has taken the key, and the name is not known.
  if (key !== 'Process' && /^[A-Z][A-Za-z0-9]+$/.test(key)) return key;
  if (/^[\u{ff01}-\u{ff5e}]$/u.test(key)) {
    return String.fromCharCode(key.charCodeAt(0) - kFullwidthOffset);
  }
  if (/^[\u{0020}-\u{007e}]$|^\p{Script=Latin}$/u.test(key)) return key;
  const letter = /^Key([A-Z])$/.exec(code)?.[1];
  return letter ?? kPlaces[code]?.[shiftKey ? 1 : 0] ?? key;
}

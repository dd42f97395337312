/**
 * Whether anybody has pressed something in this document. The browser's own `userActivation` also counts what was pressed
 * in the document before, for example before a reload.
 */
let pressed = false;

export const wasPressed = (): boolean => pressed;

/** Call it once, before anything can be pressed. */
export function watchPresses(page: EventTarget): void {
  const kinds = ['pointerdown', 'click', 'keydown'];
  const see = (event: Event) => {
    if (!event.isTrusted) return;
    pressed = true;
    for (const kind of kinds) page.removeEventListener(kind, see, true);
  };
  for (const kind of kinds) page.addEventListener(kind, see, true);
}

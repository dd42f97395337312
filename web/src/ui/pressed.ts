/**
 * Whether anybody has pressed something in this document. The browser's own `userActivation` also counts what was pressed
 * in the document before, for example before a reload.
 */
let pressed = false;

export const wasPressed = (): boolean => pressed;

/** A link that is pressed before the app stands leads to another document, which belongs to the same press. */
const kName = 'reprise.pressed';
const kKeptMs = 10_000;

export function keepPress(now = Date.now()): void {
  try {
    sessionStorage.setItem(kName, String(now));
  } catch {} // Then the player waits for Play.
}

function wasKept(now: number): boolean {
  try {
    const at = Number(sessionStorage.getItem(kName) ?? Number.NaN);
    sessionStorage.removeItem(kName);
    return now - at < kKeptMs;
  } catch {
    return false;
  }
}

/** Call it once, before anything can be pressed. */
export function watchPresses(page: EventTarget, now = Date.now()): void {
  pressed = wasKept(now);
  const kinds = ['pointerdown', 'click', 'keydown'];
  const see = (event: Event) => {
    if (!event.isTrusted) return;
    pressed = true;
    for (const kind of kinds) page.removeEventListener(kind, see, true);
  };
  for (const kind of kinds) page.addEventListener(kind, see, true);
}

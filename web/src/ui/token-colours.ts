/**
 * Colours of design tokens for a canvas, as the current theme resolves them. To read one costs a layout of the page, so
 * all canvases share them.
 */

const kSchemes = ['(prefers-color-scheme: dark)', '(forced-colors: active)'];

const known = new Map<string, string>();
const listeners = new Set<() => void>();
let watching = false;

/** From the first use until the page is closed. */
function watch(): void {
  if (watching) return;
  watching = true;
  const changed = () => {
    known.clear();
    for (const listener of listeners) listener();
  };
  const theme = new MutationObserver(changed);
  theme.observe(document.documentElement, { attributes: true, attributeFilter: ['data-theme'] });
  for (const scheme of kSchemes) matchMedia(scheme).addEventListener('change', changed);
}

function read(names: readonly string[]): void {
  const probe = document.createElement('i');
  // The browser does not apply forced colours to a canvas; the tokens are system colours then.
  probe.style.forcedColorAdjust = 'none';
  document.body.append(probe);
  for (const name of names) {
    probe.style.color = `var(--${name})`;
    known.set(name, getComputedStyle(probe).color);
  }
  probe.remove();
}

/** The colours of the tokens `--name`. */
export function tokenColours<Name extends string>(names: readonly Name[]): Record<Name, string> {
  watch();
  if (names.some((name) => !known.has(name))) read(names);
  const colours = names.map((name) => [name, known.get(name)]);
  return Object.fromEntries(colours) as Record<Name, string>;
}

/** Calls `listener` whenever the colours have changed. Returns what ends that. */
export function onRecolour(listener: () => void): () => void {
  watch();
  listeners.add(listener);
  return () => void listeners.delete(listener);
}

/** How long the pointer rests on a control until its text is shown. */
const kRestMs = 400;

const controlAt = (target: EventTarget | null): HTMLElement | null =>
  target instanceof Element ? target.closest<HTMLElement>('[data-tooltip]') : null;
const isOpen = (control: HTMLElement) => control.getAttribute('aria-expanded') === 'true';

/**
 * Calls `show` with the control whose tooltip is to be seen, and with null when it must go: by a press, by Esc, when the
 * page scrolls, when pointer or focus leave. Returns what ends it.
 */
export function watchTooltips(
  page: Document,
  show: (control: HTMLElement | null) => void,
): () => void {
  let over: HTMLElement | null = null;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const hide = () => {
    clearTimeout(timer);
    show(null);
  };
  const onOver = (event: PointerEvent) => {
    const control = event.pointerType === 'touch' ? null : controlAt(event.target);
    if (control === over) return;
    over = control;
    hide();
    if (control) timer = setTimeout(() => isOpen(control) || show(control), kRestMs);
  };
  const onLeave = () => {
    over = null;
    hide();
  };
  const onFocus = (event: FocusEvent) => {
    const control = controlAt(event.target);
    if (control?.matches(':focus-visible') && !isOpen(control)) {
      clearTimeout(timer);
      show(control);
    }
  };
  const onKey = (event: KeyboardEvent) => {
    if (event.key === 'Escape') hide();
  };
  const all: readonly (readonly [string, (event: never) => void])[] = [
    ['pointerover', onOver],
    ['pointerdown', hide],
    ['focusin', onFocus],
    ['focusout', hide],
    ['keydown', onKey],
    ['scroll', hide],
  ];
  for (const [name, listener] of all) page.addEventListener(name, listener as EventListener, true);
  page.documentElement.addEventListener('pointerleave', onLeave);
  return () => {
    clearTimeout(timer);
    for (const [name, listener] of all) {
      page.removeEventListener(name, listener as EventListener, true);
    }
    page.documentElement.removeEventListener('pointerleave', onLeave);
  };
}

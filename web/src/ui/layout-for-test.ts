import { vi } from 'vitest';

class Observer {
  observe() {}
  unobserve() {}
  disconnect() {}
}

/** For what observes sizes: jsdom has no such observers, and nothing there changes its size. */
export function stubObservers(): void {
  vi.stubGlobal('IntersectionObserver', Observer);
  vi.stubGlobal('ResizeObserver', Observer);
}

/**
 * jsdom lays nothing out, so that a list of which only what is in view exists would stay empty: everything that scrolls is 600 px high,
 * and every item 60.
 */
export function layOutForTest(): void {
  stubObservers();
  vi.spyOn(Element.prototype, 'clientHeight', 'get').mockReturnValue(600);
  vi.spyOn(HTMLElement.prototype, 'offsetHeight', 'get').mockReturnValue(60);
}

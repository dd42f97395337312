import { vi } from 'vitest';

class Observer {
  observe() {}
  unobserve() {}
  disconnect() {}
}

/** Replaces the observers of sizes, which jsdom lacks. No size changes there. */
export function stubObservers(): void {
  vi.stubGlobal('IntersectionObserver', Observer);
  vi.stubGlobal('ResizeObserver', Observer);
}

/**
 * Gives elements a size. jsdom has no layout, so a list that renders only the visible items would stay empty.
 * Everything that scrolls is 600 px high, and every item 60.
 */
export function layOutForTest(): void {
  stubObservers();
  vi.spyOn(Element.prototype, 'clientHeight', 'get').mockReturnValue(600);
  vi.spyOn(HTMLElement.prototype, 'offsetHeight', 'get').mockReturnValue(60);
}

// @vitest-environment jsdom
import { act, cleanup, fireEvent, render } from '@testing-library/react';
import { useRef } from 'react';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { setSingleKeysOff } from '../../ui/use-shortcuts';
import { useFullScreen } from './use-full-screen';

/** jsdom has no full screen. */
let shown: Element | null = null;
const show = (element: Element | null) => {
  shown = element;
  document.dispatchEvent(new Event('fullscreenchange'));
};

beforeEach(() => {
  shown = null;
  Object.defineProperty(document, 'fullscreenElement', { configurable: true, get: () => shown });
  document.exitFullscreen = async () => show(null);
  Element.prototype.requestFullscreen = async function (this: Element) {
    show(this);
  };
});
afterEach(() => {
  cleanup();
  localStorage.clear();
});

function Page() {
  const inside = useRef<HTMLDivElement>(null);
  const { on, toggle } = useFullScreen(inside);
  return (
    <div className="player">
      <div ref={inside} />
      <button type="button" onClick={toggle}>
        {on ? 'Leave full screen' : 'Full screen'}
      </button>
    </div>
  );
}

test('the button shows the whole player, and says what it does now', () => {
  const { getByRole, container } = render(<Page />);
  fireEvent.click(getByRole('button', { name: 'Full screen' }));
  expect(shown).toBe(container.querySelector('.player'));
  fireEvent.click(getByRole('button', { name: 'Leave full screen' }));
  expect(shown).toBeNull();
  getByRole('button', { name: 'Full screen' });
});

test.each([false, true])('Esc leaves full screen; single keys off: %s', (off) => {
  setSingleKeysOff(off);
  const { getByRole } = render(<Page />);
  const before = vi.fn();
  addEventListener('keydown', before, { once: true });
  fireEvent.keyDown(document.body, { key: 'Escape' });
  // Outside full screen the key is left alone.
  expect(before.mock.calls[0]?.[0].defaultPrevented).toBe(false);
  fireEvent.click(getByRole('button', { name: 'Full screen' }));
  fireEvent.keyDown(document.body, { key: 'Escape' });
  expect(shown).toBeNull();
});

test('a browser without full screen shows the button as usual', () => {
  Object.defineProperty(document, 'fullscreenElement', { configurable: true, value: undefined });
  delete (Element.prototype as Partial<Element>).requestFullscreen;
  const { getByRole } = render(<Page />);
  act(() => getByRole('button', { name: 'Full screen' }).click());
  getByRole('button', { name: 'Full screen' });
});

// @vitest-environment jsdom
import { cleanup, fireEvent, render } from '@testing-library/react';
import { afterEach, expect, test, vi } from 'vitest';
import type { PlayerEngine } from '../../media/player/player-engine';
import { EventsList } from './events-list';
import type { NamedEvent } from './named-events';

afterEach(cleanup);

const event = (atMs: number, text: string): NamedEvent => ({
  atMs,
  text,
  icon: 'camera',
  chip: null,
});

test('the events are one tab stop; arrows move, a press seeks', () => {
  const seek = vi.fn();
  const { getByText, getAllByRole } = render(
    <EventsList
      engine={{ seek } as unknown as PlayerEngine}
      events={[event(0, 'Camera on'), event(5000, 'Camera off'), event(9000, 'Hung up')]}
    />,
  );
  const stops = () => getAllByRole('button').map((button) => button.tabIndex);
  expect(stops()).toEqual([0, -1, -1]);
  getAllByRole('button')[0]?.focus();
  fireEvent.keyDown(getByText('Camera on'), { key: 'ArrowDown' });
  expect(document.activeElement?.textContent).toContain('Camera off');
  expect(stops()).toEqual([-1, 0, -1]);
  fireEvent.click(getByText('Camera off'));
  expect(seek).toHaveBeenCalledWith(5000);
});

/**
 * Presses of Esc that closed a tooltip. Such a press was meant for the window around it, too; but it is marked as
 * handled, and the tooltip is gone from the page, when the window gets it.
 */
const presses = new WeakSet<Event>();

export const tooltipEscapes = {
  add: (press: KeyboardEvent): void => void presses.add(press),
  has: (press: KeyboardEvent): boolean => presses.has(press),
};

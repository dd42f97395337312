import type { NamedEvent } from './named-events';

/** One chip in the event lane: one event, or several that are too close together to be shown alone. */
export type EventChip = {
  readonly events: readonly [NamedEvent, ...NamedEvent[]];
  /** Whether its text fits before the next chip. */
  readonly words: boolean;
};

/** Widths of a chip with an icon and a number, and with words. */
const kIconPx = 40;
const kWordsPx = 92;

/** The chips of the events in view, in the order of time. `msPerPx` is the scale of the lane. */
export function eventChips(events: readonly NamedEvent[], msPerPx: number): EventChip[] {
  const groups: [NamedEvent, ...NamedEvent[]][] = [];
  for (const event of events) {
    const last = groups.at(-1);
    if (last && event.atMs - last[0].atMs < kIconPx * msPerPx) last.push(event);
    else groups.push([event]);
  }
  return groups.map((group, index) => {
    const next = groups[index + 1];
    return { events: group, words: !next || next[0].atMs - group[0].atMs >= kWordsPx * msPerPx };
  });
}

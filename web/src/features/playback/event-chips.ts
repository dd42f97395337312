import type { NamedEvent } from './named-events';

/** One chip in the event lane: one event, or several that are too close together to be shown alone. */
export type EventChip = {
  readonly events: readonly [NamedEvent, ...NamedEvent[]];
  /** Where it is placed: at its first event, or earlier, so that it is whole at the end of the lane. */
  readonly placeMs: number;
  /** Whether its text fits before the next chip, or before the end of the lane. */
  readonly words: boolean;
};

/** Widths of a chip with an icon and a number, and with words. */
const kIconPx = 40;
const kWordsPx = 92;

/** The chips of the events in view, in the order of time. `msPerPx` is the scale of the lane, which ends at `endMs`. */
export function eventChips(
  events: readonly NamedEvent[],
  msPerPx: number,
  endMs: number,
): EventChip[] {
  const place = ({ atMs }: NamedEvent) => Math.min(atMs, endMs - kIconPx * msPerPx);
  const groups: [NamedEvent, ...NamedEvent[]][] = [];
  for (const event of events) {
    const last = groups.at(-1);
    if (last && place(event) - place(last[0]) < kIconPx * msPerPx) last.push(event);
    else groups.push([event]);
  }
  return groups.map((group, index) => {
    const next = groups[index + 1];
    const placeMs = place(group[0]);
    const untilMs = next ? place(next[0]) : endMs;
    return { events: group, placeMs, words: untilMs - placeMs >= kWordsPx * msPerPx };
  });
}

/** The one of them that a chip stands for: a cut, else something that the person marked or ticked, else the first. */
export const mainOf = ({ events }: EventChip): NamedEvent =>
  events.find(({ icon }) => icon === 'cut') ??
  events.find(({ icon }) => icon === 'mark') ??
  events[0];

/** So many events of a chip are named. */
const kNamedMax = 4;

export function nameOf({ events }: EventChip): string {
  if (events.length === 1) return events[0].text;
  const rest = events.length - kNamedMax;
  const named = events.slice(0, kNamedMax).map(({ text }) => text);
  return `${events.length} events: ${named.join('; ')}${rest > 0 ? `; and ${rest} more` : ''}`;
}

/** What is read aloud after the text that a chip shows, so that both together are the name, and nothing is said twice. */
export function afterShown(shown: string | null, name: string): string {
  if (shown === null) return name;
  return name.startsWith(shown) ? name.slice(shown.length) : `, ${name}`;
}

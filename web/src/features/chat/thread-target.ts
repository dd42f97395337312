/** A place in a thread to which somebody wants to go. Pure. */
import type { Message } from '../../api/chats';

export type Target =
  | { readonly kind: 'message'; readonly id: string }
  /** `2026-11-29`, by the reader's calendar. */
  | { readonly kind: 'day'; readonly day: string };

const kPrefix = 'message-';
export const elementIdOf = (messageId: string) => kPrefix + messageId;

/** The message that an address names by its `#message-…`. */
export function targetOf(hash: string): Target | null {
  const name = hash.replace(/^#/, '');
  return name.startsWith(kPrefix) ? { kind: 'message', id: name.slice(kPrefix.length) } : null;
}

const startOf = (day: string) => new Date(`${day}T00:00:00`).getTime();
const timeOf = ({ created_at: at }: Message) => new Date(at).getTime();

/**
 * The message that a target names: the first one of a day or after it. `older`: it may be among those that are not
 * loaded yet. `all`: the oldest first.
 */
export function findTarget(
  target: Target,
  all: readonly Message[],
): { readonly message: Message } | 'older' {
  if (target.kind === 'message') {
    const message = all.find(({ id }) => id === target.id);
    return message ? { message } : 'older';
  }
  const start = startOf(target.day);
  const [oldest] = all;
  if (!oldest || timeOf(oldest) >= start) return 'older';
  const message = all.find((one) => timeOf(one) >= start) ?? all.at(-1);
  return message ? { message } : 'older';
}

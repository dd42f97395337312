/** Which messages of a chat are shown: one branch of the tree in which they hang on each other. Pure. */
import type { Message } from '../../api/chats';

export type Shown = {
  readonly message: Message;
  /** All messages that hang on the same one, the oldest first; one of them is `message`. */
  readonly siblings: readonly Message[];
};
/** The chosen sibling, by what they hang on; `''` for those that hang on nothing. */
export type Choices = ReadonlyMap<string, string>;

/** The branch that `choices` select; where none is chosen, the newest one. `messages`: the oldest first. */
export function branchOf(messages: readonly Message[], choices: Choices): readonly Shown[] {
  const known = new Set(messages.map(({ id }) => id));
  const below = new Map<string, Message[]>();
  for (const message of messages) {
    // The page before may not be loaded yet.
    const parent = known.has(message.parent_id ?? '') ? (message.parent_id ?? '') : '';
    below.set(parent, [...(below.get(parent) ?? []), message]);
  }
  const newest = newestBelow(messages);
  const branch: Shown[] = [];
  for (let at = ''; ; ) {
    const siblings = below.get(at);
    if (!siblings) return branch;
    const chosen = siblings.find(({ id }) => id === choices.get(at));
    const message = chosen ?? latest(siblings, newest);
    if (!message) return branch;
    branch.push({ message, siblings });
    at = message.id;
  }
}

/** For each message, the place of the newest message in its branch. */
function newestBelow(messages: readonly Message[]): ReadonlyMap<string, number> {
  const newest = new Map(messages.map(({ id }, place) => [id, place]));
  for (const { id, parent_id: parent } of messages.toReversed()) {
    if (parent === null || !newest.has(parent)) continue;
    newest.set(parent, Math.max(newest.get(parent) ?? 0, newest.get(id) ?? 0));
  }
  return newest;
}

const latest = (siblings: readonly Message[], newest: ReadonlyMap<string, number>) =>
  siblings.reduce((best, one) =>
    (newest.get(one.id) ?? 0) > (newest.get(best.id) ?? 0) ? one : best,
  );

/** The choices by which a message is shown; null: it is not among `messages`. */
export function choicesTo(messages: readonly Message[], id: string): Choices | null {
  const byId = new Map(messages.map((message) => [message.id, message]));
  let message = byId.get(id);
  if (!message) return null;
  const choices = new Map<string, string>();
  for (; message; message = byId.get(message.parent_id ?? '')) {
    // As in `branchOf`: the page before may not be loaded yet.
    const parent = byId.has(message.parent_id ?? '') ? (message.parent_id ?? '') : '';
    choices.set(parent, message.id);
  }
  return choices;
}

/** All messages of the loaded pages, the oldest first. */
export const messagesIn = (list: {
  readonly pages: readonly { readonly messages: readonly Message[] }[];
}): readonly Message[] => list.pages.toReversed().flatMap((page) => page.messages);

/** The key under which a message is hidden while its deletion can be undone. */
export const messageRemovalKey = (id: string) => `message:${id}`;

/**
 * The messages without removed texts and all texts that hang on them, as the server removes them: live sessions stay, and
 * hang on what the removed text hung on. `messages`: the oldest first.
 */
export function withoutRemoved(
  messages: readonly Message[],
  isRemoved: (id: string) => boolean,
): readonly Message[] {
  /** What hangs on a text that is gone hangs on this. */
  const instead = new Map<string, string | null>();
  const kept: Message[] = [];
  for (const message of messages) {
    const parent = message.parent_id ?? '';
    const below = instead.has(parent);
    const text = message.kind === 'text';
    if (text && (below || isRemoved(message.id))) {
      instead.set(message.id, below ? (instead.get(parent) ?? null) : message.parent_id);
    } else {
      kept.push(below ? { ...message, parent_id: instead.get(parent) ?? null } : message);
    }
  }
  return instead.size === 0 ? messages : kept;
}

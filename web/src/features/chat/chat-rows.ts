import type { Chat } from '../../api/chats';
import { formatDay } from '../../ui/format';

/** One item of the list: a chat, and the heading of the day if the chat is the first of that day. */
export type ChatListRow = { readonly chat: Chat; readonly day: string | null };

/** Keeps the order, in which the chat that was used last comes first. Pure. */
export function chatRows(chats: readonly Chat[], now: Date): ChatListRow[] {
  let before: string | null = null;
  return chats.map((chat) => {
    const day = formatDay(chat.last_used_at, now);
    const row = { chat, day: day === before ? null : day };
    before = day;
    return row;
  });
}

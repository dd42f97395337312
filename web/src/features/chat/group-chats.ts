import type { Chat } from '../../api/chats';
import { formatDay } from '../../ui/format';

export type ChatDay = { readonly day: string; readonly chats: readonly Chat[] };

/** Puts chats under the day of their last use. Keeps the order, which is newest first. */
export function groupChats(chats: readonly Chat[], now: Date): ChatDay[] {
  const days: { day: string; chats: Chat[] }[] = [];
  for (const chat of chats) {
    const day = formatDay(chat.last_used_at, now);
    const last = days.at(-1);
    if (last?.day === day) last.chats.push(chat);
    else days.push({ day, chats: [chat] });
  }
  return days;
}

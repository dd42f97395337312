/** What somebody has typed and not sent, for each chat. It lasts as long as the tab, also over a reload. */
const kept = new Map<string, string>();
const keyOf = (chat: string) => `reprise.draft.${chat}`;

export function readDraft(chat: string): string {
  try {
    return sessionStorage.getItem(keyOf(chat)) ?? '';
  } catch {
    return kept.get(chat) ?? '';
  }
}

export function writeDraft(chat: string, text: string): void {
  try {
    if (text === '') sessionStorage.removeItem(keyOf(chat));
    else sessionStorage.setItem(keyOf(chat), text);
  } catch {
    kept.set(chat, text);
  }
}

/**
 * What somebody has typed and not sent, for each person and chat: several may use one tab, one after the other, and none
 * sees what another has typed. It lasts as long as the tab, also over a reload and a login that ended, but not over logging out.
 */
const kept = new Map<string, string>();
const keyOf = (person: string, chat: string) => `reprise.draft.${person}.${chat}`;

/** `person` null: it is not known yet who is here. */
export function readDraft(person: string | null, chat: string): string {
  if (person === null) return '';
  const key = keyOf(person, chat);
  try {
    return sessionStorage.getItem(key) ?? '';
  } catch {
    return kept.get(key) ?? '';
  }
}

export function writeDraft(person: string | null, chat: string, text: string): void {
  if (person === null) return;
  const key = keyOf(person, chat);
  try {
    if (text === '') sessionStorage.removeItem(key);
    else sessionStorage.setItem(key, text);
  } catch {
    kept.set(key, text);
  }
}

/** What a live session is told before anything else: earlier utterances of its chat. Pure. */

/** One utterance, typed or said. */
export type HistoryTurn = { readonly role: 'person' | 'model'; readonly text: string };
/** In the form of the SDK. */
export type HistoryContent = { role: 'user' | 'model'; parts: { text: string }[] };

/** Utterances of one speaker that follow each other become one. */
export function historyContents(turns: readonly HistoryTurn[]): HistoryContent[] {
  const contents: HistoryContent[] = [];
  for (const { role: who, text } of turns) {
    const role = who === 'person' ? 'user' : 'model';
    const last = contents.at(-1);
    if (last?.role === role) last.parts.push({ text });
    else contents.push({ role, parts: [{ text }] });
  }
  return contents;
}

/** What another page gives to the composer of a chat: files, and words to begin with. */
export type ForComposer = { readonly files: readonly File[]; readonly text: string };

const waiting = new Map<string, ForComposer>();

/** The composer of this chat takes it when it is shown next. */
export const giveToComposer = (chatId: string, what: ForComposer): void => {
  waiting.set(chatId, what);
};

/** Once only. */
export function takeForComposer(chatId: string): ForComposer | null {
  const what = waiting.get(chatId) ?? null;
  waiting.delete(chatId);
  return what;
}

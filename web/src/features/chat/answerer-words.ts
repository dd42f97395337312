/** Who can answer, in words. Pure. */
import type { Answerer } from '../../api/answerers';
import type { Chat } from '../../api/chats';

const kKinds: Readonly<Record<Answerer['takes'][number], string>> = {
  text: 'text',
  pictures: 'pictures',
  sound: 'sound',
  video: 'video',
  documents: 'documents',
};

/** `No sound, video, documents.`; empty for one that understands everything. */
export function cannotWords(answerer: Answerer): string {
  const missing = Object.entries(kKinds)
    .filter(([kind]) => !answerer.takes.some((one) => one === kind))
    .map(([, words]) => words);
  return missing.length === 0 ? '' : `No ${missing.join(', ')}.`;
}

/** Who answers in a chat; null: this server does not know them any more. */
export function answererOf(
  answerers: readonly Answerer[],
  chat: Pick<Chat, 'provider' | 'model'>,
): { readonly answerer: Answerer; readonly model: string } | null {
  const answerer = answerers.find(({ provider, usual }) =>
    chat.provider === null ? usual : provider === chat.provider,
  );
  return answerer ? { answerer, model: chat.model ?? answerer.default_model } : null;
}

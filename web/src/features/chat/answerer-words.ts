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

const kindOf = (mediaType: string): Answerer['takes'][number] | null => {
  if (mediaType === '') return null;
  if (mediaType.startsWith('text/') || mediaType === 'application/json') return 'text';
  if (mediaType.startsWith('image/')) return 'pictures';
  if (mediaType.startsWith('audio/')) return 'sound';
  if (mediaType.startsWith('video/')) return 'video';
  return mediaType === 'application/pdf' ? 'documents' : null;
};

/** Why a file of this type will not be read; empty: it will, or the type tells nothing. */
export function cannotReadWords(who: Answers | null, mediaType: string): string {
  const kind = kindOf(mediaType);
  if (!who || !kind || who.answerer.takes.includes(kind)) return '';
  return `${who.model} cannot read ${kKinds[kind]}.`;
}

/** Who answers, and by which model. */
export type Answers = { readonly answerer: Answerer; readonly model: string };

/** Who answers in a chat; null: this server does not know them any more. */
export function answererOf(
  answerers: readonly Answerer[],
  chat: Readonly<Pick<Chat, 'provider' | 'model'>>,
): Answers | null {
  const answerer = answerers.find(({ provider, usual }) =>
    chat.provider === null ? usual : provider === chat.provider,
  );
  return answerer ? { answerer, model: chat.model ?? answerer.default_model } : null;
}

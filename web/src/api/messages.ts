import { isObject, judge } from './answer';
import { errorOf, unreachable } from './api-error';
import type { Message } from './chats';
import { body, client } from './client';
import { loginNeeded } from './login-needed';
import { readAnswer } from './read-answer';
import type { components } from './schema';
import { EventReader } from './sse';

export type Sent = components['schemas']['Sent'];

type NewMessage = {
  /** The same one again is the same message. */
  readonly clientId: string;
  readonly text: string;
  /** null: the first one of a branch of its own; undefined: after the newest. */
  readonly parentId: string | null | undefined;
  /** Files that were uploaded before. */
  readonly uploadIds: readonly string[];
};

export const sendMessage = async (chatId: string, message: NewMessage): Promise<Sent> =>
  body(
    await client.POST('/api/chats/{chat_id}/messages', {
      params: { path: { chat_id: chatId } },
      body: {
        client_id: message.clientId,
        text: message.text,
        upload_ids: [...message.uploadIds],
        ...(message.parentId === undefined ? {} : { parent_id: message.parentId }),
      },
    }),
  );

const pathOf = (message: Message) => ({
  path: { chat_id: message.chat_id, message_id: message.id },
});

/** The answer as it is then. */
export const stopAnswer = async (answer: Message): Promise<Message> =>
  body(
    await client.POST('/api/chats/{chat_id}/messages/{message_id}/stop', {
      params: pathOf(answer),
    }),
  );

/** A further answer to the same message. */
export const regenerateAnswer = async (answer: Message): Promise<Message> =>
  body(
    await client.POST('/api/chats/{chat_id}/messages/{message_id}/regenerate', {
      params: pathOf(answer),
    }),
  ).answer;

/** Removes a text with all texts that hang on it. `leaving`: the page is being closed. */
export const removeMessage = async (message: Message, leaving: boolean): Promise<void> => {
  await client.DELETE('/api/chats/{chat_id}/messages/{message_id}', {
    params: pathOf(message),
    keepalive: leaving,
  });
};

export type AnswerEvent =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'end'; readonly message: Message };

/** When a stream that ended early is asked for again, if the server does not say. */
const kAgainMs = 1_000;

const wait = (ms: number, signal: AbortSignal) =>
  new Promise<void>((resolve) => {
    const timer = setTimeout(resolve, ms);
    signal.addEventListener('abort', () => {
      clearTimeout(timer);
      resolve();
    });
  });

/** The text, or the message with which an answer ended. Null for what is neither. */
function eventOf(name: string, data: string): AnswerEvent | null {
  const value: unknown = JSON.parse(data);
  if (!isObject(value)) return null;
  if (name === 'delta' && typeof value.text === 'string') return { kind: 'text', text: value.text };
  const ended = (name === 'done' || name === 'error') && isObject(value.message);
  return ended ? { kind: 'end', message: value.message as unknown as Message } : null;
}

/**
 * Listens to an answer from its first piece to its end. A stream that breaks is asked for again, from where it broke, at
 * any node, for as long as it takes. Rejects when there is no such answer, or `signal` says so.
 */
export async function listenTo(
  answer: Message,
  signal: AbortSignal,
  hear: (event: AnswerEvent) => void,
): Promise<void> {
  const place = `/api/chats/${answer.chat_id}/messages/${answer.id}/stream`;
  for (let last = ''; ; ) {
    const headers: HeadersInit = last === '' ? {} : { 'last-event-id': last };
    let againMs = kAgainMs;
    try {
      const response = await fetch(place, { headers, signal, redirect: 'manual' });
      const stream = (response.headers.get('content-type') ?? '').startsWith('text/event-stream');
      if (!stream && response.status >= 400 && response.status < 500) {
        const error = errorOf(judge(await readAnswer(Promise.resolve(response))));
        if (error?.status === 401) loginNeeded.say();
        if (error && error.status !== 429) throw new Refused(error);
      }
      if (stream && response.ok && response.body) {
        const events = new EventReader();
        const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
        for (let piece = await reader.read(); !piece.done; piece = await reader.read()) {
          for (const { id, name, data } of events.take(piece.value)) {
            const event = eventOf(name, data);
            last = id;
            if (event) hear(event);
            if (event?.kind === 'end') return;
          }
        }
        againMs = events.retryMs ?? kAgainMs;
      }
    } catch (error) {
      if (error instanceof Refused) throw error.cause;
      // The network is away, or the server: they come back.
    }
    if (!signal.aborted) await wait(againMs, signal);
    if (signal.aborted) throw unreachable();
  }
}

class Refused extends Error {
  constructor(cause: Error) {
    super('', { cause });
  }
}

import { type QueryClient, useQueryClient } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { type Chat, chatQuery, type Message, newestPage } from '../../api/chats';
import { listenTo } from '../../api/messages';
import { putMessages, refreshChat } from './use-messages';

/** The title comes a moment after the first answer: the model is asked for it. */
const kTitleMs = [500, 1_000, 2_000, 4_000, 8_000, 16_000];

function lookForTitle(queries: QueryClient, chatId: string): void {
  const chat = queries.getQueryData<Chat>(chatQuery(chatId).queryKey);
  if (chat?.untitled) refreshChat(queries, chatId);
}

/** The text of an answer, which grows while it is written. */
export function useAnswer(message: Message): string {
  const queries = useQueryClient();
  const [heard, setHeard] = useState('');
  const running = message.role === 'model' && message.state === 'streaming';
  // biome-ignore lint/correctness/useExhaustiveDependencies: the same answer is listened to once
  useEffect(() => {
    if (!running) return;
    const leaving = new AbortController();
    let text = '';
    setHeard('');
    listenTo(message, leaving.signal, (event) => {
      if (event.kind === 'text') {
        text += event.text;
        setHeard(text);
        return;
      }
      putMessages(queries, message.chat_id, [event.message]);
      // A summary may stand above the question now.
      newestPage(message.chat_id)
        .then(({ messages }) => putMessages(queries, message.chat_id, messages))
        .catch(() => {
          // The next visit shows it.
        });
      refreshChat(queries, message.chat_id);
      for (const ms of kTitleMs) setTimeout(() => lookForTitle(queries, message.chat_id), ms);
    }).catch(() => {
      // It was removed, or this page is left.
    });
    return () => leaving.abort();
  }, [message.id, running]);
  return running && heard.length > message.text.length ? heard : message.text;
}

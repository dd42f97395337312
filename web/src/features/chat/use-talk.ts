import { useInfiniteQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { changeChat } from '../../api/answerers';
import { chatQuery, type Message, messagesQuery } from '../../api/chats';
import { sendMessage } from '../../api/messages';
import { branchOf, type Choices } from './branches';
import { putMessages, refreshChat, useStop } from './use-messages';

/** What somebody does in a chat by typing: which branch is read, what is sent, what is stopped. */
export function useTalk(chatId: string) {
  const queries = useQueryClient();
  const [choices, setChoices] = useState<Choices>(new Map());
  const stopping = useStop(chatId);
  const messages = useInfiniteQuery(messagesQuery(chatId));
  const all = messages.data?.pages.toReversed().flatMap((page) => page.messages) ?? [];
  const last = branchOf(all, choices).at(-1)?.message;

  const choose = (message: Message) =>
    setChoices((before) => new Map(before).set(message.parent_id ?? '', message.id));
  const sendAfter = async (
    text: string,
    clientId: string,
    uploadIds: readonly string[],
    parentId?: string | null,
  ) => {
    const { message, answer } = await sendMessage(chatId, { clientId, text, uploadIds, parentId });
    // The branch that was read goes on.
    choose(message);
    putMessages(queries, chatId, [message, answer]);
    refreshChat(queries, chatId);
  };
  return {
    choices,
    choose,
    send: (text: string, clientId: string, uploadIds: readonly string[]) =>
      sendAfter(text, clientId, uploadIds, messages.data ? (last?.id ?? null) : undefined),
    /** With the same files. */
    sendEdited: (text: string, message: Message) =>
      sendAfter(text, crypto.randomUUID(), message.upload_ids, message.parent_id),
    lastId: last?.id ?? null,
    agree: async () => {
      const chat = await queries.fetchQuery(chatQuery(chatId));
      const changed = await changeChat(chatId, { live_words_to: chat.provider ?? '' });
      queries.setQueryData(chatQuery(chatId).queryKey, changed);
    },
    stop: last?.state === 'streaming' ? () => stopping.mutate(last) : null,
  };
}

import { useInfiniteQuery, useQueryClient } from '@tanstack/react-query';
import { useMemo, useState } from 'react';
import { changeChat } from '../../api/answerers';
import { chatQuery, type Message, messagesQuery } from '../../api/chats';
import { sendMessage } from '../../api/messages';
import { useRemoved } from '../../ui/use-removed';
import {
  branchOf,
  type Choices,
  choicesTo,
  messageRemovalKey,
  messagesIn,
  withoutRemoved,
} from './branches';
import { putMessages, refreshChat, useStop } from './use-messages';

/** What somebody does in a chat by typing: which branch is read, what is sent, what is stopped. */
export function useTalk(chatId: string) {
  const queries = useQueryClient();
  const [choices, setChoices] = useState<Choices>(new Map());
  const removed = useRemoved();
  const stopping = useStop(chatId);
  const messages = useInfiniteQuery(messagesQuery(chatId));
  const last = useMemo(() => {
    const all = messages.data ? messagesIn(messages.data) : [];
    const kept = withoutRemoved(all, (id) => removed.has(messageRemovalKey(id)));
    return branchOf(kept, choices).at(-1)?.message;
  }, [messages.data, choices, removed]);

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
    show: (among: readonly Message[], message: Message) => {
      const way = choicesTo(among, message.id);
      if (way) setChoices((before) => new Map([...before, ...way]));
    },
    lastId: last?.id ?? null,
    agree: async () => {
      const chat = await queries.fetchQuery(chatQuery(chatId));
      const changed = await changeChat(chatId, { live_words_to: chat.provider ?? '' });
      queries.setQueryData(chatQuery(chatId).queryKey, changed);
    },
    stop: last?.state === 'streaming' ? () => stopping.mutate(last) : null,
  };
}

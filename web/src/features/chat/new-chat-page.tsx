import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useRef, useState } from 'react';
import { answerersQuery, changeChat } from '../../api/answerers';
import { ApiError } from '../../api/api-error';
import { type Chat, chatsQuery, createChat, deleteChat } from '../../api/chats';
import { sendMessage } from '../../api/messages';
import { PageBar } from '../../ui/page-bar';
import { AnswererMenu, type ChosenAnswerer } from './answerer-picker';
import { answererOf } from './answerer-words';
import { Composer } from './composer';
import { EmptyThread } from './empty-thread';
import './thread-page.css';

type Props = { readonly onStartLive: () => void; readonly onCreated: (chatId: string) => void };

/**
 * A chat that does not exist yet: its first message or live session creates it, so that opening this page leaves
 * nothing behind.
 */
export function NewChatPage({ onStartLive, onCreated }: Props) {
  const [chosen, setChosen] = useState<ChosenAnswerer>({ provider: null, model: null });
  const { data: answerers } = useQuery(answerersQuery);
  const queries = useQueryClient();
  const made = useRef<Chat | null>(null);
  const send = async (text: string, clientId: string, uploadIds: readonly string[]) => {
    made.current ??= await createChat();
    const { id } = made.current;
    const { provider, model } = chosen;
    try {
      if (provider !== null && model !== null) await changeChat(id, { provider, model });
      await sendMessage(id, { clientId, text, uploadIds, parentId: null });
    } catch (error) {
      // Refused for certain: there is no chat without a message. Otherwise it may have come.
      if (error instanceof ApiError && error.kind === 'problem') {
        made.current = null;
        await deleteChat(id, true).catch(() => {});
      }
      throw error;
    }
    void queries.invalidateQueries({ queryKey: chatsQuery.queryKey, exact: true });
    onCreated(id);
  };
  return (
    <div className="thread">
      <PageBar title="New chat" />
      <section className="thread__scroll" aria-label="Thread">
        <EmptyThread />
      </section>
      <Composer
        draftOf="new"
        who={answerers ? answererOf(answerers, chosen) : null}
        answers={<AnswererMenu chosen={chosen} onChoose={setChosen} context={null} />}
        onSend={send}
        onStop={null}
        onStartLive={onStartLive}
      />
    </div>
  );
}

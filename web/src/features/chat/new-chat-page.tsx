import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useRef } from 'react';
import { answerersQuery } from '../../api/answerers';
import { type Chat, chatsQuery, createChat } from '../../api/chats';
import { sendMessage } from '../../api/messages';
import { PageBar } from '../../ui/page-bar';
import { Composer } from './composer';
import { EmptyThread } from './empty-thread';
import './thread-page.css';

type Props = { readonly onStartLive: () => void; readonly onCreated: (chatId: string) => void };

/**
 * A chat that does not exist yet: its first message or live session creates it, so that opening this page leaves
 * nothing behind.
 */
export function NewChatPage({ onStartLive, onCreated }: Props) {
  const usual = useQuery(answerersQuery).data?.find((one) => one.usual);
  const queries = useQueryClient();
  const made = useRef<Chat | null>(null);
  const send = async (text: string, clientId: string, uploadIds: readonly string[]) => {
    made.current ??= await createChat();
    await sendMessage(made.current.id, { clientId, text, uploadIds, parentId: null });
    void queries.invalidateQueries({ queryKey: chatsQuery.queryKey, exact: true });
    onCreated(made.current.id);
  };
  return (
    <div className="thread">
      <PageBar title="New chat" />
      <section className="thread__scroll" aria-label="Thread">
        <EmptyThread />
      </section>
      <Composer
        draftOf="new"
        who={usual ? { answerer: usual, model: usual.default_model } : null}
        answers={usual ? `${usual.default_model} answers.` : null}
        onSend={send}
        onStop={null}
        onStartLive={onStartLive}
      />
    </div>
  );
}

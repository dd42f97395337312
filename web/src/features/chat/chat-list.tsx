import { Link } from '@tanstack/react-router';
import { useId } from 'react';
import type { Chat } from '../../api/chats';
import { MoreRows } from '../../ui/more-rows';
import { Skeleton } from '../../ui/skeleton';
import './chat-list.css';
import { useChatMenu } from './chat-menu';
import { groupChats } from './group-chats';
import { chatRemovalKey, useChats } from './use-chats';

/** The chats by day of their last use. `onDeleted` hears of a deletion, so that the page can leave the chat, and says what Undo does. */
export function ChatList({ onDeleted }: { readonly onDeleted: (chatId: string) => () => void }) {
  const { chats, hasMore, loadingMore, loadMore } = useChats();
  return (
    <nav className="chat-list" aria-label="Chats">
      {chats === undefined ? (
        <div className="chat-list__wait">
          <Skeleton height="14px" width="40%" />
          <Skeleton height="20px" />
          <Skeleton height="20px" width="80%" />
        </div>
      ) : null}
      {chats?.length === 0 ? (
        <p className="chat-list__empty">Your chats will be listed here.</p>
      ) : null}
      {groupChats(chats ?? [], new Date()).map(({ day, chats: ofDay }) => (
        <section key={day} aria-label={day}>
          <h2 className="chat-list__day">{day}</h2>
          <ul>
            {ofDay.map((chat) => (
              <ChatRow key={chat.id} chat={chat} onDeleted={onDeleted} />
            ))}
          </ul>
        </section>
      ))}
      <MoreRows hasMore={hasMore} loading={loadingMore} onMore={loadMore}>
        Show more chats
      </MoreRows>
    </nav>
  );
}

function ChatRow(props: {
  readonly chat: Chat;
  readonly onDeleted: (chatId: string) => () => void;
}) {
  const { chat, onDeleted } = props;
  const titleId = useId();
  const { menu, field } = useChatMenu({
    chat,
    align: 'start',
    button: { size: 'small', label: 'More actions', 'aria-describedby': titleId },
    onDeleted,
  });
  if (field) return <li className="chat-row">{field}</li>;
  return (
    <li className="chat-row" data-removal={chatRemovalKey(chat.id)}>
      <Link
        className="side-link"
        to="/chats/$chatId"
        params={{ chatId: chat.id }}
        activeProps={{ 'aria-current': 'page' }}
      >
        <span id={titleId} className="chat-row__title" dir="auto">
          {chat.title}
        </span>
        {chat.live ? (
          <>
            <span className="dot dot--rec" aria-hidden />
            <span className="visually-hidden">, live now</span>
          </>
        ) : null}
      </Link>
      {menu}
    </li>
  );
}

import { Link } from '@tanstack/react-router';
import { Ellipsis, Pencil, Trash2 } from 'lucide-react';
import { useId, useState } from 'react';
import type { Chat } from '../../api/chats';
import { IconButton } from '../../ui/icon-button';
import { Menu, MenuItem } from '../../ui/menu';
import { Skeleton } from '../../ui/skeleton';
import './chat-list.css';
import { groupChats } from './group-chats';
import { TitleField } from './title-field';
import { useChats } from './use-chats';
import { useDeleteChat } from './use-delete-chat';
import { useRenameChat } from './use-rename-chat';

/** The chats by day of their last use. `onDeleted` hears of a deletion, so that the page can leave the chat. */
export function ChatList({ onDeleted }: { readonly onDeleted: (chatId: string) => void }) {
  const chats = useChats();
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
    </nav>
  );
}

function ChatRow(props: { readonly chat: Chat; readonly onDeleted: (chatId: string) => void }) {
  const { chat, onDeleted } = props;
  const titleId = useId();
  const [renaming, setRenaming] = useState(false);
  const rename = useRenameChat();
  const remove = useDeleteChat();
  if (renaming) {
    return (
      <li className="chat-row">
        <TitleField
          title={chat.title}
          onSave={(title) => {
            rename(chat, title);
            setRenaming(false);
          }}
          onCancel={() => setRenaming(false)}
        />
      </li>
    );
  }
  return (
    <li className="chat-row">
      <Link
        className="side-link"
        to="/chats/$chatId"
        params={{ chatId: chat.id }}
        activeProps={{ 'aria-current': 'page' }}
      >
        <span id={titleId} className="chat-row__title">
          {chat.title}
        </span>
        {chat.live ? (
          <>
            <span className="dot dot--rec" aria-hidden />
            <span className="visually-hidden">, live now</span>
          </>
        ) : null}
      </Link>
      <Menu
        align="start"
        trigger={
          <IconButton
            size="small"
            label="More actions"
            aria-describedby={titleId}
            icon={<Ellipsis />}
          />
        }
      >
        <MenuItem icon={<Pencil />} onSelect={() => setTimeout(() => setRenaming(true))}>
          Rename
        </MenuItem>
        <MenuItem
          icon={<Trash2 />}
          onSelect={() => {
            remove(chat);
            onDeleted(chat.id);
          }}
        >
          Delete
        </MenuItem>
      </Menu>
    </li>
  );
}

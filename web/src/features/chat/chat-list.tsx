import { memo, useCallback, useId, useMemo, useState } from 'react';
import type { Chat } from '../../api/chats';
import { List } from '../../ui/list';
import { MoreRows } from '../../ui/more-rows';
import { addresses } from '../../ui/router/addresses';
import { PlaceLink } from '../../ui/router/link';
import { Skeleton } from '../../ui/skeleton';
import './chat-list.css';
import { useChatMenu } from './chat-menu';
import { type ChatListRow, chatRows } from './chat-rows';
import { chatRemovalKey, useChats } from './use-chats';
import { useDeleteChat } from './use-delete-chat';
import { useRenameChat } from './use-rename-chat';

/** Assumed heights until they are measured, in CSS pixels. */
const kRowPx = 36;
const kDayPx = 42;
/** The value of aria-setsize for an unknown number (WAI-ARIA 1.2). */
const kUnknownCount = -1;
const keyOf = ({ chat }: ChatListRow) => chat.id;
const heightOf = ({ day }: ChatListRow) => (day === null ? kRowPx : kRowPx + kDayPx);

/**
 * The chats by the day on which they were last used. `onDeleted` is called for a deletion, so that the page can leave
 * the chat; it returns what Undo must do.
 */
export function ChatList({ onDeleted }: { readonly onDeleted: (chatId: string) => () => void }) {
  const { chats, hasMore, loadingMore, loadMore } = useChats();
  const [scroller, setScroller] = useState<HTMLElement | null>(null);
  const rename = useRenameChat();
  const remove = useDeleteChat();
  const rows = useMemo(() => chatRows(chats ?? [], new Date()), [chats]);
  const loadNext = useCallback(() => {
    if (hasMore && !loadingMore) loadMore();
  }, [hasMore, loadingMore, loadMore]);
  return (
    <nav ref={setScroller} className="chat-list" aria-label="Chats">
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
      {rows.length > 0 ? (
        <List
          scroller={scroller}
          items={rows}
          keyOf={keyOf}
          heightOf={heightOf}
          count={hasMore ? kUnknownCount : rows.length}
          place="chats"
          onNearEnd={loadNext}
        >
          {({ chat, day }) => (
            <>
              {day === null ? null : <h2 className="chat-list__day">{day}</h2>}
              <ChatRow {...{ chat, rename, remove, onDeleted }} />
            </>
          )}
        </List>
      ) : null}
      <MoreRows hasMore={hasMore} loading={loadingMore} onMore={loadMore}>
        Show more chats
      </MoreRows>
    </nav>
  );
}

type RowProps = Pick<Parameters<typeof useChatMenu>[0], 'rename' | 'remove' | 'onDeleted'> & {
  readonly chat: Chat;
};

const ChatRow = memo(function ChatRow({ chat, ...actions }: RowProps) {
  const titleId = useId();
  const { menu, field } = useChatMenu({
    chat,
    align: 'start',
    button: { size: 'small', label: 'More actions', 'aria-describedby': titleId },
    ...actions,
  });
  if (field) {
    return (
      <div className="chat-row" data-renames>
        {field}
      </div>
    );
  }
  return (
    <div className="chat-row" data-renames data-removal={chatRemovalKey(chat.id)}>
      <PlaceLink className="side-link" to={addresses.chat(chat.id)}>
        <span id={titleId} className="chat-row__title" dir="auto">
          {chat.title}
        </span>
        {chat.live ? (
          <>
            <span className="dot dot--rec" aria-hidden />
            <span className="visually-hidden">, live now</span>
          </>
        ) : null}
      </PlaceLink>
      {menu}
    </div>
  );
});

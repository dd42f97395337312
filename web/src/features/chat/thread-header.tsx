import type { ReactNode } from 'react';
import type { Chat } from '../../api/chats';
import { PageBar } from '../../ui/page-bar';
import { useChatMenu } from './chat-menu';
import { useDeleteChat } from './use-delete-chat';
import { useRenameChat } from './use-rename-chat';

type Props = {
  readonly chat: Chat;
  readonly sharing: ReactNode;
  readonly onDeleted: (chatId: string) => () => void;
};

/** The title of the chat, renamed in place, and its menu. */
export function ThreadHeader({ chat, sharing, onDeleted }: Props) {
  const rename = useRenameChat();
  const remove = useDeleteChat();
  const { menu, field } = useChatMenu({
    chat,
    button: { label: 'More for this chat' },
    rename,
    remove,
    onDeleted,
  });
  return (
    <PageBar
      title={chat.title}
      actions={
        <>
          {sharing}
          {menu}
        </>
      }
    >
      {field ? <div className="thread__title">{field}</div> : null}
    </PageBar>
  );
}

import type { Chat } from '../../api/chats';
import { PageBar } from '../../ui/page-bar';
import { useChatMenu } from './chat-menu';
import { useDeleteChat } from './use-delete-chat';
import { useRenameChat } from './use-rename-chat';

type Props = { readonly chat: Chat; readonly onDeleted: (chatId: string) => () => void };

/** The title of the chat, renamed in place, and its menu. */
export function ThreadHeader({ chat, onDeleted }: Props) {
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
    <PageBar title={chat.title} actions={menu}>
      {field ? <div className="thread__title">{field}</div> : null}
    </PageBar>
  );
}

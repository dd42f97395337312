import { CalendarDays } from 'lucide-react';
import { type ReactNode, useState } from 'react';
import type { Chat } from '../../api/chats';
import { IconButton } from '../../ui/icon-button';
import { PageBar } from '../../ui/page-bar';
import { useChatMenu } from './chat-menu';
import { DayDialog } from './day-dialog';
import { useDeleteChat } from './use-delete-chat';
import { useRenameChat } from './use-rename-chat';

type Props = {
  readonly chat: Chat;
  readonly sharing: ReactNode;
  readonly onDeleted: (chatId: string) => () => void;
  /** Goes to a day of the thread. */
  readonly onDay: (day: string) => void;
};

/** The title of the chat, renamed in place, and its menu. */
export function ThreadHeader({ chat, sharing, onDeleted, onDay }: Props) {
  const [asking, setAsking] = useState(false);
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
    <>
      <PageBar
        title={chat.title}
        actions={
          <>
            {sharing}
            <IconButton
              label="Go to a day"
              icon={<CalendarDays />}
              onClick={() => setAsking(true)}
            />
            {menu}
          </>
        }
      >
        {field ? <div className="thread__title">{field}</div> : null}
      </PageBar>
      {asking ? <DayDialog onGo={onDay} onClose={() => setAsking(false)} /> : null}
    </>
  );
}

import { Ellipsis, Pencil, Trash2 } from 'lucide-react';
import { useState } from 'react';
import type { Chat } from '../../api/chats';
import { IconButton } from '../../ui/icon-button';
import { Menu, MenuItem } from '../../ui/menu';
import { PageBar } from '../../ui/page-bar';
import { TitleField } from './title-field';
import { useDeleteChat } from './use-delete-chat';
import { useRenameChat } from './use-rename-chat';

type Props = { readonly chat: Chat; readonly onDeleted: (chatId: string) => void };

/** Title of the chat, renamed in place, and what can be done with it. */
export function ThreadHeader({ chat, onDeleted }: Props) {
  const [renaming, setRenaming] = useState(false);
  const rename = useRenameChat();
  const remove = useDeleteChat();
  const actions = (
    <Menu trigger={<IconButton label="More for this chat" icon={<Ellipsis />} />}>
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
  );
  return (
    <PageBar title={chat.title} actions={actions}>
      {renaming ? (
        <div className="thread__title">
          <TitleField
            title={chat.title}
            onSave={(title) => {
              rename(chat, title);
              setRenaming(false);
            }}
            onCancel={() => setRenaming(false)}
          />
        </div>
      ) : null}
    </PageBar>
  );
}

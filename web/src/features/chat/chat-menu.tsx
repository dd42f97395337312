import { Ellipsis, Pencil, Trash2 } from 'lucide-react';
import { type ComponentProps, useState } from 'react';
import type { Chat } from '../../api/chats';
import { IconButton } from '../../ui/icon-button';
import { Menu, MenuItem } from '../../ui/menu';
import { TitleField } from '../../ui/title-field';
import { useDeleteChat } from './use-delete-chat';
import { useRenameChat } from './use-rename-chat';

type Button = Omit<ComponentProps<typeof IconButton>, 'icon' | 'onClick'>;
type Options = {
  readonly chat: Chat;
  readonly align?: 'start' | 'end';
  /** The button that opens the menu. */
  readonly button: Button;
  /** The chat is hidden now. Returns what Undo must do besides showing it again. */
  readonly onDeleted: (chatId: string) => () => void;
};

/** The menu of a chat, and the field for its new title while it is renamed. */
export function useChatMenu({ chat, align = 'end', button, onDeleted }: Options) {
  const [renaming, setRenaming] = useState(false);
  const rename = useRenameChat();
  const remove = useDeleteChat();
  const menu = (
    <Menu align={align} trigger={<IconButton {...button} icon={<Ellipsis />} />}>
      <MenuItem icon={<Pencil />} onSelect={() => setTimeout(() => setRenaming(true))}>
        Rename
      </MenuItem>
      <MenuItem
        icon={<Trash2 />}
        onSelect={() => {
          let back = () => {};
          remove(chat, () => back());
          back = onDeleted(chat.id);
        }}
      >
        Delete
      </MenuItem>
    </Menu>
  );
  const field = renaming ? (
    <TitleField
      label="Title of the chat"
      title={chat.untitled ? '' : chat.title}
      placeholder={chat.untitled ? chat.title : ''}
      onSave={(title) => {
        rename(chat, title);
        setRenaming(false);
      }}
      onCancel={() => setRenaming(false)}
    />
  ) : null;
  return { menu, field };
}

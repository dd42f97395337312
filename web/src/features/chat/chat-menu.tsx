import { Ellipsis, Pencil, Trash2 } from 'lucide-react';
import { type ComponentProps, useState } from 'react';
import type { Chat } from '../../api/chats';
import { IconButton } from '../../ui/icon-button';
import { Menu, MenuItem } from '../../ui/menu';
import { TitleField } from '../../ui/title-field';
import type { useDeleteChat } from './use-delete-chat';
import type { useRenameChat } from './use-rename-chat';

type Button = Omit<ComponentProps<typeof IconButton>, 'icon' | 'onClick'>;
type Options = {
  readonly chat: Chat;
  readonly align?: 'start' | 'end';
  /** The button that opens the menu. */
  readonly button: Button;
  /** Of the list, so that its rows need no mutation each. */
  readonly rename: ReturnType<typeof useRenameChat>;
  readonly remove: ReturnType<typeof useDeleteChat>;
  /** The chat is hidden now. Returns what Undo must do besides showing it again. */
  readonly onDeleted: (chatId: string) => () => void;
};

/** The menu of a chat, and the field for its new title while it is renamed. */
export function useChatMenu(options: Options) {
  const { chat, align = 'end', button, rename, remove, onDeleted } = options;
  const [renaming, setRenaming] = useState(false);
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

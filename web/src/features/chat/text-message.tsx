import {
  ChevronLeft,
  ChevronRight,
  Copy,
  Ellipsis,
  Link2,
  Pencil,
  RefreshCw,
  Trash2,
} from 'lucide-react';
import { useState } from 'react';
import type { Message } from '../../api/chats';
import { Button } from '../../ui/button';
import { copyText } from '../../ui/copy-text';
import { IconButton } from '../../ui/icon-button';
import { Menu, MenuItem } from '../../ui/menu';
import { toasts } from '../../ui/toasts';
import { AnswerFacts, Reasoning, Sources } from './answer-extras';
import { AnswerText } from './answer-text';
import type { Shown } from './branches';
import { MessageEditor } from './message-editor';
import { MessageFiles } from './message-files';
import './text-message.css';
import { elementIdOf } from './thread-target';
import { useAnswer } from './use-answer';
import { useRegenerate, useRemoveMessage } from './use-messages';

type Props = {
  readonly shown: Shown;
  readonly onChoose: (message: Message) => void;
  readonly onEdited: (text: string, message: Message) => Promise<void>;
};

/** What a person typed, or the model's answer to it, with what can be done to it. */
export function TextMessage({ shown, onChoose, onEdited }: Props) {
  const { message } = shown;
  const [editing, setEditing] = useState(false);
  const text = useAnswer(message);
  const running = message.state === 'streaming';
  if (editing) {
    return (
      <MessageEditor
        text={message.text}
        onSend={(edited) => onEdited(edited, message)}
        onClose={() => setEditing(false)}
      />
    );
  }
  return (
    <article className="text-message" aria-busy={running || undefined}>
      <MessageFiles files={message.attachments} sentAt={message.created_at} />
      {message.role === 'person' ? (
        text === '' ? null : (
          <p className="text-message__typed" dir="auto">
            {text}
          </p>
        )
      ) : (
        <>
          <Reasoning words={message.reasoning} />
          <AnswerText text={text} running={running} />
          <Sources grounding={message.grounding} />
        </>
      )}
      <Ended message={message} onChoose={onChoose} />
      <div className="text-message__actions">
        <Siblings shown={shown} onChoose={onChoose} />
        {running ? null : (
          <Actions message={message} onChoose={onChoose} onEdit={() => setEditing(true)} />
        )}
        {running ? null : <AnswerFacts message={message} />}
      </div>
    </article>
  );
}

type OneProps = Pick<Props, 'onChoose'> & { readonly message: Message };

/** Why an answer is not whole, and the way on. */
function Ended({ message, onChoose }: OneProps) {
  const again = useRegenerate(message.chat_id, onChoose);
  if (message.state !== 'failed' && message.state !== 'stopped') return null;
  const words = message.problem?.detail ?? 'Stopped. What had come is kept.';
  const failed = message.state === 'failed';
  return (
    <p className={failed ? 'text-message__failed' : 'text-message__stopped'}>
      {words}{' '}
      {failed ? (
        <Button
          variant="line"
          size="small"
          loading={again.isPending}
          onClick={() => again.mutate(message)}
        >
          Try again
        </Button>
      ) : null}
    </p>
  );
}

function Actions({ message, onChoose, onEdit }: OneProps & { readonly onEdit: () => void }) {
  const again = useRegenerate(message.chat_id, onChoose);
  const remove = useRemoveMessage();
  const copy = async () => {
    if (await copyText(message.text)) toasts.show('Copied.');
    else toasts.show('The browser does not let this page copy.', { tone: 'error' });
  };
  return (
    <>
      <IconButton size="small" label="Copy" icon={<Copy />} onClick={() => void copy()} />
      {message.role === 'model' ? (
        <IconButton
          size="small"
          label="Regenerate"
          icon={<RefreshCw />}
          disabled={again.isPending}
          onClick={() => again.mutate(message)}
        />
      ) : (
        <IconButton size="small" label="Edit" icon={<Pencil />} onClick={onEdit} />
      )}
      <Menu trigger={<IconButton size="small" label="More for this message" icon={<Ellipsis />} />}>
        <MenuItem
          icon={<Link2 />}
          onSelect={() => {
            const place = `${location.origin}${location.pathname}#${elementIdOf(message.id)}`;
            copyText(place).then((copied) =>
              copied
                ? toasts.show('The address of this message is copied.')
                : toasts.show('The browser does not let this page copy.', { tone: 'error' }),
            );
          }}
        >
          Copy the address
        </MenuItem>
        <MenuItem icon={<Trash2 />} onSelect={() => remove(message)}>
          Delete with what follows
        </MenuItem>
      </Menu>
    </>
  );
}

/** `< 2 of 3 >` where several messages hang on the same one. */
function Siblings({ shown, onChoose }: Pick<Props, 'shown' | 'onChoose'>) {
  const { message, siblings } = shown;
  if (siblings.length < 2) return null;
  const at = siblings.findIndex(({ id }) => id === message.id);
  const before = siblings[at - 1];
  const after = siblings[at + 1];
  return (
    <span className="text-message__siblings">
      <IconButton
        size="small"
        label="Previous version"
        icon={<ChevronLeft />}
        disabled={!before}
        onClick={() => before && onChoose(before)}
      />
      <span>
        {at + 1} of {siblings.length}
      </span>
      <IconButton
        size="small"
        label="Next version"
        icon={<ChevronRight />}
        disabled={!after}
        onClick={() => after && onChoose(after)}
      />
    </span>
  );
}

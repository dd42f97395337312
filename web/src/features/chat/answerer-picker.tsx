import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { ChevronDown, Eye } from 'lucide-react';
import { useState } from 'react';
import { answerersQuery, changeChat } from '../../api/answerers';
import { sentenceOf } from '../../api/api-error';
import { type Chat, chatQuery } from '../../api/chats';
import { Button } from '../../ui/button';
import { Menu, MenuChoice, MenuItem, MenuRule } from '../../ui/menu';
import { toasts } from '../../ui/toasts';
import { answererOf, cannotWords } from './answerer-words';
import { ContextDialog } from './context-dialog';

type Props = { readonly chat: Chat; readonly lastId: string | null };

const CHOOSE = 'Choose a model';

/** Who answers in this chat, with the choice of somebody else and a look at what they get. */
export function AnswererPicker({ chat, lastId }: Props) {
  const queries = useQueryClient();
  const { data: answerers } = useQuery(answerersQuery);
  const [looking, setLooking] = useState(false);
  const choose = useMutation({
    mutationFn: (change: { provider: string; model: string }) => changeChat(chat.id, change),
    onSuccess: (changed) => queries.setQueryData(chatQuery(chat.id).queryKey, changed),
    onError: (error) =>
      toasts.show(`The model was not chosen. ${sentenceOf(error)}`, { tone: 'error' }),
  });
  if (!answerers) return null;
  const now = answererOf(answerers, chat);
  const cannot = now ? cannotWords(now.answerer) : '';
  return (
    <>
      <Menu
        align="start"
        trigger={
          <Button
            size="small"
            icon={<ChevronDown aria-hidden />}
            aria-label={`Who answers: ${now?.model ?? CHOOSE}`}
          >
            <span className="composer__model">{now?.model ?? CHOOSE}</span>
          </Button>
        }
      >
        {answerers.map((answerer) => (
          <MenuChoice
            key={answerer.provider}
            label={[answerer.name, cannotWords(answerer)].filter(Boolean).join('. ')}
            value={answerer === now?.answerer ? now.model : ''}
            options={answerer.models.map((model) => ({ value: model, label: model }))}
            onChange={(model) => choose.mutate({ provider: answerer.provider, model })}
          />
        ))}
        <MenuRule />
        <MenuItem icon={<Eye />} onSelect={() => setTimeout(() => setLooking(true))}>
          What the model gets
        </MenuItem>
      </Menu>
      {cannot === '' ? null : <span className="composer__cannot">{cannot}</span>}
      {looking ? (
        <ContextDialog chatId={chat.id} after={lastId} onClose={() => setLooking(false)} />
      ) : null}
    </>
  );
}

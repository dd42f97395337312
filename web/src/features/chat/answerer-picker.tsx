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

/** Who was chosen; null: whoever is usual. */
export type ChosenAnswerer = {
  readonly provider: string | null;
  readonly model: string | null;
};
type Props = {
  readonly chosen: ChosenAnswerer;
  readonly onChoose: (answerer: { readonly provider: string; readonly model: string }) => void;
  /** Of what somebody can look at what the model gets; null: of nothing yet. */
  readonly context: { readonly chatId: string; readonly lastId: string | null } | null;
};

const CHOOSE = 'Choose a model';

/** Who answers in a chat, with the choice of somebody else and a look at what they get. */
export function AnswererPicker({ chat, lastId }: { chat: Chat; lastId: string | null }) {
  const queries = useQueryClient();
  const choose = useMutation({
    mutationFn: (change: { provider: string; model: string }) => changeChat(chat.id, change),
    onSuccess: (changed) => queries.setQueryData(chatQuery(chat.id).queryKey, changed),
    onError: (error) =>
      toasts.show(`The model was not chosen. ${sentenceOf(error)}`, { tone: 'error' }),
  });
  return (
    <AnswererMenu chosen={chat} onChoose={choose.mutate} context={{ chatId: chat.id, lastId }} />
  );
}

/** The same for a chat that may not exist yet. */
export function AnswererMenu({ chosen, onChoose, context }: Props) {
  const { data: answerers } = useQuery(answerersQuery);
  const [looking, setLooking] = useState(false);
  if (!answerers) return null;
  const now = answererOf(answerers, chosen);
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
            onChange={(model) => onChoose({ provider: answerer.provider, model })}
          />
        ))}
        {context ? (
          <>
            <MenuRule />
            <MenuItem icon={<Eye />} onSelect={() => setTimeout(() => setLooking(true))}>
              What the model gets
            </MenuItem>
          </>
        ) : null}
      </Menu>
      {cannot === '' ? null : <span className="composer__cannot">{cannot}</span>}
      {looking && context ? (
        <ContextDialog
          chatId={context.chatId}
          after={context.lastId}
          onClose={() => setLooking(false)}
        />
      ) : null}
    </>
  );
}

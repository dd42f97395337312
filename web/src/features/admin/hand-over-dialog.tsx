import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { handOver, type User } from '../../api/users';
import { Button } from '../../ui/button';
import { Dialog } from '../../ui/dialog';
import { FailedSentence } from '../../ui/failed-sentence';
import { toasts } from '../../ui/toasts';
import { PersonChoice } from './person-choice';
import { ownsWords, personName } from './person-words';

type Props = { readonly user: User; readonly onClose: () => void };

/** Gives everything of somebody to somebody else. */
export function HandOverDialog({ user, onClose }: Props) {
  const queries = useQueryClient();
  const [to, setTo] = useState<User | null>(null);
  const [missing, setMissing] = useState(false);
  const give = useMutation({
    mutationFn: (receiver: User) => handOver(user.id, receiver.id),
    onSuccess: async (_, receiver) => {
      toasts.show(`${ownsWords(user)} now belong to ${personName(receiver)}.`);
      onClose();
      // It may be the person who asks: then their lists have more in them, or less.
      await queries.invalidateQueries();
    },
  });
  return (
    <Dialog
      width="narrow"
      title={`Hand over what ${personName(user)} owns`}
      description={`${ownsWords(user)}. All of it goes to one person.`}
      onClose={onClose}
      foot={
        <div className="dialog__acts">
          <Button onClick={onClose}>Cancel</Button>
          <Button
            variant="primary"
            loading={give.isPending}
            onClick={() => (to ? give.mutate(to) : setMissing(true))}
          >
            {to ? `Hand over to ${personName(to)}` : 'Hand over'}
          </Button>
        </div>
      }
    >
      <p className="admin__warning">
        {personName(user)} no longer sees any of it, and the new owner sees and may delete all of
        it. It then is among what they have themselves, so it cannot be told apart and given back.
      </p>
      <PersonChoice
        chosen={to}
        onChoose={setTo}
        mayBe={({ id, state }) => id !== user.id && state === 'active'}
      />
      {missing && !to ? (
        <p className="field__error" role="alert">
          Choose who gets it.
        </p>
      ) : null}
      <FailedSentence error={give.error}>Nothing was handed over.</FailedSentence>
    </Dialog>
  );
}

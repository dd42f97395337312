import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import {
  createToken,
  type NewToken,
  type TokenScope,
  type TokenWish,
  tokensQuery,
} from '../../api/tokens';
import { Button } from '../../ui/button';
import { Check } from '../../ui/check';
import { FailedSentence } from '../../ui/failed-sentence';
import { Select } from '../../ui/select';
import { TextField } from '../../ui/text-field';
import { dateWords, endAfterDays, kLives, kScopes, kUsualLife } from './token-words';

const kNameLettersMax = 100;

/** Makes a token. `onMade` gets it with its secret. */
export function TokenForm({ onMade }: { readonly onMade: (made: NewToken) => void }) {
  const queries = useQueryClient();
  const [name, setName] = useState('');
  const [scopes, setScopes] = useState<readonly TokenScope[]>(['read']);
  const [days, setDays] = useState<string>(kUsualLife);
  const [missing, setMissing] = useState<'name' | 'scopes' | null>(null);
  const make = useMutation({
    mutationFn: (wish: TokenWish) => createToken(wish),
    onSuccess: (made) => {
      setName('');
      onMade(made);
      return queries.invalidateQueries({ queryKey: tokensQuery.queryKey });
    },
  });
  const end = endAfterDays(Number(days), new Date());
  const send = () => {
    const lacks = name.trim() === '' ? 'name' : scopes.length === 0 ? 'scopes' : null;
    setMissing(lacks);
    if (lacks) return;
    make.mutate({ name, scopes: [...scopes], expires_at: end.toISOString() });
  };
  const set = (scope: TokenScope, on: boolean) =>
    setScopes(on ? [...scopes, scope] : scopes.filter((one) => one !== scope));
  return (
    <form
      className="form"
      aria-label="New token"
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        if (!make.isPending) send();
      }}
    >
      <TextField
        label="Name"
        hint="What it is for, such as “Backup on Sundays”."
        error={missing === 'name' ? 'Give it a name, so that you know later what it is for.' : null}
        value={name}
        maxLength={kNameLettersMax}
        autoComplete="off"
        onChange={(event) => setName(event.currentTarget.value)}
      />
      <fieldset>
        <legend className="field__label">What a script may do with it</legend>
        {(['read', 'write'] as const).map((scope) => (
          <Check
            key={scope}
            checked={scopes.includes(scope)}
            hint={kScopes[scope].means}
            onChange={(on) => set(scope, on)}
          >
            {kScopes[scope].name}
          </Check>
        ))}
        {missing === 'scopes' ? (
          <p className="field__error" role="alert">
            Choose at least one.
          </p>
        ) : null}
      </fieldset>
      <Select
        label="Ends after"
        value={days}
        options={kLives}
        hint={`That is on ${dateWords(end)}. It cannot be made longer later.`}
        onChange={setDays}
      />
      <FailedSentence error={make.error}>No token was made.</FailedSentence>
      <Button type="submit" variant="primary" loading={make.isPending}>
        Make token
      </Button>
    </form>
  );
}

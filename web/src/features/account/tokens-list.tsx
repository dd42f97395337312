import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { ApiError, sentenceOf } from '../../api/api-error';
import { type ApiToken, removeToken, tokensQuery } from '../../api/tokens';
import { Badge } from '../../ui/badge';
import { Button } from '../../ui/button';
import '../../ui/rows.css';
import { Skeleton } from '../../ui/skeleton';
import { toasts } from '../../ui/toasts';
import { hasEnded, scopeNames, tokenFacts } from './token-words';

/** One's tokens. Removing one asks first, since scripts that use it stop at once. */
export function TokensList() {
  const queries = useQueryClient();
  const { data: tokens, error, refetch } = useQuery(tokensQuery);
  const [asked, setAsked] = useState<string | null>(null);
  const remove = useMutation({
    mutationFn: ({ id }: ApiToken) =>
      removeToken(id).catch((failure: unknown) => {
        // It was removed elsewhere.
        if (!(failure instanceof ApiError && failure.status === 404)) throw failure;
      }),
    onSuccess: async (_, { name }) => {
      setAsked(null);
      toasts.show(`“${name}” is removed. What uses it is refused from now on.`);
      await queries.invalidateQueries({ queryKey: tokensQuery.queryKey });
    },
    onError: (failure) =>
      toasts.show(`The token was not removed. ${sentenceOf(failure)}`, { tone: 'error' }),
  });
  if (error && !tokens) {
    return (
      <>
        <p role="alert">{sentenceOf(error)}</p>
        <Button onClick={() => void refetch()}>Try again</Button>
      </>
    );
  }
  if (!tokens) return <Skeleton height="48px" />;
  if (tokens.length === 0) {
    return <p>No tokens yet. Without one, a script gets nothing of yours.</p>;
  }
  const now = new Date();
  return (
    <ul className="rows" aria-label="Tokens">
      {tokens.map((token) => (
        <li key={token.id}>
          <p>
            <strong>
              <bdi>{token.name}</bdi>
            </strong>{' '}
            <Badge>{hasEnded(token, now) ? 'Ended' : scopeNames(token.scopes)}</Badge>
            <small>{tokenFacts(token, now)}</small>
          </p>
          {asked === token.id ? (
            <div className="rows__acts" role="alert">
              <span>Scripts that use it stop at once.</span>
              <Button
                variant="stop"
                loading={remove.isPending}
                onClick={() => remove.mutate(token)}
              >
                Remove it
              </Button>
              <Button onClick={() => setAsked(null)}>Keep it</Button>
            </div>
          ) : (
            <Button
              variant="line"
              aria-label={`Remove ${token.name}`}
              onClick={() => (hasEnded(token, now) ? remove.mutate(token) : setAsked(token.id))}
            >
              Remove
            </Button>
          )}
        </li>
      ))}
    </ul>
  );
}

import { ours } from './api-error';
import { body, client } from './client';
import type { components } from './schema';

export type ApiToken = components['schemas']['Token'];
export type NewToken = components['schemas']['NewToken'];
export type TokenScope = ApiToken['scopes'][number];
export type TokenWish = components['schemas']['TokenCreate'];
type Signal = { readonly signal: AbortSignal };

/** One's own tokens, the newest first, those that have ended too. */
export const tokensQuery = {
  queryKey: ['me', 'tokens'] as const,
  queryFn: async ({ signal }: Signal): Promise<readonly ApiToken[]> =>
    ours(body(await client.GET('/api/tokens', { signal })), ({ tokens }) => Array.isArray(tokens))
      .tokens,
};

/** The answer is the only place where the secret ever is. */
export const createToken = async (wish: TokenWish): Promise<NewToken> =>
  ours(
    body(await client.POST('/api/tokens', { body: wish })),
    ({ token }) => typeof token === 'string',
  );

/** The next request with it is refused. */
export const removeToken = async (tokenId: string): Promise<void> => {
  await client.DELETE('/api/tokens/{token_id}', { params: { path: { token_id: tokenId } } });
};

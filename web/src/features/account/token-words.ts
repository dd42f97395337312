import type { ApiToken, TokenScope } from '../../api/tokens';
import { formatMomentWithin } from '../../ui/format';

/** What each scope lets a script do. */
export const kScopes: Readonly<
  Record<TokenScope, { readonly name: string; readonly means: string }>
> = {
  read: {
    name: 'Read',
    means: 'List, search, play and download what is yours.',
  },
  write: {
    name: 'Change',
    means: 'Make, rename and delete chats and recordings, start live sessions, upload.',
  },
};

export const scopeNames = (scopes: readonly TokenScope[]): string =>
  (['read', 'write'] as const)
    .filter((scope) => scopes.includes(scope))
    .map((scope) => kScopes[scope].name)
    .join(', ');

/** For how many days a new token can be made. The server allows 366. */
export const kLives = [
  { value: '7', label: '7 days' },
  { value: '30', label: '30 days' },
  { value: '90', label: '90 days' },
  { value: '365', label: 'One year' },
] as const;
export const kUsualLife = '90';

const kDayMs = 86_400_000;
export const endAfterDays = (days: number, now: Date): Date =>
  new Date(now.getTime() + days * kDayMs);

/** "27 February 2027" */
export const dateWords = (date: Date): string =>
  date.toLocaleDateString('en-GB', { day: 'numeric', month: 'long', year: 'numeric' });

export const hasEnded = ({ expires_at }: ApiToken, now: Date): boolean =>
  new Date(expires_at) <= now;

/** Since when there is a token, when it was used, and when it ends. */
export function tokenFacts(token: ApiToken, now: Date): string {
  const end = dateWords(new Date(token.expires_at));
  return [
    `Made ${formatMomentWithin(token.created_at, now)}`,
    token.last_used_at ? `last used ${formatMomentWithin(token.last_used_at, now)}` : 'never used',
    hasEnded(token, now) ? `ended ${end}` : `ends ${end}`,
  ].join(' · ');
}

/** What a script does with a token, at this server. */
export const listLine = (origin: string, token: string): string =>
  `curl -H "Authorization: Bearer ${token}" ${origin}/api/recordings`;
export const downloadLine = (origin: string, token: string): string =>
  `curl -OJ -H "Authorization: Bearer ${token}" "${origin}/api/recordings/ID/media?download=1"`;

/** Why a login failed; the server puts it in the address of the login page (`finishLogin` in api/openapi.yaml). */
const kFailures: Readonly<Record<string, string>> = {
  expired: 'The login took too long, or was begun in another tab. Log in again.',
  declined: 'The login was declined. Nothing was changed; you can log in again.',
  unreachable: 'The login service does not answer. Try again in a minute.',
  not_allowed:
    'You are who you say, but this installation does not admit you. Ask whoever runs it to let you in.',
  failed: 'The login failed. Log in again; if it fails again, ask whoever runs this installation.',
};

/** What the server's `X-Request-Id` may be; whatever else stands in the address is not shown. */
const kRequestId = /^[A-Za-z0-9-]{1,64}$/;

export type LoginFailure = {
  /** What happened and what to do. */
  readonly sentence: string;
  /** By which the log tells the reason; empty when the address names none. */
  readonly requestId: string;
};

/** The failure in the address of the login page; null when it names none. An unknown one counts as `failed`. Pure. */
export function loginFailure(search: string): LoginFailure | null {
  const query = new URLSearchParams(search);
  const kind = query.get('error');
  if (kind === null) return null;
  const requestId = query.get('request') ?? '';
  const known = Object.hasOwn(kFailures, kind) ? kind : 'failed';
  return {
    sentence: kFailures[known] ?? '',
    requestId: kRequestId.test(requestId) ? requestId : '',
  };
}

/** The page of this app that one wanted; `/` for anything else, also for the login page itself. Pure. */
export function wantedPath(search: string): string {
  const path = new URLSearchParams(search).get('return') ?? '/';
  // Two slashes, or a backslash, would be another host.
  return /^\/(?![/\\])/.test(path) && !/^\/login(?:[/?#]|$)/.test(path) ? path : '/';
}

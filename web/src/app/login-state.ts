import type { Me } from '../api/account';

export type LoginState =
  /** Somebody is logged in, or no login is configured, or it is not known yet. */
  | 'fine'
  /** Nobody was logged in on this page: to the login page. */
  | 'wanted'
  /** The login of the person whose page this is has ended. */
  | 'ended'
  /** Somebody else is logged in now, so nothing of this page may be seen any more. */
  | 'other';

type Facts = {
  /** The server answered 401. */
  readonly needed: boolean;
  /** For whom this page was filled: the first one that the server named. */
  readonly person: Me | null;
  /** Whom the server named last. */
  readonly me: Me | null;
};

/** What a page does about the login. Pure. */
export function loginState({ needed, person, me }: Facts): LoginState {
  if (person && me && me.id !== person.id) return 'other';
  if (!needed) return 'fine';
  return person ? 'ended' : 'wanted';
}

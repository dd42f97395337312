import { useEffect, useState } from 'react';
import type { Me } from '../../api/account';
import { IssuerButtons } from './issuer-buttons';

/** Where the window of the login ends; it tells this page and closes itself. */
const kBackPath = '/login/back';

/** Whether the person has just proved who they are. The local user has no login to repeat. Pure. */
export const isFresh = (me: Me, nowMs: number): boolean =>
  me.authenticated_by === 'local_user' ||
  (me.fresh_login_until !== null && Date.parse(me.fresh_login_until) > nowMs);

/** The same, also while time goes on. */
export function useIsFresh(me: Me): boolean {
  const [nowMs, setNowMs] = useState(() => Date.now());
  const until = me.fresh_login_until;
  useEffect(() => {
    setNowMs(Date.now());
    if (until === null) return;
    const timer = setTimeout(
      () => setNowMs(Date.now()),
      Math.max(0, Date.parse(until) - Date.now()) + 50,
    );
    return () => clearTimeout(timer);
  }, [until]);
  return isFresh(me, nowMs);
}

/** Asks for a login in a window of its own, so that this page stays. */
export const FreshLogin = ({ what }: { readonly what: string }) => (
  <div className="fresh">
    <p>
      {what} needs a login of the last ten minutes. Log in once more, as the same person; this page
      stays.
    </p>
    <IssuerButtons path={kBackPath} onOpen={(address) => window.open(address, '_blank')} />
  </div>
);

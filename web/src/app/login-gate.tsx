import { useQuery, useQueryClient } from '@tanstack/react-query';
import {
  type ReactNode,
  useCallback,
  useEffect,
  useMemo,
  useRef,
  useState,
  useSyncExternalStore,
} from 'react';
import { type Me, meQuery } from '../api/account';
import { interactions } from '../api/interactions';
import { loginNeeded } from '../api/login-needed';
import { loginNews } from '../features/account/login-news';
import { isLinkPath } from '../features/sharing/link-address';
import { kStudyPath } from '../features/studies/study-address';
import { usePart } from '../ui/part';
import { PartFailed } from '../ui/part-failed';
import { useRouter } from '../ui/router/router-context';
import { useAddress } from '../ui/router/use-address';
import { accountParts } from './account-parts';
import { linkPart } from './link-part';
import { LoginContext } from './login-context';
import { loginState } from './login-state';
import { studyPart } from './study-part';

const kLoginPath = '/login';
const kBackPath = '/login/back';

type Props = {
  /** The same person has logged in again. */
  readonly onBack: () => void;
  readonly children: ReactNode;
};

/** Shows the app to who is logged in and the login page to who is not, and to everybody what a link leads to. Where no login is configured it shows the app. */
export function LoginGate(props: Props) {
  const path = useAddress((address) => address.path);
  const search = useAddress((address) => address.search);
  const outside = path === kLoginPath || path === kBackPath;
  const linked = isLinkPath(path);
  const parts = usePart(accountParts, outside);
  const link = usePart(linkPart, linked);
  const takesPart = path === kStudyPath;
  const study = usePart(studyPart, takesPart);
  if (takesPart) {
    if (study.kind === 'failed') {
      return <PartFailed title="Study" onRetry={study.retry} onClose={study.retry} />;
    }
    return study.kind === 'loaded' ? <study.value.ParticipantRoute /> : null;
  }
  if (linked) {
    if (link.kind === 'failed') {
      return <PartFailed title="Shared with you" onRetry={link.retry} onClose={link.retry} />;
    }
    return link.kind === 'loaded' ? <link.value.LinkRoute /> : null;
  }
  if (!outside) return <Inside {...props} />;
  if (parts.kind === 'failed') {
    return <PartFailed title="Log in" onRetry={parts.retry} onClose={parts.retry} />;
  }
  if (parts.kind !== 'loaded') return null;
  const { LoginBack, LoginPage } = parts.value;
  return path === kBackPath ? <LoginBack /> : <LoginPage search={search} />;
}

function Inside({ onBack, children }: Props) {
  const router = useRouter();
  const { state, person } = useLoginState(onBack);
  const [asked, setAsked] = useState(false);
  const ended = state === 'ended';
  const parts = usePart(accountParts, ended);
  useEffect(() => {
    if (state === 'other') {
      interactions.forget(); // they would go to the log of whoever is here now
      location.replace('/');
    }
    if (state !== 'wanted') return;
    const { path, search } = router.snapshot();
    const wanted = new URLSearchParams({ return: path + search });
    router.go(`${kLoginPath}?${wanted}`, { replace: true });
  }, [state, router]);
  useEffect(() => setAsked(ended), [ended]);
  const context = useMemo(() => ({ ended, ask: () => setAsked(true) }), [ended]);
  if (state === 'wanted' || state === 'other') return null;
  return (
    <LoginContext.Provider value={context}>
      {children}
      {ended && asked && parts.kind === 'loaded' ? (
        <parts.value.LoginAgain
          name={person?.name || person?.email || 'the same person'}
          path={kBackPath}
          onClose={() => setAsked(false)}
        />
      ) : null}
    </LoginContext.Provider>
  );
}

/** Follows the login of this page's person. Tabs tell each other when somebody has logged in or out. */
function useLoginState(onBack: () => void) {
  const queries = useQueryClient();
  const needed = useSyncExternalStore(loginNeeded.subscribe, loginNeeded.snapshot);
  const { data } = useQuery(meQuery);
  const me = data ?? null;
  const first = useRef<Me | null>(null);
  first.current ??= me;
  const state = loginState({ needed, person: first.current, me });
  const look = useCallback(async () => {
    const now = await queries.fetchQuery({ ...meQuery, staleTime: 0 }).catch(() => null);
    if (!now) return;
    loginNeeded.over();
    if (now.id !== first.current?.id) return;
    onBack();
    await queries.invalidateQueries();
  }, [queries, onBack]);
  useEffect(
    () =>
      loginNews.hear((news) => {
        if (news === 'came') void look();
        else location.replace(kLoginPath);
      }),
    [look],
  );
  useEffect(() => {
    if (!needed) return;
    const onFocus = () => void look();
    addEventListener('focus', onFocus);
    return () => removeEventListener('focus', onFocus);
  }, [needed, look]);
  return { state, person: first.current };
}

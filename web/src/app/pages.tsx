import { CircleAlert } from 'lucide-react';
import { Component, type ComponentType, type ReactNode, useRef } from 'react';
import { Button } from '../ui/button';
import { Panel } from '../ui/panel';
import { Part, usePart } from '../ui/part';
import { useAddress } from '../ui/router/use-address';

/** `id`: of the chat or the recording in the address; otherwise empty. */
type Page = ComponentType<{ readonly id: string }>;

const kNotFound = new Part<Page>(() => import('./not-found').then((file) => file.NotFound));

/** Every page is a file of its own. The first pattern that fits wins. */
const kPages: readonly (readonly [RegExp, Part<Page>])[] = [
  [/^\/$/, new Part(() => import('./routes/home-route').then((file) => file.HomeRoute))],
  [
    /^\/chats\/new$/,
    new Part(() => import('./routes/new-chat-route').then((file) => file.NewChatRoute)),
  ],
  [
    /^\/chats\/([^/]+)$/,
    new Part(() => import('./routes/chat-route').then((file) => file.ChatRoute)),
  ],
  [
    /^\/recordings$/,
    new Part(() => import('./routes/library-route').then((file) => file.LibraryRoute)),
  ],
  [
    /^\/recordings\/([^/]+)$/,
    new Part(() => import('./routes/player-route').then((file) => file.PlayerRoute)),
  ],
  [
    /^\/shared(?:\/([^/]+))?$/,
    new Part(() => import('./routes/shared-route').then((file) => file.SharedRoute)),
  ],
  [/^\/tasks$/, new Part(() => import('./routes/tasks-route').then((file) => file.TasksRoute))],
  [
    /^\/analytics$/,
    new Part(() => import('./routes/analytics-route').then((file) => file.AnalyticsRoute)),
  ],
  [
    /^\/settings$/,
    new Part(() => import('./routes/settings-route').then((file) => file.SettingsRoute)),
  ],
];

/** Pages that few visits need: they are not loaded in advance. */
const kSeldomPages: typeof kPages = [
  [
    /^\/analytics\/sessions$/,
    new Part(() =>
      import('./routes/counted-sessions-route').then((file) => file.CountedSessionsRoute),
    ),
  ],
  [
    /^\/studies\/([^/]+)$/,
    new Part(() => import('./routes/study-route').then((file) => file.StudyRoute)),
  ],
  [
    /^\/account$/,
    new Part(() => import('./routes/account-routes').then((file) => file.AccountPage)),
  ],
  [
    /^\/account\/tokens$/,
    new Part(() => import('./routes/account-routes').then((file) => file.TokensPage)),
  ],
  [
    /^\/admin\/users$/,
    new Part(() => import('./routes/account-routes').then((file) => file.UsersPage)),
  ],
  [
    /^\/admin\/audit$/,
    new Part(() => import('./routes/account-routes').then((file) => file.AuditPage)),
  ],
];

/** The page at a path, and the id in it. Pure. */
export function pageAt(path: string): { readonly part: Part<Page>; readonly id: string } {
  for (const [pattern, part] of [...kPages, ...kSeldomPages]) {
    const found = pattern.exec(path);
    if (found) return { part, id: decoded(found[1] ?? '') };
  }
  return { part: kNotFound, id: '' };
}

/** Loads the pages that were not needed yet, so that they open without a wait. */
export const preloadPages = () => Promise.all(kPages.map(([, part]) => part.load()));

function decoded(id: string): string {
  try {
    return decodeURIComponent(id);
  } catch {
    return id; // Not an id of ours, so that the server knows nothing by this name.
  }
}

/** The page at the address. While its file is loading, the page before stays. */
export function Pages() {
  const path = useAddress((address) => address.path);
  const { part, id } = pageAt(path);
  const state = usePart(part, true);
  const shown = useRef<ReactNode>(null);
  if (state.kind === 'failed') {
    return (
      <Trouble title="This page could not be loaded" action="Try again" onAct={state.retry}>
        Check the connection, or whether Reprise runs.
      </Trouble>
    );
  }
  if (state.kind === 'loaded') {
    const Shown = state.value;
    shown.current = (
      <Boundary key={path}>
        <Shown id={id} />
      </Boundary>
    );
  }
  return shown.current;
}

/** Stands in for a page whose code has failed, so that the rest of the app stays usable. */
class Boundary extends Component<{ readonly children: ReactNode }> {
  override state = { failed: false };
  static getDerivedStateFromError = () => ({ failed: true });
  override render() {
    if (!this.state.failed) return this.props.children;
    return (
      <Trouble
        title="This page cannot be shown"
        action="Load again"
        onAct={() => location.reload()}
      >
        Something in it went wrong. Your recordings are not affected.
      </Trouble>
    );
  }
}

type TroubleProps = {
  readonly title: string;
  readonly action: string;
  readonly onAct: () => void;
  readonly children: string;
};

const Trouble = ({ title, action, onAct, children }: TroubleProps) => (
  <div className="shell__panel">
    <Panel
      level={1}
      icon={<CircleAlert aria-hidden />}
      tone="error"
      title={title}
      actions={
        <Button variant="primary" onClick={onAct}>
          {action}
        </Button>
      }
    >
      {children}
    </Panel>
  </div>
);

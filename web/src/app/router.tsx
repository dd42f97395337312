import {
  createRootRoute,
  createRoute,
  createRouter,
  useNavigate,
  useParams,
} from '@tanstack/react-router';
import { ThreadPage } from '../features/chat/thread-page';
import { Welcome } from '../features/chat/welcome';
import { useLive } from '../features/live/live-context';
import type { LiveEngine } from '../features/live/live-engine-type';
import { NotFound } from './not-found';
import { Root } from './root';

function HomeRoute() {
  const { openStart } = useLive();
  return <Welcome onStartLive={() => openStart(null)} />;
}

function ChatRoute() {
  const { chatId } = useParams({ strict: false });
  const navigate = useNavigate();
  const live = useLive();
  if (!chatId) return <NotFound />;
  return (
    <ThreadPage
      key={chatId}
      chatId={chatId}
      local={live}
      focusPlayOf={live.focusPlayOf}
      onStartLive={() => live.openStart(chatId)}
      onDeleted={() => void navigate({ to: '/' })}
      notFound={<NotFound />}
    />
  );
}

/** The addresses of the app. The engine comes from `main.tsx`, so that tests can bring another. */
export function newRouter(engine: LiveEngine, appVersion: string) {
  const root = createRootRoute({
    component: () => <Root engine={engine} appVersion={appVersion} />,
    notFoundComponent: NotFound,
  });
  const at = (path: string, component: () => React.ReactNode) =>
    createRoute({ getParentRoute: () => root, path, component });
  return createRouter({
    routeTree: root.addChildren([at('/', HomeRoute), at('/chats/$chatId', ChatRoute)]),
    defaultPreload: false,
  });
}

import {
  createRootRoute,
  createRoute,
  createRouter,
  useNavigate,
  useParams,
} from '@tanstack/react-router';
import { ThreadPage } from '../features/chat/thread-page';
import { recordingRemovalKey, useEraseRecording } from '../features/chat/use-erase-recording';
import { Welcome } from '../features/chat/welcome';
import { LibraryPage } from '../features/library/library-page';
import { useLive } from '../features/live/live-context';
import type { LiveEngine } from '../features/live/live-engine-type';
import { PlayerPage } from '../features/playback/player-page';
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
      onPlayFocused={live.playFocused}
      onStartLive={() => live.openStart(chatId)}
      onDeleted={() => void navigate({ to: '/' })}
      notFound={<NotFound />}
    />
  );
}

function LibraryRoute() {
  const { openStart } = useLive();
  const erase = useEraseRecording();
  return (
    <LibraryPage
      onStartLive={() => openStart(null)}
      onDelete={erase}
      removalKey={recordingRemovalKey}
    />
  );
}

function PlayerRoute() {
  const { recordingId } = useParams({ strict: false });
  const navigate = useNavigate();
  const erase = useEraseRecording();
  if (!recordingId) return <NotFound />;
  return (
    <PlayerPage
      key={recordingId}
      recordingId={recordingId}
      notFound={<NotFound />}
      onDelete={(id) => {
        erase(id);
        void navigate({ to: '/recordings' });
      }}
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
    routeTree: root.addChildren([
      at('/', HomeRoute),
      at('/chats/$chatId', ChatRoute),
      at('/recordings', LibraryRoute),
      at('/recordings/$recordingId', PlayerRoute),
    ]),
    defaultPreload: false,
  });
}

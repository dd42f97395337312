import {
  createRootRoute,
  createRoute,
  createRouter,
  lazyRouteComponent,
} from '@tanstack/react-router';
import type { LiveEngine } from '../features/live/live-engine-type';
import { NotFound } from './not-found';
import { Root } from './root';

type Page = ReturnType<typeof lazyRouteComponent>;

/** Every page is a file of its own, which the router loads before it shows the page. */
const kPages = {
  '/': lazyRouteComponent(() => import('./routes/home-route'), 'HomeRoute'),
  '/chats/new': lazyRouteComponent(() => import('./routes/new-chat-route'), 'NewChatRoute'),
  '/chats/$chatId': lazyRouteComponent(() => import('./routes/chat-route'), 'ChatRoute'),
  '/recordings': lazyRouteComponent(() => import('./routes/library-route'), 'LibraryRoute'),
  '/recordings/$recordingId': lazyRouteComponent(
    () => import('./routes/player-route'),
    'PlayerRoute',
  ),
  '/settings': lazyRouteComponent(() => import('./routes/settings-route'), 'SettingsRoute'),
} as const satisfies Record<string, Page>;

/** Loads the pages that were not needed yet, so that they open without a wait. */
export const preloadPages = () =>
  Promise.all(Object.values(kPages).map((page) => page.preload?.()));

/** The addresses of the app. The engine comes from `start.tsx`, so that tests can pass another one. */
export function newRouter(engine: LiveEngine, appVersion: string) {
  const root = createRootRoute({
    component: () => <Root engine={engine} appVersion={appVersion} />,
    notFoundComponent: NotFound,
  });
  const pages = Object.entries(kPages).map(([path, component]) =>
    createRoute({ getParentRoute: () => root, path, component }),
  );
  return createRouter({ routeTree: root.addChildren(pages), defaultPreload: false });
}

import { PanelLeft } from 'lucide-react';
import { type ReactNode, useCallback, useState } from 'react';
import { useLive } from '../features/live/live-context';
import { classNames } from '../ui/class-names';
import { Dialog } from '../ui/dialog';
import { IconButton } from '../ui/icon-button';
import { addresses } from '../ui/router/addresses';
import { useRouter } from '../ui/router/router-context';
import { useAddress } from '../ui/router/use-address';
import { toasts } from '../ui/toasts';
import { useMediaQuery } from '../ui/use-media-query';
import { useShortcuts } from '../ui/use-shortcuts';
import { kDrawerQuery } from './drawer-query';
import { Sidebar } from './sidebar';
import './shell.css';
import { useRouteFocus } from './use-route-focus';

type Props = {
  /** At most one banner above the page. */
  readonly notes: ReactNode;
  readonly onShowKeys: () => void;
  readonly onSearch: () => void;
  readonly children: ReactNode;
};

const undo = () => {
  if (toasts.snapshot()?.action?.undoes) toasts.act();
};

/** Sidebar and page. */
export function Shell({ notes, onShowKeys, onSearch, children }: Props) {
  const router = useRouter();
  const live = useLive();
  const narrow = useMediaQuery(kDrawerQuery);
  const [shown, setShown] = useState(true);
  const [drawer, setDrawer] = useState(false);
  const path = useAddress((address) => address.path);
  const chatId = /^\/chats\/(?!new$)([^/]+)$/.exec(path)?.[1] ?? null;
  // The player uses the whole width and has its own way back.
  const wide = /^\/recordings\/[^/]+$/.test(path);
  const closeDrawer = useCallback(() => setDrawer(false), []);
  const openNewChat = () => {
    closeDrawer();
    router.go('/chats/new');
  };
  const leaveDeleted = useCallback(
    (deleted: string) => {
      if (router.snapshot().path !== addresses.chat(deleted)) return () => {};
      router.go('/');
      return () => router.go(addresses.chat(deleted));
    },
    [router],
  );
  const toggleSidebar = () => (narrow || wide ? setDrawer(!drawer) : setShown(!shown));
  useRouteFocus(live.focusPlayOf === null);
  useShortcuts({
    'Ctrl+B': toggleSidebar,
    'Ctrl+Shift+O': openNewChat,
    'Ctrl+Shift+L': () => live.openStart(chatId),
    'Ctrl+Z': undo,
  });
  const sidebar = (
    <Sidebar
      onNewChat={openNewChat}
      onHide={toggleSidebar}
      onSearch={() => {
        closeDrawer();
        onSearch();
      }}
      onShowKeys={onShowKeys}
      onDeleted={leaveDeleted}
    />
  );
  const open = shown && !narrow && !wide;
  return (
    <div
      className={classNames('shell', !open && 'shell--closed', !open && !wide && 'sidebar-closed')}
    >
      <a className="skip-link" href="#main">
        Skip to content
      </a>
      {open ? sidebar : null}
      {(narrow || wide) && drawer ? (
        <Dialog width="drawer" title="Chats" onClose={closeDrawer}>
          {/* biome-ignore lint/a11y/noStaticElementInteractions: following a link inside closes the drawer */}
          {/* biome-ignore lint/a11y/useKeyWithClickEvents: Enter on a link is a click */}
          <div
            className="shell__drawer"
            onClick={(event) => {
              if (event.target instanceof Element && event.target.closest('a')) closeDrawer();
            }}
          >
            {sidebar}
          </div>
        </Dialog>
      ) : null}
      <main className="shell__main" id="main" tabIndex={-1}>
        {open || wide ? null : (
          <div className="shell__open">
            <IconButton
              label="Open sidebar"
              shortcut="Ctrl B"
              icon={<PanelLeft aria-hidden />}
              onClick={toggleSidebar}
            />
          </div>
        )}
        <div className="shell__notes">{notes}</div>
        {children}
      </main>
    </div>
  );
}

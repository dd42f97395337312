import { type ReactNode, useCallback, useMemo, useState } from 'react';
import { useLive } from '../features/live/live-context';
import type { LiveEngine } from '../features/live/live-engine-type';
import { LiveProvider } from '../features/live/live-provider';
import { OtherTabNote } from '../features/live/other-tab-note';
import { usePart } from '../ui/part';
import { PartFailed } from '../ui/part-failed';
import { addresses } from '../ui/router/addresses';
import { useRouter } from '../ui/router/router-context';
import { ToastHost } from '../ui/toast-host';
import { TooltipHost } from '../ui/tooltip-host';
import { useShortcuts } from '../ui/use-shortcuts';
import { AppContext } from './app-context';
import { keysSheet } from './keys-part';
import { useLogin } from './login-context';
import { LoginNote } from './login-note';
import { Pages } from './pages';
import { RecoveryNotes } from './recovery-notes';
import { searchSheet } from './search-part';
import { ServerNote } from './server-note';
import { Shell } from './shell';
import { usePlace } from './use-place';
import { useRefreshWhenBack, useServerAnswers } from './use-server-answers';

type Props = { readonly engine: LiveEngine; readonly appVersion: string };

/** The parts that exist on every address: this tab's live session, the shell, toasts and the list of keys. */
export function Root({ engine, appVersion }: Props) {
  const router = useRouter();
  const place = usePlace();
  const login = useLogin();
  const [keysShown, setKeysShown] = useState(false);
  const [searching, setSearching] = useState(false);
  const palette = usePart(searchSheet, searching);
  const keys = usePart(keysSheet, keysShown);
  const serverAnswers = useServerAnswers();
  useRefreshWhenBack(serverAnswers);
  const search = useCallback(() => setSearching(true), []);
  const context = useMemo(() => ({ engine, appVersion, search }), [engine, appVersion, search]);
  const showKeys = () => setKeysShown(true);
  useShortcuts({ '?': showKeys, 'Ctrl+K': search, '/': search });
  const openChat = (chatId: string) => router.go(addresses.chat(chatId));
  const openRecording = (recordingId: string) => router.go(addresses.recording(recordingId));
  return (
    <>
      <LiveProvider
        engine={engine}
        appVersion={appVersion}
        place={place}
        onOpenChat={(chatId) => (chatId ? openChat(chatId) : undefined)}
        onOpenRecording={openRecording}
        onOpenLibrary={() => router.go('/recordings')}
        onLogIn={login.ask}
      >
        <Shell
          onShowKeys={showKeys}
          onSearch={search}
          notes={
            <Notes serverAnswers={serverAnswers}>
              <RecoveryNotes recovery={engine.recovery} onPlay={openRecording} />
            </Notes>
          }
        >
          <AppContext.Provider value={context}>
            <Pages />
          </AppContext.Provider>
        </Shell>
      </LiveProvider>
      <ToastHost />
      <TooltipHost />
      {searching && palette.kind === 'failed' ? (
        <PartFailed title="Search" onRetry={palette.retry} onClose={() => setSearching(false)} />
      ) : null}
      {searching && palette.kind === 'loaded' ? (
        <palette.value.SearchSheet onClose={() => setSearching(false)} />
      ) : null}
      {keysShown && keys.kind === 'failed' ? (
        <PartFailed title="Keys" onRetry={keys.retry} onClose={() => setKeysShown(false)} />
      ) : null}
      {keysShown && keys.kind === 'loaded' ? (
        <keys.value.KeysSheet onClose={() => setKeysShown(false)} />
      ) : null}
    </>
  );
}

type NotesProps = { readonly serverAnswers: boolean; readonly children: ReactNode };

/** Shows one note at a time, the most serious one. */
function Notes({ serverAnswers, children }: NotesProps) {
  const { elsewhere } = useLive();
  const { ended, ask } = useLogin();
  if (!serverAnswers) return <ServerNote />;
  if (ended) return <LoginNote onAsk={ask} />;
  return elsewhere ? <OtherTabNote /> : children;
}

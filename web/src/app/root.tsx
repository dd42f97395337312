import { type ReactNode, useCallback, useMemo, useState } from 'react';
import type { SearchHit } from '../api/search';
import { messageRemovalKey } from '../features/chat/branches';
import { elementIdOf } from '../features/chat/thread-target';
import { chatRemovalKey } from '../features/chat/use-chats';
import { recordingRemovalKey } from '../features/chat/use-erase-recording';
import { useLive } from '../features/live/live-context';
import type { LiveEngine } from '../features/live/live-engine-type';
import { LiveProvider } from '../features/live/live-provider';
import { OtherTabNote } from '../features/live/other-tab-note';
import { RecoveryNotice } from '../features/live/recovery-notice';
import { addressOfMoment } from '../media/player/time-address';
import { usePart } from '../ui/part';
import { PartFailed } from '../ui/part-failed';
import { addresses } from '../ui/router/addresses';
import { useRouter } from '../ui/router/router-context';
import { ToastHost } from '../ui/toast-host';
import { TooltipHost } from '../ui/tooltip-host';
import { useRemoved } from '../ui/use-removed';
import { useShortcuts } from '../ui/use-shortcuts';
import { AppContext } from './app-context';
import { KeysSheet } from './keys-sheet';
import { useLogin } from './login-context';
import { LoginNote } from './login-note';
import { Pages } from './pages';
import { searchPalette } from './search-part';
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
  const palette = usePart(searchPalette, searching);
  const serverAnswers = useServerAnswers();
  useRefreshWhenBack(serverAnswers);
  const search = useCallback(() => setSearching(true), []);
  const context = useMemo(() => ({ engine, appVersion, search }), [engine, appVersion, search]);
  const showKeys = () => setKeysShown(true);
  const removed = useRemoved();
  const isGone = (hit: SearchHit) =>
    removed.has(chatRemovalKey(hit.chat_id)) ||
    (hit.kind === 'message'
      ? removed.has(messageRemovalKey(hit.message_id))
      : hit.kind !== 'chat' && removed.has(recordingRemovalKey(hit.recording_id)));
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
              <RecoveryNotice recovery={engine.recovery} onPlay={openRecording} />
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
        <palette.value.SearchPalette
          onClose={() => setSearching(false)}
          isGone={isGone}
          onOpenChat={openChat}
          onOpenMessage={(chatId, messageId) =>
            router.go(`${addresses.chat(chatId)}#${elementIdOf(messageId)}`)
          }
          onOpenMoment={(recordingId, ms) =>
            router.go(`${addresses.recording(recordingId)}?t=${addressOfMoment(ms)}`)
          }
        />
      ) : null}
      {keysShown ? <KeysSheet onClose={() => setKeysShown(false)} /> : null}
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

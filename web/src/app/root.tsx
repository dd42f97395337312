import { Outlet, useNavigate } from '@tanstack/react-router';
import { type ReactNode, useState } from 'react';
import { useLive } from '../features/live/live-context';
import type { LiveEngine } from '../features/live/live-engine-type';
import { LiveProvider } from '../features/live/live-provider';
import { OtherTabNote } from '../features/live/other-tab-note';
import { RecoveryNotice } from '../features/live/recovery-notice';
import { ToastHost } from '../ui/toast-host';
import { useShortcuts } from '../ui/use-shortcuts';
import { KeysSheet } from './keys-sheet';
import { ServerNote } from './server-note';
import { Shell } from './shell';
import { useRefreshWhenBack, useServerAnswers } from './use-server-answers';

const place = () =>
  /^(localhost|127\.|\[::1\])/.test(location.hostname) ? 'this computer' : location.hostname;

type Props = { readonly engine: LiveEngine; readonly appVersion: string };

/** What is there on every address: the live session of this tab, the shell, toasts and the sheet of keys. */
export function Root({ engine, appVersion }: Props) {
  const navigate = useNavigate();
  const [keysShown, setKeysShown] = useState(false);
  const serverAnswers = useServerAnswers();
  useRefreshWhenBack(serverAnswers);
  const showKeys = () => setKeysShown(true);
  useShortcuts({ '?': showKeys });
  const openRecording = (recordingId: string) =>
    void navigate({ to: '/recordings/$recordingId', params: { recordingId } });
  return (
    <>
      <LiveProvider
        engine={engine}
        appVersion={appVersion}
        place={place()}
        onOpenChat={(chatId) =>
          chatId ? void navigate({ to: '/chats/$chatId', params: { chatId } }) : undefined
        }
        onOpenRecording={openRecording}
        onOpenLibrary={() => void navigate({ to: '/recordings' })}
      >
        <Shell
          onShowKeys={showKeys}
          notes={
            <Notes serverAnswers={serverAnswers}>
              <RecoveryNotice recovery={engine.recovery} onPlay={openRecording} />
            </Notes>
          }
        >
          <Outlet />
        </Shell>
      </LiveProvider>
      <ToastHost />
      {keysShown ? <KeysSheet onClose={() => setKeysShown(false)} /> : null}
    </>
  );
}

type NotesProps = { readonly serverAnswers: boolean; readonly children: ReactNode };

/** One note at a time, the gravest. */
function Notes({ serverAnswers, children }: NotesProps) {
  const { elsewhere } = useLive();
  if (!serverAnswers) return <ServerNote />;
  return elsewhere ? <OtherTabNote /> : children;
}

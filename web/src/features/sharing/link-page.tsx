import { Link2Off } from 'lucide-react';
import { type ReactNode, useEffect } from 'react';
import { FailedPanel } from '../../ui/failed-panel';
import { Mark } from '../../ui/mark';
import { Panel } from '../../ui/panel';
import { useAddress } from '../../ui/router/use-address';
import { Skeleton } from '../../ui/skeleton';
import { idsOfAddress, openedAddress } from './link-address';
import { SharedChat } from './shared-chat';
import './sharing.css';
import { useShareLink } from './use-share-link';

type Props = {
  /** The player of a recording; `notFound` when it cannot be seen any more. */
  readonly player: (recordingId: string, back: string | null, notFound: ReactNode) => ReactNode;
  /** The ways to log in, which lead back to `path`. */
  readonly login: (path: string) => ReactNode;
};

/** What somebody sees who has a link: the recording, or the chat, and nothing else of the app. */
export function LinkPage({ player, login }: Props) {
  const path = useAddress((address) => address.path);
  const { shareId, recordingId } = idsOfAddress(path);
  const state = useShareLink(shareId);
  useEffect(() => {
    document.title = 'Shared with you';
  }, []);
  if (state.kind === 'opening') return <Skeleton height="72px" />;
  if (state.kind === 'gone') return <Gone />;
  if (state.kind === 'failed') {
    return (
      <Framed>
        <FailedPanel
          level={1}
          title="The link could not be opened"
          error={state.error}
          onRetry={state.retry}
        />
      </Framed>
    );
  }
  const { link } = state;
  if (link.login_needed) {
    return (
      <Framed>
        <Mark size={36} />
        <h1>Log in to see this</h1>
        <p>Whoever shared it wants that only people who log in here can see it.</p>
        {login(openedAddress(link.id) + location.search)}
      </Framed>
    );
  }
  if (link.recording_id !== null) return player(link.recording_id, null, <Gone />);
  if (link.chat_id === null) return <Gone />;
  if (recordingId !== '') return player(recordingId, openedAddress(link.id), <Gone />);
  return (
    <SharedChat
      chatId={link.chat_id}
      addressOf={(id) => openedAddress(link.id, id)}
      notFound={<Gone />}
    />
  );
}

const Framed = ({ children }: { readonly children: ReactNode }) => (
  <main className="link-page">
    <div className="link-page__inner">{children}</div>
  </main>
);

const Gone = () => (
  <Framed>
    <Panel level={1} icon={<Link2Off aria-hidden />} title="This link does not work">
      It has expired, was taken back, or what it led to was deleted. If you have just opened it
      before, open it once more from where you got it. Otherwise ask for a new one.
    </Panel>
  </Framed>
);

import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { AudioLines } from 'lucide-react';
import type { ReactNode } from 'react';
import { ApiError } from '../../api/api-error';
import { chatQuery, type Message, messagesQuery } from '../../api/chats';
import { Button } from '../../ui/button';
import { FailedPanel } from '../../ui/failed-panel';
import { formatMoment } from '../../ui/format';
import { PageBar } from '../../ui/page-bar';
import { Panel } from '../../ui/panel';
import { recordingTitle } from '../../ui/recording-title';
import { Skeleton } from '../../ui/skeleton';
import { SharedRow } from './shared-row';
import './sharing.css';

type Props = {
  readonly chatId: string;
  readonly addressOf: (recordingId: string) => string;
  /** Shown when it is not shared any more. */
  readonly notFound: ReactNode;
};

/** A recording that can be watched, or words. */
const isShown = ({ live_session, text }: Message) =>
  live_session === null
    ? text !== ''
    : live_session.recording !== null && live_session.recording.state !== 'erased';

type ShownProps = { readonly message: Message } & Pick<Props, 'addressOf'>;

function Shown({ message, addressOf }: ShownProps) {
  const recording = message.live_session?.recording;
  const when = formatMoment(message.created_at, new Date());
  if (!recording) {
    return (
      <li className="shared__words">
        <p>
          {message.role === 'person' ? 'Written' : 'Answer'} · {when}
        </p>
        <div dir="auto">{message.text}</div>
      </li>
    );
  }
  return (
    <SharedRow recording={recording} title={recordingTitle(recording)} to={addressOf(recording.id)}>
      {when} · <bdi>{recording.model}</bdi>
    </SharedRow>
  );
}

/** A chat that was loaded within this time is not loaded again by who comes back to it. */
const kFreshMs = 5_000;

/** A chat of somebody else, in the order in which it was held: its recordings, to be watched, and what was written. */
export function SharedChat({ chatId, addressOf, notFound }: Props) {
  const chat = useQuery(chatQuery(chatId));
  const list = useInfiniteQuery({ ...messagesQuery(chatId), staleTime: kFreshMs });
  const error = chat.error ?? list.error;
  if (error instanceof ApiError && (error.status === 404 || error.status === 401)) return notFound;
  const messages = list.data?.pages
    .toReversed()
    .flatMap((page) => page.messages)
    .filter(isShown);
  return (
    <div className="shared">
      <PageBar title={chat.data?.title ?? 'Shared chat'} />
      <div className="shared__body">
        {list.hasNextPage && (
          <Button loading={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>
            Show earlier
          </Button>
        )}
        {error && !messages ? (
          <FailedPanel
            level={2}
            title="This chat could not be loaded"
            error={error}
            onRetry={() => void list.refetch()}
          />
        ) : messages === undefined ? (
          <Skeleton height="72px" />
        ) : messages.length === 0 ? (
          <Panel icon={<AudioLines aria-hidden />} title="Nothing here yet">
            Recordings and messages of this chat appear here.
          </Panel>
        ) : (
          <ul className="shared__rows">
            {messages.map((one) => (
              <Shown key={one.id} message={one} addressOf={addressOf} />
            ))}
          </ul>
        )}
      </div>
    </div>
  );
}

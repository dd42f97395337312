import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { AudioLines } from 'lucide-react';
import type { ReactNode } from 'react';
import { ApiError } from '../../api/api-error';
import { chatQuery, messagesQuery } from '../../api/chats';
import { FailedPanel } from '../../ui/failed-panel';
import { formatMoment } from '../../ui/format';
import { MoreRows } from '../../ui/more-rows';
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

/** A chat of somebody else: its recordings, to be watched. */
export function SharedChat({ chatId, addressOf, notFound }: Props) {
  const chat = useQuery(chatQuery(chatId));
  const list = useInfiniteQuery(messagesQuery(chatId));
  const error = chat.error ?? list.error;
  if (error instanceof ApiError && (error.status === 404 || error.status === 401)) return notFound;
  const recordings = list.data?.pages
    .flatMap(({ messages }) =>
      messages.toReversed().map(({ live_session }) => live_session.recording),
    )
    .filter((one) => one !== null && one.state !== 'erased');
  return (
    <div className="shared">
      <PageBar title={chat.data?.title ?? 'Shared chat'} />
      <div className="shared__body">
        {error && !recordings ? (
          <FailedPanel
            level={2}
            title="This chat could not be loaded"
            error={error}
            onRetry={() => void list.refetch()}
          />
        ) : recordings === undefined ? (
          <Skeleton height="72px" />
        ) : recordings.length === 0 ? (
          <Panel icon={<AudioLines aria-hidden />} title="No recordings yet">
            They appear here when a live session of this chat has ended.
          </Panel>
        ) : (
          <ul className="shared__rows">
            {recordings.map((one) =>
              one ? (
                <SharedRow
                  key={one.id}
                  recording={one}
                  title={recordingTitle(one)}
                  to={addressOf(one.id)}
                >
                  {formatMoment(one.created_at, new Date())} · <bdi>{one.model}</bdi>
                </SharedRow>
              ) : null,
            )}
          </ul>
        )}
        <MoreRows
          hasMore={list.hasNextPage}
          loading={list.isFetchingNextPage}
          onMore={() => void list.fetchNextPage()}
        >
          Show more
        </MoreRows>
      </div>
    </div>
  );
}

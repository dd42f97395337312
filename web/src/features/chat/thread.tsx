import { useInfiniteQuery } from '@tanstack/react-query';
import { useCallback, useEffect, useMemo, useRef } from 'react';
import { type Message, messagesQuery } from '../../api/chats';
import { FailedPanel } from '../../ui/failed-panel';
import { Skeleton } from '../../ui/skeleton';
import { useRemoved } from '../../ui/use-removed';
import {
  branchOf,
  type Choices,
  messageRemovalKey,
  messagesIn,
  type Shown,
  withoutRemoved,
} from './branches';
import type { LocalKnowledge } from './card-state';
import { EmptyThread } from './empty-thread';
import { LongThread } from './long-thread';
import { SessionCard } from './session-card';
import { ShortThread } from './short-thread';
import { TextMessage } from './text-message';
import { recordingRemovalKey } from './use-erase-recording';
import { useStickToBottom } from './use-stick-to-bottom';
import { useThreadNews } from './use-thread-news';
import { useThreadTarget } from './use-thread-target';
import { useTitleFromWords } from './use-title-from-words';

type Props = {
  readonly chatId: string;
  readonly local: LocalKnowledge;
  readonly focusPlayOf: string | null;
  readonly onPlayFocused: () => void;
  readonly onTalkAgain: () => void;
  readonly choices: Choices;
  readonly onChoose: (message: Message) => void;
  /** Shows the branch in which a message is. `all`: what is loaded. */
  readonly onShow: (all: readonly Message[], message: Message) => void;
  /** The day to go to; a new object goes there again. */
  readonly day: { readonly day: string } | null;
  readonly onEdited: (text: string, message: Message) => Promise<void>;
};

/** From so many messages on, only those in view are in the page. */
const kLongFrom = 60;

const whoIs = ({ kind, role, covers_until: covers }: Message) => {
  if (covers !== null) return 'Summary';
  return kind === 'live_session' ? 'Live' : role === 'person' ? 'You' : 'Model';
};

/** The messages of a chat, oldest first; opens at the newest. */
export function Thread(props: Props) {
  const { chatId, local, focusPlayOf, onPlayFocused, onTalkAgain, choices } = props;
  const { onChoose, onEdited, onShow, day } = props;
  const removed = useRemoved();
  const box = useRef<HTMLElement>(null);
  const messages = useInfiniteQuery(messagesQuery(chatId));
  const { data, hasNextPage, isFetchingNextPage, fetchNextPage } = messages;
  const all = useMemo(
    () => data && withoutRemoved(messagesIn(data), (id) => removed.has(messageRemovalKey(id))),
    [data, removed],
  );
  const branch = useMemo(() => (all ? branchOf(all, choices) : null), [all, choices]);
  const shown = useMemo(
    () =>
      branch?.filter(({ message: { live_session: session } }) => {
        const recording = session?.recording;
        return !(recording && removed.has(recordingRemovalKey(recording.id)));
      }),
    [branch, removed],
  );
  // Once it is long it stays so, or the reader would lose the place.
  const wasLong = useRef(false);
  const long = wasLong.current || hasNextPage || (shown?.length ?? 0) > kLongFrom;
  wasLong.current = long;
  useStickToBottom(box, !long);
  const fetchMore = useCallback(() => {
    if (hasNextPage) void fetchNextPage({ cancelRefetch: false });
  }, [hasNextPage, fetchNextPage]);
  const { goTo, found } = useThreadTarget({
    all,
    hasMore: hasNextPage,
    loading: isFetchingNextPage,
    onMore: fetchMore,
    onShow: (message) => all && onShow(all, message),
  });
  useEffect(() => {
    if (day) goTo({ kind: 'day', day: day.day });
  }, [day, goTo]);
  useTitleFromWords(chatId, useThreadNews(chatId, all));

  const row = (one: Shown) => (
    <>
      <span className="thread__who">{whoIs(one.message)}</span>
      {one.message.live_session ? (
        <SessionCard
          session={one.message.live_session}
          local={local}
          focusPlay={focusPlayOf === one.message.live_session.id ? onPlayFocused : null}
          onTalkAgain={onTalkAgain}
        />
      ) : (
        <TextMessage shown={one} onChoose={onChoose} onEdited={onEdited} />
      )}
    </>
  );
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable by keys
    <section ref={box} className="thread__scroll" tabIndex={0} aria-label="Thread">
      {messages.error && !data ? (
        <div className="thread__panel">
          <FailedPanel
            title="The messages could not be loaded"
            error={messages.error}
            onRetry={() => void messages.refetch()}
          />
        </div>
      ) : null}
      {messages.isPending ? (
        <div className="thread__list">
          <Skeleton height="232px" />
        </div>
      ) : null}
      {shown?.length === 0 && !hasNextPage ? <EmptyThread /> : null}
      {long && shown ? (
        <>
          <p className="thread__earlier">
            {hasNextPage ? 'Earlier messages are loading…' : 'The beginning of this chat'}
          </p>
          <LongThread box={box} shown={shown} goTo={found} onNearStart={fetchMore}>
            {row}
          </LongThread>
        </>
      ) : null}
      {!long && shown && shown.length > 0 ? (
        <ShortThread shown={shown} goTo={found}>
          {row}
        </ShortThread>
      ) : null}
    </section>
  );
}

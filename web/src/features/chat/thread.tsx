import { useInfiniteQuery } from '@tanstack/react-query';
import { useRef } from 'react';
import { type Message, messagesQuery } from '../../api/chats';
import { Button } from '../../ui/button';
import { FailedPanel } from '../../ui/failed-panel';
import { Skeleton } from '../../ui/skeleton';
import { useRemoved } from '../../ui/use-removed';
import { branchOf, type Choices } from './branches';
import type { LocalKnowledge } from './card-state';
import { EmptyThread } from './empty-thread';
import { SessionCard } from './session-card';
import { TextMessage } from './text-message';
import { recordingRemovalKey } from './use-erase-recording';
import { useStickToBottom } from './use-stick-to-bottom';
import { useTitleFromWords } from './use-title-from-words';

/** How often a thread is loaded again while a session runs, and while its length and words are not known yet. */
const kRunningPollMs = 2_000;
const kFoldingPollMs = 500;

const isRunning = ({ live_session: session }: Message) =>
  session?.state === 'live' || session?.recording?.state === 'recording';
const isFolding = ({ live_session: session }: Message) => {
  const recording = session?.recording;
  const whole = recording?.state === 'complete' || recording?.state === 'complete_with_gaps';
  return whole && recording.duration_ms === null;
};

function pollMs(messages: readonly Message[] | undefined): number | false {
  if (messages?.some(isFolding)) return kFoldingPollMs;
  return messages?.some(isRunning) ? kRunningPollMs : false;
}

type Props = {
  readonly chatId: string;
  readonly local: LocalKnowledge;
  readonly focusPlayOf: string | null;
  readonly onPlayFocused: () => void;
  readonly onTalkAgain: () => void;
  readonly choices: Choices;
  readonly onChoose: (message: Message) => void;
  readonly onEdited: (text: string, message: Message) => Promise<void>;
};

const whoIs = ({ kind, role, covers_until: covers }: Message) => {
  if (covers !== null) return 'Summary';
  return kind === 'live_session' ? 'Live' : role === 'person' ? 'You' : 'Model';
};

/** The messages of a chat, oldest first; opens at the newest. */
export function Thread(props: Props) {
  const { chatId, local, focusPlayOf, onPlayFocused, onTalkAgain, choices } = props;
  const { onChoose, onEdited } = props;
  const removed = useRemoved();
  const box = useRef<HTMLElement>(null);
  useStickToBottom(box);
  const messages = useInfiniteQuery({
    ...messagesQuery(chatId),
    refetchInterval: ({ state }) => pollMs(state.data?.pages.flatMap((page) => page.messages)),
  });
  const all = messages.data?.pages.toReversed().flatMap((page) => page.messages);
  const branch = all ? branchOf(all, choices) : null;
  useTitleFromWords(chatId, pollMs(all) !== false);
  const shown = branch?.filter(({ message: { live_session: session } }) => {
    const recording = session?.recording;
    return !(recording && removed.has(recordingRemovalKey(recording.id)));
  });

  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable by keys
    <section ref={box} className="thread__scroll" tabIndex={0} aria-label="Thread">
      {messages.error && !messages.data ? (
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
      {shown?.length === 0 && !messages.hasNextPage ? <EmptyThread /> : null}
      {messages.hasNextPage ? (
        <div className="thread__earlier">
          <Button
            loading={messages.isFetchingNextPage}
            onClick={() => void messages.fetchNextPage()}
          >
            Show earlier messages
          </Button>
        </div>
      ) : null}
      {shown && shown.length > 0 ? (
        <ol className="thread__list" aria-label="Messages">
          {shown.map((one) => (
            <li key={one.message.id} className="thread__item">
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
            </li>
          ))}
        </ol>
      ) : null}
    </section>
  );
}

import { useQuery } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import { answerersQuery } from '../../api/answerers';
import { ApiError } from '../../api/api-error';
import { chatQuery } from '../../api/chats';
import { FailedPanel } from '../../ui/failed-panel';
import { AnswererPicker } from './answerer-picker';
import { answererOf } from './answerer-words';
import type { LocalKnowledge } from './card-state';
import { Composer } from './composer';
import { Thread } from './thread';
import { ThreadHeader } from './thread-header';
import './thread-page.css';
import { useTalk } from './use-talk';

type Props = {
  readonly chatId: string;
  readonly local: LocalKnowledge;
  /** The live session whose Play session button gets the focus, right after hanging up. */
  readonly focusPlayOf: string | null;
  readonly onPlayFocused: () => void;
  readonly onStartLive: () => void;
  readonly onDeleted: (chatId: string) => () => void;
  /** Shown instead of the thread when there is no such chat. */
  readonly notFound: ReactNode;
  /** Who can see the chat, and the way to share it. */
  readonly sharing?: ReactNode;
};

/** One chat: its title, its messages and live sessions, and the way to the next one. */
export function ThreadPage(props: Props) {
  const { chatId, local, focusPlayOf, onPlayFocused, onStartLive, onDeleted } = props;
  const { notFound, sharing } = props;
  const chat = useQuery(chatQuery(chatId));
  const { data: answerers } = useQuery(answerersQuery);
  const talk = useTalk(chatId);
  const [day, setDay] = useState<{ readonly day: string } | null>(null);
  if (chat.error instanceof ApiError && (chat.error.status === 404 || chat.error.status === 400)) {
    return notFound;
  }
  if (chat.error && !chat.data) {
    return (
      <div className="thread__panel">
        <FailedPanel
          level={1}
          title="This chat could not be loaded"
          error={chat.error}
          onRetry={() => void chat.refetch()}
        />
      </div>
    );
  }
  return (
    <div className="thread">
      {chat.data ? (
        <ThreadHeader
          chat={chat.data}
          sharing={sharing}
          onDeleted={onDeleted}
          onDay={(wanted) => setDay({ day: wanted })}
        />
      ) : (
        <div className="page-bar" />
      )}
      <Thread
        chatId={chatId}
        local={local}
        focusPlayOf={focusPlayOf}
        onPlayFocused={onPlayFocused}
        onTalkAgain={onStartLive}
        choices={talk.choices}
        onChoose={talk.choose}
        onShow={talk.show}
        day={day}
        onEdited={talk.sendEdited}
      />
      <Composer
        draftOf={chatId}
        who={chat.data && answerers ? answererOf(answerers, chat.data) : null}
        answers={chat.data ? <AnswererPicker chat={chat.data} lastId={talk.lastId} /> : null}
        onSend={talk.send}
        onAgree={talk.agree}
        onStop={talk.stop}
        onStartLive={onStartLive}
      />
    </div>
  );
}

import { ArrowUp, Square } from 'lucide-react';
import { type KeyboardEvent, type ReactNode, useRef, useState } from 'react';
import { ApiError, sentenceOf } from '../../api/api-error';
import { Button } from '../../ui/button';
import { StartLiveButton } from '../../ui/start-live-button';
import { readDraft, writeDraft } from './drafts';

type Props = {
  /** Whose draft it is: a chat's id, or `new`. */
  readonly draftOf: string;
  /** Who answers. */
  readonly answers: ReactNode;
  /** Rejects when it was not sent. The same `clientId` again is the same message. */
  readonly onSend: (text: string, clientId: string) => Promise<void>;
  /** Set while an answer is written. */
  readonly onStop: (() => void) | null;
  readonly onStartLive: () => void;
  /** Lets what was said live go to whoever answers. */
  readonly onAgree?: () => Promise<void>;
};

/** The problem of a message that would carry what was said live to another service. */
const kElsewhere = 'live-words-elsewhere';

/** The foot of a thread: a person adds to it by typing or talking. Typed text stays until it is stored. */
export function Composer(props: Props) {
  const { draftOf, answers, onSend, onStop, onStartLive, onAgree } = props;
  const [text, setText] = useState(() => readDraft(draftOf));
  const [sending, setSending] = useState(false);
  const [failed, setFailed] = useState<unknown>(null);
  const tried = useRef({ text: '', clientId: '' });
  const type = (typed: string) => {
    setText(typed);
    writeDraft(draftOf, typed);
  };
  const send = async () => {
    if (sending || onStop || text.trim() === '') return;
    // What was perhaps stored, although no answer came, is sent by the same name.
    if (tried.current.text !== text) tried.current = { text, clientId: crypto.randomUUID() };
    setSending(true);
    setFailed(null);
    try {
      await onSend(text, tried.current.clientId);
      tried.current = { text: '', clientId: '' };
      type('');
    } catch (error) {
      setFailed(error);
    }
    setSending(false);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    // While an input method composes a word, Enter belongs to it.
    if (event.key !== 'Enter' || event.shiftKey || event.nativeEvent.isComposing) return;
    event.preventDefault();
    void send();
  };
  return (
    <div className="composer">
      {failed ? (
        <p className="composer__failed" role="alert">
          Not sent. {sentenceOf(failed)}{' '}
          {onAgree && failed instanceof ApiError && failed.code === kElsewhere ? (
            <Button
              variant="line"
              size="small"
              loading={sending}
              onClick={() => void onAgree().then(send, setFailed)}
            >
              Agree, and send
            </Button>
          ) : null}
        </p>
      ) : null}
      <div className="composer__box">
        <textarea
          className="composer__field"
          aria-label="Message"
          placeholder="Write a message"
          rows={1}
          dir="auto"
          value={text}
          onChange={(event) => type(event.target.value)}
          onKeyDown={onKeyDown}
        />
        <div className="composer__foot">
          <div className="composer__answers">{answers}</div>
          {onStop ? (
            <Button variant="line" icon={<Square aria-hidden />} onClick={onStop}>
              Stop
            </Button>
          ) : (
            <Button
              variant="line"
              icon={<ArrowUp aria-hidden />}
              loading={sending}
              disabled={text.trim() === ''}
              onClick={() => void send()}
            >
              Send
            </Button>
          )}
          <StartLiveButton size="normal" onPress={onStartLive} />
        </div>
      </div>
    </div>
  );
}

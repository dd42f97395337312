import { useQuery } from '@tanstack/react-query';
import { ArrowUp, Square } from 'lucide-react';
import {
  type ClipboardEvent,
  type KeyboardEvent,
  type ReactNode,
  useEffect,
  useRef,
  useState,
} from 'react';
import { meQuery } from '../../api/account';
import { ApiError, sentenceOf } from '../../api/api-error';
import { Button } from '../../ui/button';
import { takeForComposer } from '../../ui/for-composer';
import { StartLiveButton } from '../../ui/start-live-button';
import { useHealing } from '../../ui/use-healing';
import { type Answers, cannotReadWords } from './answerer-words';
import { AttachButton } from './attach-button';
import { ChosenFiles } from './chosen-files';
import { readDraft, writeDraft } from './drafts';
import { useFiles } from './use-files';

type Props = {
  /** Whose draft it is: a chat's id, or `new`. */
  readonly draftOf: string;
  /** Shows who answers. */
  readonly answers: ReactNode;
  /** Who answers; null while it is not known. */
  readonly who: Answers | null;
  /** Rejects when it was not sent. The same `clientId` again is the same message. */
  readonly onSend: (text: string, clientId: string, uploadIds: readonly string[]) => Promise<void>;
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
  const { draftOf, answers, who, onSend, onStop, onStartLive, onAgree } = props;
  // Who is here is asked elsewhere, and may be known only later.
  const person = useQuery({ ...meQuery, enabled: false }).data?.id ?? null;
  const [text, setText] = useState(() => readDraft(person, draftOf));
  const [sending, setSending] = useState(false);
  const [failure, setFailed] = useState<unknown>(null);
  const failed = useHealing(failure);
  const tried = useRef({ what: '', clientId: '' });
  const { files, list, add, dragging } = useFiles();
  const uploadIds = list.flatMap(({ uploadId }) => uploadId ?? []);
  // Files that were not sent would be missed by whoever reads the message.
  const ready = uploadIds.length === list.length && (text.trim() !== '' || list.length > 0);
  const type = (typed: string) => {
    setText(typed);
    writeDraft(person, draftOf, typed);
  };
  useEffect(
    () => setText((typed) => (typed === '' ? readDraft(person, draftOf) : typed)),
    [person, draftOf],
  );
  // biome-ignore lint/correctness/useExhaustiveDependencies: another page gives it once, before
  useEffect(() => {
    const given = takeForComposer(draftOf);
    if (!given) return;
    add(given.files);
    type(text === '' ? given.text : `${text}\n\n${given.text}`);
  }, [draftOf]);
  const send = async () => {
    if (sending || onStop || !ready) return;
    const words = text.trim() === '' ? '' : text;
    const what = [words, ...uploadIds].join('\n');
    // What was perhaps stored, although no answer came, is sent by the same name.
    if (tried.current.what !== what) tried.current = { what, clientId: crypto.randomUUID() };
    setSending(true);
    setFailed(null);
    try {
      await onSend(words, tried.current.clientId, uploadIds);
      tried.current = { what: '', clientId: '' };
      type('');
      files.clear();
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
  const onPaste = (event: ClipboardEvent) => {
    if (event.clipboardData.files.length === 0) return;
    event.preventDefault();
    add(event.clipboardData.files);
  };
  return (
    <div className="composer">
      {dragging ? <p className="drop-here">Drop files here to attach them</p> : null}
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
        <ChosenFiles files={files} list={list} hintFor={(type) => cannotReadWords(who, type)} />
        <textarea
          className="composer__field"
          aria-label="Message"
          placeholder="Write a message"
          rows={1}
          dir="auto"
          value={text}
          onChange={(event) => type(event.target.value)}
          onKeyDown={onKeyDown}
          onPaste={onPaste}
        />
        <div className="composer__foot">
          <AttachButton onFiles={add} />
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
              disabled={!ready}
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

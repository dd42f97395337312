import { type KeyboardEvent, useEffect, useRef, useState } from 'react';
import { sentenceOf } from '../../api/api-error';
import { Button } from '../../ui/button';
import { useHealing } from '../../ui/use-healing';

type Props = {
  readonly text: string;
  /** Rejects when it was not sent. */
  readonly onSend: (text: string) => Promise<void>;
  readonly onClose: () => void;
};

/** A message that was sent, to be sent once more in other words. The first one stays as a branch. */
export function MessageEditor({ text, onSend, onClose }: Props) {
  const field = useRef<HTMLTextAreaElement>(null);
  const [edited, setEdited] = useState(text);
  const [sending, setSending] = useState(false);
  const [failure, setFailed] = useState<unknown>(null);
  const failed = useHealing(failure);
  useEffect(() => field.current?.focus(), []);
  const send = () => {
    if (sending || edited.trim() === '') return;
    setSending(true);
    onSend(edited).then(onClose, (error: unknown) => {
      setSending(false);
      setFailed(error);
    });
  };
  const onKeyDown = (event: KeyboardEvent) => {
    // While an input method composes a word, both keys belong to it.
    if (event.nativeEvent.isComposing) return;
    if (event.key === 'Escape') onClose();
    if (event.key !== 'Enter' || event.shiftKey) return;
    event.preventDefault();
    send();
  };
  return (
    <div className="message-editor">
      <textarea
        ref={field}
        className="composer__field"
        aria-label="Edited message"
        dir="auto"
        value={edited}
        onChange={(event) => setEdited(event.target.value)}
        onKeyDown={onKeyDown}
      />
      {failed ? (
        <p className="text-message__failed" role="alert">
          {sentenceOf(failed)}
        </p>
      ) : null}
      <div className="message-editor__foot">
        <Button onClick={onClose}>Cancel</Button>
        <Button variant="primary" loading={sending} onClick={send}>
          Send again
        </Button>
      </div>
    </div>
  );
}

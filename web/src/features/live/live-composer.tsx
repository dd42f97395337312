import { ArrowUp } from 'lucide-react';
import { type RefObject, useState } from 'react';
import { kTypedLettersMax } from '../../media/live-session';
import { IconButton } from '../../ui/icon-button';
import './live-composer.css';

type Props = {
  readonly field: RefObject<HTMLTextAreaElement | null>;
  /** A sentence that says why nothing can be sent now; null: it can. */
  readonly waitsFor: string | null;
  readonly onSend: (text: string) => void;
};

/** The field for writing to the model. Text that cannot be sent yet stays in the field. */
export function LiveComposer({ field, waitsFor, onSend }: Props) {
  const [text, setText] = useState('');
  const empty = text.trim() === '';
  const send = () => {
    if (empty || waitsFor !== null) return;
    onSend(text);
    setText('');
  };
  return (
    <form
      className="live-composer"
      onSubmit={(event) => {
        event.preventDefault();
        send();
        field.current?.focus();
      }}
    >
      <div className="live-composer__box">
        <textarea
          ref={field}
          rows={1}
          dir="auto"
          maxLength={kTypedLettersMax}
          aria-label="Message to the model"
          aria-describedby={waitsFor === null ? undefined : 'live-composer-waits'}
          placeholder="Write to the model"
          value={text}
          onChange={(event) => setText(event.target.value)}
          onKeyDown={(event) => {
            // While an input method composes, Enter chooses a word.
            if (event.key !== 'Enter' || event.shiftKey || event.nativeEvent.isComposing) return;
            event.preventDefault();
            send();
          }}
        />
        <IconButton
          type="submit"
          className="live-composer__send"
          label="Send"
          shortcut="Enter"
          tooltipSide="top"
          aria-disabled={empty || waitsFor !== null}
          icon={<ArrowUp aria-hidden />}
        />
      </div>
      {waitsFor !== null && !empty ? (
        <p id="live-composer-waits" className="live-composer__waits" role="status">
          {waitsFor}
        </p>
      ) : null}
    </form>
  );
}

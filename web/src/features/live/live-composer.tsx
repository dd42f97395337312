import { ArrowUp } from 'lucide-react';
import type { RefObject } from 'react';
import { kTypedLettersMax } from '../../media/live-session';
import { IconButton } from '../../ui/icon-button';
import './live-composer.css';

type Props = {
  readonly field: RefObject<HTMLTextAreaElement | null>;
  /** What is in the field. The owner keeps it, so that it is still there after the field was closed. */
  readonly text: string;
  readonly onText: (text: string) => void;
  /** A sentence that says why nothing can be sent now; null: it can. */
  readonly waitsFor: string | null;
  readonly onSend: (text: string) => void;
};

/** The field for writing to the model. Text that cannot be sent yet stays in the field. */
export function LiveComposer({ field, text, onText, waitsFor, onSend }: Props) {
  const empty = text.trim() === '';
  const send = () => {
    if (empty || waitsFor !== null) return;
    onSend(text);
    onText('');
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
          onChange={(event) => onText(event.target.value)}
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

import type { ReactNode } from 'react';
import { classNames } from './class-names';
import './live-control.css';
import { tooltip } from './tooltip';

type Props = {
  /** Accessible name; stays the same in every state. A `word` that it lacks is put before it (WCAG 2.5.3). */
  readonly label: string;
  /** The word below the button. It may tell the state, for example "No mic". */
  readonly word: string;
  readonly icon: ReactNode;
  readonly shortcut?: string;
  /** For a toggle: whether the state that the label names is on. */
  readonly pressed?: boolean;
  /** Draws the button filled: this source is off now. */
  readonly off?: boolean;
  readonly busy?: boolean;
  readonly stop?: boolean;
  readonly onPress: () => void;
};

const saysWord = (label: string, word: string) => label.toLowerCase().includes(word.toLowerCase());

/** A round control of a live session: 56 px, with a word below. */
export function LiveControl(props: Props) {
  const { label, word, icon, shortcut, pressed, off, busy, stop, onPress } = props;
  return (
    <button
      type="button"
      className={classNames(
        'live-control',
        off && 'live-control--off',
        stop && 'live-control--stop',
      )}
      aria-label={saysWord(label, word) ? label : `${word}. ${label}`}
      aria-pressed={pressed}
      aria-busy={busy || undefined}
      onClick={onPress}
      {...tooltip({ text: label, shortcut, side: 'top' })}
    >
      <span className="live-control__face">{icon}</span>
      {word}
    </button>
  );
}

import { ArrowDown, Scissors } from 'lucide-react';
import { Fragment, memo, type RefObject, useRef } from 'react';
import type { LiveCaption } from '../../media/live-session';
import { wordsOf } from '../../media/text';
import { Button } from '../../ui/button';
import { comingShown, heardCaption } from './caption-edge';
import './live-captions.css';
import { useHeardEdge } from './use-heard-edge';

/** Enough for looking back; older turns are in the recording. */
export const kTurnsShownMax = 30;

type Props = {
  readonly captions: readonly LiveCaption[];
  /** Suggestions while nothing was said; empty while nobody listens yet. */
  readonly examples?: readonly string[];
  /** False: there is no microphone, and one can only write. */
  readonly canTalk?: boolean;
  /** Sends a suggestion in writing. */
  readonly onSay?: (words: string) => void;
  /** Lets screen readers read finished turns aloud. Usually off, since they would talk over the model. */
  readonly readAloud: boolean;
};

/**
 * What was said, the newest text largest. Words turn from grey to ink as they are heard. The end of the heard words
 * stays at one height, so the text moves at the speed of speech.
 */
export function LiveCaptions(props: Props) {
  const { captions, examples = [], canTalk = true, onSay, readAloud } = props;
  const column = useRef<HTMLDivElement>(null);
  const edge = useRef<HTMLSpanElement>(null);
  const { following, back, reading } = useHeardEdge(column, edge, captions);
  const shown = captions.slice(-kTurnsShownMax);
  const heard = heardCaption(shown);
  const finished = shown.at(-2);
  return (
    <div className="captions-column">
      <div
        ref={column}
        className="captions"
        data-following={following}
        role="log"
        aria-label="Captions"
        aria-live="off"
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by the keyboard
        tabIndex={0}
        {...reading}
      >
        <ol>
          {shown.map((caption) => (
            <Turn key={caption.id} caption={caption} edge={caption === heard ? edge : null} />
          ))}
        </ol>
      </div>
      {captions.length === 0 && examples.length > 0 ? (
        <div className="captions__none">
          <p>{canTalk ? 'Say' : 'Write'} something, or press what you want to say</p>
          <ul>
            {examples.map((words) => (
              <li key={words}>
                <button type="button" className="pill-button" onClick={() => onSay?.(words)}>
                  “{words}”
                </button>
              </li>
            ))}
          </ul>
        </div>
      ) : null}
      {following ? null : (
        <Button className="captions-column__back" icon={<ArrowDown aria-hidden />} onClick={back}>
          Back to now
        </Button>
      )}
      {readAloud ? (
        <p className="visually-hidden" aria-live="polite">
          {finished ? (
            <>
              {nameOf(finished)}: <bdi>{finished.heard}</bdi>
            </>
          ) : null}
        </p>
      ) : null}
    </div>
  );
}

const nameOf = ({ speaker }: LiveCaption) => (speaker === 'person' ? 'You' : 'Model');

type TurnProps = {
  readonly caption: LiveCaption;
  /** Marks the end of the heard words, in the turn that is being heard. */
  readonly edge: RefObject<HTMLSpanElement | null> | null;
};

const Turn = memo(function Turn({ caption, edge }: TurnProps) {
  return (
    <li className="captions__turn" aria-current={edge !== null || undefined}>
      <span className={`who who--${caption.speaker}`}>
        {nameOf(caption)}
        {caption.written ? ' · in writing' : ''}
      </span>
      <p className="captions__words" dir="auto">
        {caption.heard}
        {edge ? <span ref={edge} /> : null}
        {caption.coming && !caption.interrupted ? (
          <Coming from={caption.heard.length} words={wordsOf(comingShown(caption.coming))} />
        ) : null}
      </p>
      {caption.interrupted ? (
        <p className="captions__cut">
          <Scissors aria-hidden />
          {cutWords(caption.wordsNotHeard)}
        </p>
      ) : null}
    </li>
  );
});

/**
 * Each word is an element of its own that is removed when it is heard, so that the others do not change. A single text
 * whose beginning is removed would be a layout shift with every word.
 */
function Coming({ from, words }: { readonly from: number; readonly words: readonly string[] }) {
  let at = from;
  return (
    <span className="captions__coming">
      {words.map((word) => {
        at += word.length;
        return <Fragment key={at}>{word}</Fragment>;
      })}
    </span>
  );
}

/** The line after an interruption: "You cut in. 9 words not heard." */
export function cutWords(wordsNotHeard: number): string {
  if (wordsNotHeard <= 0) return 'You cut in.';
  return `You cut in. ${wordsNotHeard} ${wordsNotHeard === 1 ? 'word' : 'words'} not heard.`;
}

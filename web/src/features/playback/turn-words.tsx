import { type MouseEvent, useMemo } from 'react';
import type { PlayerEngine } from '../../media/player/player-engine';
import { type HeardWord, paragraphsOf, textOf, wordAtLetter } from './paragraphs';
import { ghostWords, type Turn, wordAt } from './turns';
import { useWithPicture } from './use-player';

type Props = {
  readonly turn: Turn;
  /** Given while the turn is being heard: the words then follow the engine. */
  readonly engine: PlayerEngine | null;
};

/** What was said in a turn, in paragraphs, and what of it was never heard. */
export function TurnWords({ turn, engine }: Props) {
  const paragraphs = useMemo(() => paragraphsOf(turn), [turn]);
  const ghost = ghostWords(turn);
  const last = paragraphs.length - 1;
  if (last < 0) {
    const text = turn.text.trim();
    return (
      <p className="turn__words" dir="auto">
        {text}
        {ghost ? <span className="turn__ghost"> {ghost}</span> : null}
        {text === '' && !ghost ? <span className="quiet">No words recognised.</span> : null}
      </p>
    );
  }
  return paragraphs.map((words, index) => (
    <p key={words[0]?.index} className="turn__words" dir="auto" data-paragraph={index}>
      {engine ? <LiveWords engine={engine} turn={turn} words={words} /> : textOf(words).trim()}
      {ghost && index === last ? <span className="turn__ghost"> {ghost}</span> : null}
    </p>
  ));
}

type LiveProps = {
  readonly engine: PlayerEngine;
  readonly turn: Turn;
  readonly words: readonly HeardWord[];
};

/** Said words in ink, the current word marked, coming words grey. */
function LiveWords({ engine, turn, words }: LiveProps) {
  // The same value for all times before or after a paragraph, so that paragraphs that are not heard do not change.
  const first = words[0]?.index ?? 0;
  const end = (words.at(-1)?.index ?? 0) + 1;
  const at = useWithPicture(engine, (ms) =>
    ms >= turn.end_ms ? end : Math.min(end, Math.max(first - 1, wordAt(turn, ms))),
  );
  const now = words.find(({ index }) => index === at);
  return (
    <>
      {textOf(words.filter(({ index }) => index < at)).trimStart()}
      {now ? (
        <>
          {now.text.startsWith(' ') && now !== words[0] ? ' ' : ''}
          <mark>{now.text.trim()}</mark>
        </>
      ) : null}
      <span className="turn__coming">{textOf(words.filter(({ index }) => index > at))}</span>
    </>
  );
}

/** The word that was pressed; null when it was something else, or when the browser cannot tell. */
export function pressedWord(event: MouseEvent, turn: Turn): HeardWord | null {
  const paragraph = (event.target as Element).closest<HTMLElement>('[data-paragraph]');
  const caret = document.caretPositionFromPoint?.(event.clientX, event.clientY);
  if (!paragraph || !caret || !paragraph.contains(caret.offsetNode)) return null;
  const before = document.createRange();
  before.setStart(paragraph, 0);
  before.setEnd(caret.offsetNode, caret.offset);
  const words = paragraphsOf(turn)[Number(paragraph.dataset.paragraph)] ?? [];
  return wordAtLetter(words, before.toString().length);
}

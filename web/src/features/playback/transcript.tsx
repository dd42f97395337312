import { ArrowDown, ArrowUp, Scissors } from 'lucide-react';
import {
  memo,
  type ReactNode,
  startTransition,
  useCallback,
  useEffect,
  useMemo,
  useRef,
  useState,
} from 'react';
import type { PlayerEngine } from '../../media/player/player-engine';
import { Button } from '../../ui/button';
import { formatDuration } from '../../ui/format';
import { useShortcuts } from '../../ui/use-shortcuts';
import { EventIconOf } from './event-icon';
import type { NamedEvent } from './named-events';
import { momentOf } from './paragraphs';
import { moveFocus } from './roving';
import './transcript.css';
import { pressedWord, TurnWords } from './turn-words';
import {
  countWords,
  ghostWords,
  isWordless,
  lastTurn,
  pauseWords,
  type Turn,
  wordNow,
} from './turns';
import { useOnResize } from './use-on-resize';
import { useWithPicture } from './use-player';
import { leavesBand, type WordPanel, wordPlace } from './word-place';

type Props = {
  readonly engine: PlayerEngine;
  readonly turns: readonly Turn[];
  readonly events: readonly NamedEvent[];
  /** Shown above the turns; does not scroll with them. */
  readonly head?: ReactNode;
  /** False while something is more urgent than turns that are out of sight. */
  readonly growing: boolean;
};

/**
 * A long session has hundreds of turns. They are added in groups of this size, so that no single step blocks the page.
 */
const kGroup = 24;
/** A move of more than this many panel heights jumps, since gliding past hundreds of turns shows nothing. */
const kGlideMax = 2;

/** Everything that was said. Follows the media until the reader scrolls. A click plays from that place. */
export function Transcript({ engine, turns, events, head, growing }: Props) {
  const list = useRef<HTMLOListElement>(null);
  const [following, setFollowing] = useState(true);
  const current = useWithPicture(engine, (ms) => lastTurn(turns, ms));
  const groups = useMemo(() => groupsOf(turns, events), [turns, events]);
  const shown = useGrowing(groups.length, groupOf(current ?? 0) + 1, growing);
  const word = useWithPicture(engine, (ms) => wordNow(turns, ms));
  useEffect(() => {
    if (following) scrollTo(list.current, current);
  }, [current, following]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: each word may be the first of a line out of view
  useEffect(() => {
    if (following) keepWordInView(list.current);
  }, [word, following]);
  useOnResize(list, () => following && keepWordInView(list.current));
  useShortcuts({ t: () => setFollowing(true) });
  const play = useCallback(
    (ms: number) => {
      engine.seek(ms);
      setFollowing(true);
    },
    [engine],
  );

  if (isWordless(turns)) {
    return (
      <div className="transcript">
        <ol aria-label="Transcript" className="transcript__list">
          <li className="transcript__empty">
            {turns.length === 0
              ? 'Nobody spoke.'
              : 'No words were recognised. You can still listen.'}
          </li>
          {events
            .filter(({ icon }) => icon === 'gap')
            .map((event) => (
              <EventRow key={`${event.atMs} ${event.text}`} event={event} />
            ))}
        </ol>
      </div>
    );
  }
  const stopFollowing = () => setFollowing(false);
  return (
    <div className="transcript">
      {head}
      <ol
        ref={list}
        aria-label="Transcript"
        className="transcript__list"
        aria-busy={shown < groups.length}
        onWheel={stopFollowing}
        onTouchMove={stopFollowing}
        onPointerUp={() => getSelection()?.isCollapsed === false && stopFollowing()}
        onKeyDown={(event) => moveFocus(event, '.turn__press') && stopFollowing()}
      >
        {groups.slice(0, shown).map((group, index) => (
          <TurnGroup
            key={group.first}
            engine={engine}
            group={group}
            current={inGroup(index, current)}
            tabStop={inGroup(index, current ?? 0)}
            onPlay={play}
          />
        ))}
      </ol>
      {following || current === null ? null : (
        <Button
          className="transcript__follow"
          icon={
            isAbove(list.current, current) ? <ArrowUp aria-hidden /> : <ArrowDown aria-hidden />
          }
          onClick={() => setFollowing(true)}
        >
          Back to now
        </Button>
      )}
    </div>
  );
}

const groupOf = (turn: number) => Math.floor(turn / kGroup);
const inGroup = (group: number, turn: number | null) =>
  turn !== null && groupOf(turn) === group ? turn : null;

/** Grows to `all` step by step, but at once up to `needed`. */
function useGrowing(all: number, needed: number, growing: boolean): number {
  const [grown, setGrown] = useState(1);
  const shown = Math.min(all, Math.max(grown, needed));
  useEffect(() => {
    if (!growing || shown >= all) return;
    const step = setTimeout(() => startTransition(() => setGrown(shown + 1)));
    return () => clearTimeout(step);
  }, [shown, all, growing]);
  return shown;
}

type Group = {
  /** Index of its first turn. */
  readonly first: number;
  readonly turns: readonly Turn[];
  /** Events that happened during a turn that was cut. */
  readonly during: readonly (readonly NamedEvent[])[];
  /** Events before each turn; the last entry has the events after all turns. */
  readonly between: readonly (readonly NamedEvent[])[];
};

function groupsOf(turns: readonly Turn[], events: readonly NamedEvent[]): Group[] {
  const between = eventsBetween(turns, events);
  const groups: Group[] = [];
  for (let first = 0; first < turns.length; first += kGroup) {
    const next = Math.min(turns.length, first + kGroup);
    const last = next === turns.length ? next + 1 : next;
    const inGroup = turns.slice(first, next);
    const during = inGroup.map((turn) =>
      events.filter((event) => event.icon !== 'cut' && !event.listOnly && isDuring(event, turn)),
    );
    groups.push({ first, turns: inGroup, during, between: between.slice(first, last) });
  }
  return groups;
}

type GroupProps = {
  readonly engine: PlayerEngine;
  readonly group: Group;
  /** Index of the current turn, if it is in this group. */
  readonly current: number | null;
  /** Index of the turn that Tab reaches, if it is in this group. */
  readonly tabStop: number | null;
  readonly onPlay: (ms: number) => void;
};

/** Rendered again only when the current turn enters, moves within, or leaves the group. */
const TurnGroup = memo(function TurnGroup({ engine, group, current, tabStop, onPlay }: GroupProps) {
  return (
    <>
      {group.between.map((before, index) => {
        const turn = group.turns[index];
        const number = group.first + index;
        return [
          ...before.map((event) => <EventRow key={`${event.atMs} ${event.text}`} event={event} />),
          turn ? (
            <TurnRow
              key={turn.index}
              engine={engine}
              turn={turn}
              during={group.during[index] ?? kNoEvents}
              number={number}
              current={number === current}
              tabStop={number === tabStop}
              onPlay={onPlay}
            />
          ) : null,
        ];
      })}
    </>
  );
});

const kNoEvents: readonly NamedEvent[] = [];

type RowProps = {
  readonly engine: PlayerEngine;
  readonly turn: Turn;
  readonly during: readonly NamedEvent[];
  /** Its index among all turns. */
  readonly number: number;
  readonly current: boolean;
  readonly tabStop: boolean;
  readonly onPlay: (ms: number) => void;
};

const TurnRow = memo(function TurnRow({
  engine,
  turn,
  during,
  number,
  current,
  tabStop,
  onPlay,
}: RowProps) {
  const pause = pauseWords(turn);
  return (
    <li
      className={`turn turn--${turn.speaker}`}
      data-turn={number}
      aria-current={current ? 'true' : undefined}
    >
      {/* biome-ignore lint/a11y/useSemanticElements: a button may not hold paragraphs */}
      <div
        role="button"
        tabIndex={tabStop ? 0 : -1}
        className="turn__press"
        onClick={(event) => {
          if (getSelection()?.isCollapsed === false) return;
          const word = pressedWord(event, turn);
          onPlay(word ? momentOf(word) : turn.start_ms);
        }}
        onKeyDown={(event) => {
          if (event.key !== 'Enter' && event.key !== ' ') return;
          // Space would play or pause, and scroll.
          event.preventDefault();
          onPlay(turn.start_ms);
        }}
      >
        <span className="turn__time time">{formatDuration(turn.start_ms)}</span>
        <div>
          <p className="turn__head">
            <span className={`who who--${turn.speaker}`}>
              {turn.speaker === 'person' ? 'You' : 'Model'}
            </span>
            {pause ? <span className="turn__pause time">{pause}</span> : null}
            {turn.written ? <span className="turn__pause">in writing</span> : null}
          </p>
          <TurnWords turn={turn} engine={current ? engine : null} />
          {during.map((event) => (
            <p key={`${event.atMs} ${event.text}`} className="turn__during">
              <EventIconOf icon={event.icon} />
              {event.text}
            </p>
          ))}
          <NotHeard turn={turn} />
        </div>
      </div>
    </li>
  );
});

/** Where the turn was cut off, and how much was not heard; also when the session ended before the turn did. */
function NotHeard({ turn }: Pick<RowProps, 'turn'>) {
  const missed = countWords(ghostWords(turn));
  const count = missed > 0 ? `${missed} ${missed === 1 ? 'word' : 'words'} not heard` : '';
  if (turn.interrupted && turn.interrupted_at_ms !== null) {
    return (
      <p className="turn__cut">
        <Scissors aria-hidden />
        Interrupted at {formatDuration(turn.interrupted_at_ms)}.
        {Math.floor(turn.interrupted_at_ms / 100) % 10}
        {count ? ` · ${count}` : ''}
      </p>
    );
  }
  if (!count) return null;
  return <p className="turn__rest">The session ended first · {count}</p>;
}

const EventRow = ({ event }: { readonly event: NamedEvent }) => (
  <li className="transcript__event">
    <span className="time">{formatDuration(event.atMs)}</span>
    <span>
      <EventIconOf icon={event.icon} />
      {event.text}
    </span>
  </li>
);

/** Whether an event belongs before the line that says that the turn was cut. */
const isDuring = ({ atMs }: NamedEvent, { start_ms, interrupted_at_ms }: Turn): boolean =>
  interrupted_at_ms !== null && atMs >= start_ms && atMs < interrupted_at_ms;

/**
 * Events before each turn; the last entry has those after all turns. Interruptions are left out, since they have a line
 * in their turn.
 */
function eventsBetween(turns: readonly Turn[], events: readonly NamedEvent[]): NamedEvent[][] {
  const rows: NamedEvent[][] = Array.from({ length: turns.length + 1 }, () => []);
  for (const event of events) {
    if (event.icon === 'cut' || event.listOnly || turns.some((turn) => isDuring(event, turn))) {
      continue;
    }
    const index = turns.findIndex((turn) => turn.start_ms > event.atMs);
    rows[index === -1 ? turns.length : index]?.push(event);
  }
  return rows;
}

const rowOf = (list: HTMLElement | null, index: number | null) =>
  index === null ? null : (list?.querySelector<HTMLElement>(`[data-turn="${index}"]`) ?? null);

function scrollTo(list: HTMLElement | null, index: number | null): void {
  const row = rowOf(list, index);
  if (!list || !row) return;
  const rowTop = row.offsetTop - list.offsetTop;
  // In the middle of a long turn, scrolling to its beginning would move the word being heard out of view.
  const word = heardLast(list);
  const wordTop = word ? topOf(list, word) : rowTop;
  glide(list, wordTop - rowTop > wordPlace(panelOf(list)) ? wordTop : rowTop);
}

/** Scrolls on by what was read when the word being heard comes near an edge of the panel. */
function keepWordInView(list: HTMLElement | null): void {
  const word = list ? heardLast(list) : null;
  if (!list || !word) return;
  const top = topOf(list, word);
  if (leavesBand(top - list.scrollTop, panelOf(list))) glide(list, top);
}

/** The word being heard; after the end of the turn, the place after its last heard word. */
function heardLast(list: HTMLElement): Element | null {
  const coming = [...list.querySelectorAll('.turn__coming')];
  return list.querySelector('mark') ?? coming.findLast((words) => words.textContent === '') ?? null;
}

/** The lines of turns are as high as that of their first words. */
function panelOf(list: HTMLElement): WordPanel {
  const words = list.querySelector('.turn__words');
  const line = words ? Number.parseFloat(getComputedStyle(words).lineHeight) || 0 : 0;
  return { height: list.clientHeight, line };
}

const topOf = (list: HTMLElement, element: Element) =>
  element.getBoundingClientRect().top - list.getBoundingClientRect().top + list.scrollTop;

function glide(list: HTMLElement, to: number): void {
  const top = to - wordPlace(panelOf(list));
  const far = Math.abs(top - list.scrollTop) > kGlideMax * list.clientHeight;
  const calm = far || matchMedia('(prefers-reduced-motion: reduce)').matches;
  list.scrollTo({ top, behavior: calm ? 'auto' : 'smooth' });
}

function isAbove(list: HTMLElement | null, index: number): boolean {
  const row = rowOf(list, index);
  return row !== null && list !== null && row.offsetTop - list.offsetTop < list.scrollTop;
}

import { AudioLines, History, MessageSquare, MessageSquareText, SearchX } from 'lucide-react';
import { type KeyboardEvent, type ReactNode, useEffect, useId, useRef, useState } from 'react';
import { ApiError, sentenceOf } from '../../api/api-error';
import type { SearchHit } from '../../api/search';
import { Button } from '../../ui/button';
import { Dialog } from '../../ui/dialog';
import { formatDuration, formatMoment } from '../../ui/format';
import { recentSearches, rememberSearch } from './recent-searches';
import './search-palette.css';
import { type SearchState, useSearch } from './use-search';

type Props = {
  readonly onClose: () => void;
  readonly onOpenChat: (chatId: string) => void;
  readonly onOpenMessage: (chatId: string, messageId: string) => void;
  /** `ms` 0: from its beginning. */
  readonly onOpenMoment: (recordingId: string, ms: number) => void;
  /** True for a hit that the person has deleted, even while Undo is offered. */
  readonly isGone: (hit: SearchHit) => boolean;
};

/** The entries that can be chosen, in the order on the screen. */
type Choice =
  | { readonly kind: 'hit'; readonly hit: SearchHit }
  | { readonly kind: 'recent'; readonly words: string };

/** Searches titles and everything that was said, while the person types. Enter opens the chosen entry. */
export function SearchPalette(props: Props) {
  const { onClose, onOpenChat, onOpenMessage, onOpenMoment, isGone } = props;
  const [typed, setTyped] = useState('');
  const [at, setAt] = useState(0);
  const [recent] = useState(recentSearches);
  const answer = useSearch(typed);
  const state =
    answer.kind === 'found'
      ? { ...answer, hits: answer.hits.filter((hit) => !isGone(hit)) }
      : answer;
  const id = useId();
  const list = useRef<HTMLDivElement>(null);
  const choices = choicesOf(state, recent);
  const chosen = choices.length === 0 ? -1 : Math.min(at, choices.length - 1);
  useEffect(() => {
    list.current?.querySelector('[aria-selected="true"]')?.scrollIntoView({ block: 'nearest' });
  });
  const open = (choice: Choice | undefined) => {
    if (choice?.kind === 'recent') {
      setTyped(choice.words);
      setAt(0);
    }
    if (choice?.kind !== 'hit') return;
    rememberSearch(typed);
    onClose();
    const { hit } = choice;
    if (hit.kind === 'chat') onOpenChat(hit.chat_id);
    else if (hit.kind === 'message') onOpenMessage(hit.chat_id, hit.message_id);
    else onOpenMoment(hit.recording_id, hit.kind === 'moment' ? hit.start_ms : 0);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.nativeEvent.isComposing) return;
    if (event.key === 'Escape') {
      // The browser would only empty the field.
      event.preventDefault();
      onClose();
    }
    if (choices.length === 0) return;
    const target = { ArrowDown: chosen + 1, ArrowUp: chosen - 1 }[event.key];
    if (event.key === 'Enter') {
      // The shown hits may still be those for other words.
      if (state.kind !== 'found' || !state.stale) open(choices[chosen]);
    } else if (target !== undefined) {
      setAt((target + choices.length) % choices.length);
    } else {
      return;
    }
    event.preventDefault();
  };
  const optionId = (index: number) => `${id}-${index}`;
  const option = (choice: Choice, index: number) => (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the field has the keys of a combobox
    <div
      key={optionId(index)}
      id={optionId(index)}
      role="option"
      tabIndex={-1}
      className="palette__option"
      aria-selected={index === chosen}
      onPointerMove={() => setAt(index)}
      onClick={() => open(choice)}
    >
      {choice.kind === 'recent' ? <RecentWords words={choice.words} /> : <Hit hit={choice.hit} />}
    </div>
  );
  return (
    <Dialog title="Search" width="narrow" onClose={onClose}>
      <div className="palette">
        <input
          data-autofocus
          className="palette__field"
          type="search"
          role="combobox"
          aria-label="Search titles and everything said"
          placeholder="A title, or words that were said or written"
          aria-expanded={choices.length > 0}
          aria-controls={`${id}-list`}
          aria-autocomplete="list"
          aria-activedescendant={chosen >= 0 ? optionId(chosen) : undefined}
          autoComplete="off"
          spellCheck={false}
          value={typed}
          onChange={(event) => {
            setTyped(event.target.value);
            setAt(0);
          }}
          onKeyDown={onKeyDown}
        />
        <div
          ref={list}
          id={`${id}-list`}
          role="listbox"
          aria-label="Results"
          aria-busy={state.kind === 'waiting' || (state.kind === 'found' && state.stale)}
          className="palette__list"
        >
          {groupsOf(choices).map(({ title, from, group }) => (
            // biome-ignore lint/a11y/useSemanticElements: a group of a listbox, not of fields
            <div key={title} role="group" aria-label={title}>
              <p className="palette__group" aria-hidden>
                {title}
              </p>
              {group.map((choice, index) => option(choice, from + index))}
            </div>
          ))}
        </div>
        <Words state={state} typed={typed} none={choices.length === 0} />
      </div>
    </Dialog>
  );
}

function choicesOf(state: SearchState, recent: readonly string[]): readonly Choice[] {
  if (state.kind === 'idle') return recent.map((words) => ({ kind: 'recent', words }));
  if (state.kind !== 'found') return [];
  const inGroups = state.hits.toSorted((one, other) => placeOf(one) - placeOf(other));
  return inGroups.map((hit) => ({ kind: 'hit', hit }));
}

const kGroups = {
  chat: 'Chats',
  recording: 'Recordings',
  message: 'Messages',
  moment: 'Moments',
} as const;
const placeOf = ({ kind }: SearchHit) => Object.keys(kGroups).indexOf(kind);
const groupOf = (choice: Choice) =>
  choice.kind === 'recent' ? 'Recent' : kGroups[choice.hit.kind];

function groupsOf(choices: readonly Choice[]) {
  const titles = [...new Set(choices.map(groupOf))];
  return titles.map((title) => ({
    title,
    from: choices.findIndex((choice) => groupOf(choice) === title),
    group: choices.filter((choice) => groupOf(choice) === title),
  }));
}

const RecentWords = ({ words }: { readonly words: string }) => (
  <>
    <History aria-hidden />
    <bdi>{words}</bdi>
  </>
);

function Hit({ hit }: { readonly hit: SearchHit }) {
  const words = hit.pieces.map(({ text, marked }, index) =>
    // biome-ignore lint/suspicious/noArrayIndexKey: pieces have no other name, and never move
    marked ? <mark key={index}>{text}</mark> : <span key={index}>{text}</span>,
  );
  if (hit.kind === 'chat') {
    return (
      <>
        <MessageSquare aria-hidden />
        <bdi className="palette__words">{words}</bdi>
      </>
    );
  }
  const icon =
    hit.kind === 'message' ? <MessageSquareText aria-hidden /> : <AudioLines aria-hidden />;
  return (
    <>
      {icon}
      <span className="palette__moment">
        <span className="palette__words" dir="auto">
          {words}
        </span>
        <small>
          {hit.kind === 'moment' ? (
            <>
              <span className="time">{formatDuration(hit.start_ms)}</span>
              {` · ${hit.speaker === 'person' ? 'You' : 'Model'} · `}
            </>
          ) : null}
          {hit.kind === 'message' ? `${hit.role === 'person' ? 'You' : 'Model'} · ` : null}
          <bdi>{hit.chat_title}</bdi>
          {` · ${formatMoment(hit.kind === 'message' ? hit.written_at : hit.recorded_at, new Date())}`}
        </small>
      </span>
    </>
  );
}

/** The server refuses what has too many words for it, for example many joined by hyphens. */
const isTooMuch = (error: unknown) => error instanceof ApiError && error.status === 400;

type WordsProps = { readonly state: SearchState; readonly typed: string; readonly none: boolean };

/** The sentence about the results. */
function Words({ state, typed, none }: WordsProps): ReactNode {
  const words = () => {
    switch (state.kind) {
      case 'idle':
        return none
          ? 'Titles of chats and recordings, and everything that was said or written.'
          : '';
      case 'waiting':
        return '';
      case 'failed':
        return isTooMuch(state.error)
          ? 'That is too much to search for at once. Try fewer words.'
          : `The search failed. ${sentenceOf(state.error)}`;
      case 'found':
        if (state.hits.length === 0) return '';
        return (
          <>
            {state.more
              ? `The first ${state.hits.length}. Another word narrows it down.`
              : `${state.hits.length} found.`}
            <span className="palette__hint"> ↑ ↓ choose, Enter opens.</span>
          </>
        );
    }
  };
  const empty = state.kind === 'found' && state.hits.length === 0 && !state.stale;
  return (
    <>
      {empty ? (
        <div className="palette__empty">
          <SearchX aria-hidden />
          <p>
            <b>
              Nothing found for “<bdi>{typed.trim()}</bdi>”
            </b>
            Try fewer words. Only sessions with a transcript can be searched.
          </p>
        </div>
      ) : null}
      <p className="palette__status" role="status">
        {empty ? <span className="visually-hidden">Nothing found</span> : words()}
      </p>
      {state.kind === 'failed' && !isTooMuch(state.error) ? (
        <Button onClick={state.retry}>Try again</Button>
      ) : null}
    </>
  );
}

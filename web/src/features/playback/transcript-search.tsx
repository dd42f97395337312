import { ArrowDown, ArrowUp, X } from 'lucide-react';
import { useEffect, useRef, useState } from 'react';
import type { PlayerEngine } from '../../media/player/player-engine';
import { IconButton } from '../../ui/icon-button';
import { findWords, hitFrom } from './find-words';
import './transcript-search.css';
import type { Turn } from './turns';

type Props = {
  readonly engine: PlayerEngine;
  readonly turns: readonly Turn[];
  /** Grows with each wish to search: the field then has the focus. */
  readonly asked: number;
  /** Reports where the words are said, for the marks on the slider. */
  readonly onHits: (hits: readonly number[]) => void;
  readonly onClose: () => void;
};

/** Finds words in what was heard. Each step seeks to the moment at which they are said. */
export function TranscriptSearch({ engine, turns, asked, onHits, onClose }: Props) {
  const field = useRef<HTMLInputElement>(null);
  const [hits, setHits] = useState<readonly number[] | null>(null);
  const [at, setAt] = useState(0);
  const before = useRef<Element | null>(null);
  useEffect(() => () => onHits([]), [onHits]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: each wish counts
  useEffect(() => {
    if (document.activeElement !== field.current) before.current = document.activeElement;
    field.current?.focus();
    field.current?.select();
  }, [asked]);
  const close = () => {
    onClose();
    focusAfter(before.current);
  };
  const goTo = (found: readonly number[], hit: number) => {
    setAt(hit);
    const ms = found[hit];
    if (ms !== undefined) engine.seek(ms);
  };
  const search = (query: string) => {
    const found = findWords(turns, query);
    setHits(query.trim() === '' ? null : found);
    onHits(found);
    if (found.length > 0) goTo(found, hitFrom(found, engine.timeMs() - 2, 1));
  };
  const step = (by: 1 | -1) => {
    if (hits && hits.length > 0) goTo(hits, (at + by + hits.length) % hits.length);
  };
  const none = hits === null || hits.length === 0;
  return (
    <search className="transcript-search">
      <input
        ref={field}
        type="search"
        aria-label="Search the transcript"
        placeholder="Search what was said"
        onChange={(event) => search(event.target.value)}
        onKeyDown={(event) => {
          // While an input method composes a word, both keys belong to it.
          if (event.nativeEvent.isComposing) return;
          if (event.key === 'Enter') step(event.shiftKey ? -1 : 1);
          if (event.key === 'Escape') close();
        }}
      />
      <span className="transcript-search__count time" role="status">
        {hits === null ? '' : none ? 'Nothing found' : `${at + 1} of ${hits.length}`}
      </span>
      <IconButton
        label="Previous hit"
        icon={<ArrowUp />}
        disabled={none}
        onClick={() => step(-1)}
      />
      <IconButton label="Next hit" icon={<ArrowDown />} disabled={none} onClick={() => step(1)} />
      <IconButton label="Close search" icon={<X />} onClick={close} />
    </search>
  );
}

/** To where it was before, or to the turn that is being heard. */
function focusAfter(before: Element | null): void {
  const turn = document.querySelector<HTMLElement>('.turn__press[tabindex="0"]');
  const there = before instanceof HTMLElement && before.isConnected && before !== document.body;
  (there ? before : turn)?.focus({ preventScroll: !there });
}

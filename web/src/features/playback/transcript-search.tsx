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
  /** Reports where the words are said, for the marks on the slider. */
  readonly onHits: (hits: readonly number[]) => void;
  readonly onClose: () => void;
};

/** Finds words in what was heard. Each step seeks to the moment at which they are said. */
export function TranscriptSearch({ engine, turns, onHits, onClose }: Props) {
  const field = useRef<HTMLInputElement>(null);
  const [hits, setHits] = useState<readonly number[] | null>(null);
  const [at, setAt] = useState(0);
  useEffect(() => {
    field.current?.focus();
    return () => onHits([]);
  }, [onHits]);
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
          if (event.key === 'Enter') step(event.shiftKey ? -1 : 1);
          if (event.key === 'Escape') onClose();
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
      <IconButton label="Close search" icon={<X />} onClick={onClose} />
    </search>
  );
}

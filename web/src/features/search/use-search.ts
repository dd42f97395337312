import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { interactions } from '../../api/interactions';
import { kSearchCharactersMax, type SearchHit, searchQuery } from '../../api/search';

/** How long nothing must be typed before the server is asked. */
const kTypingMs = 150;

export type SearchState =
  | { readonly kind: 'idle' }
  | { readonly kind: 'waiting' }
  | { readonly kind: 'failed'; readonly error: unknown; readonly retry: () => void }
  | {
      readonly kind: 'found';
      readonly hits: readonly SearchHit[];
      /** There are more hits than are shown. */
      readonly more: boolean;
      /** These hits are still for what was typed before. */
      readonly stale: boolean;
    };

/** More words than the server takes say no more about what is meant: a sentence that was pasted is found by these. */
const kWordsMax = 20;
const kWords = new RegExp(`^(?:\\S+\\s+){${kWordsMax - 1}}\\S+`);

/** The text for the server: without white space at its ends, and not too long. */
export const wantedOf = (typed: string): string => {
  const words = typed.trim().replace(/\p{Cc}+/gu, ' ');
  return [...(kWords.exec(words)?.[0] ?? words)].slice(0, kSearchCharactersMax).join('');
};

/** The hits for what is typed. A late answer is dropped, and its request aborted. */
export function useSearch(typed: string): SearchState {
  const wanted = wantedOf(typed);
  const [asked, setAsked] = useState('');
  useEffect(() => {
    const timer = setTimeout(() => setAsked(wanted), wanted === '' ? 0 : kTypingMs);
    return () => clearTimeout(timer);
  }, [wanted]);
  const { data, error, refetch, isPlaceholderData } = useQuery({
    ...searchQuery(asked),
    enabled: asked !== '',
    placeholderData: keepPreviousData,
    staleTime: 0,
  });
  useEffect(() => {
    if (data && !isPlaceholderData) interactions.add('search', { hits: data.hits.length });
  }, [data, isPlaceholderData]);
  if (wanted === '') return { kind: 'idle' };
  if (error && asked === wanted) {
    return { kind: 'failed', error, retry: () => void refetch() };
  }
  if (!data || asked === '') return { kind: 'waiting' };
  const stale = isPlaceholderData || asked !== wanted;
  return { kind: 'found', hits: data.hits, more: data.next_cursor !== null, stale };
}

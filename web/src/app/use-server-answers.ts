import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect, useRef } from 'react';
import { aboutQuery } from '../api/about';

/** False from the first question that was left without an answer until the next one that is answered. */
export function useServerAnswers(): boolean {
  // Not `error`: that is empty again while the next question runs.
  const { dataUpdatedAt, errorUpdatedAt } = useQuery(aboutQuery);
  return dataUpdatedAt >= errorUpdatedAt;
}

/** Asks everything anew when the server is back. */
export function useRefreshWhenBack(answers: boolean): void {
  const queries = useQueryClient();
  const before = useRef(answers);
  useEffect(() => {
    if (answers && !before.current) void queries.invalidateQueries();
    before.current = answers;
  }, [answers, queries]);
}

import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect, useRef } from 'react';
import { aboutQuery } from '../api/about';

/** False from the first request without an answer until the next one with an answer. */
export function useServerAnswers(): boolean {
  // Does not use `error`, which is empty again while the next request runs.
  const { dataUpdatedAt, errorUpdatedAt } = useQuery(aboutQuery);
  return dataUpdatedAt >= errorUpdatedAt;
}

/** Requests everything again when the server is back. */
export function useRefreshWhenBack(answers: boolean): void {
  const queries = useQueryClient();
  const before = useRef(answers);
  useEffect(() => {
    if (answers && !before.current) void queries.invalidateQueries();
    before.current = answers;
  }, [answers, queries]);
}

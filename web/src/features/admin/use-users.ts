import { keepPreviousData, useInfiniteQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { type User, usersQuery } from '../../api/users';

/** The users whose name or address has `words` in it, on all pages that were loaded so far. */
export function useUsers(words: string) {
  const list = useInfiniteQuery({ ...usersQuery(words.trim()), placeholderData: keepPreviousData });
  const users = useMemo<readonly User[] | undefined>(
    () => list.data?.pages.flatMap((page) => page.users),
    [list.data],
  );
  return { ...list, users };
}

import { useMutation, useQueryClient } from '@tanstack/react-query';
import { meQuery } from '../../api/account';
import { changeUser, type User, type UserChange, usersKey } from '../../api/users';

/** Changes somebody's roles or state. What the page knows of users, and of oneself, is asked for again. */
export function useChangeUser() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: ({ id, change }: { readonly id: string; readonly change: UserChange }) =>
      changeUser(id, change),
    onSuccess: (_changed: User) =>
      Promise.all([
        queries.invalidateQueries({ queryKey: usersKey }),
        queries.invalidateQueries({ queryKey: meQuery.queryKey, exact: true }),
      ]),
  });
}

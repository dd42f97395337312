import { keepPreviousData, useQuery, useQueryClient } from '@tanstack/react-query';
import { ApiError } from '../../api/api-error';
import { userQuery, usersKey } from '../../api/users';
import type { NameOf } from './audit-words';
import { personName } from './person-words';

/** Names change seldom. */
const kStaleMs = 60_000;
/** While a name is asked for. */
const kUnknownYet = '…';

/** The names of these users. Each is asked for once. */
export function useNames(ids: readonly string[]): NameOf {
  const queries = useQueryClient();
  const all = [...new Set(ids)].sort();
  const { data: names } = useQuery({
    queryKey: [...usersKey, 'names', all],
    placeholderData: keepPreviousData,
    staleTime: kStaleMs,
    queryFn: async (): Promise<ReadonlyMap<string, string | null>> =>
      new Map(
        await Promise.all(
          all.map(async (id) => {
            try {
              const user = await queries.fetchQuery({ ...userQuery(id), staleTime: kStaleMs });
              return [id, personName(user)] as const;
            } catch (error) {
              const gone = error instanceof ApiError && error.status === 404;
              return [id, gone ? null : `User ${id.slice(-6)}`] as const;
            }
          }),
        ),
      ),
  });
  return (id) => (names?.has(id) ? (names.get(id) ?? null) : kUnknownYet);
}

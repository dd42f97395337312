import { useQuery } from '@tanstack/react-query';
import { meQuery } from '../api/account';

export const kThisComputer = 'this computer';

/** Where the data is stored, in words. Where one logs in there is a server, also if its name is localhost. Pure. */
export const placeOf = (hostname: string, loggedIn: boolean): string =>
  !loggedIn && /^(localhost$|127\.|\[::1\])/.test(hostname) ? kThisComputer : hostname;

export function usePlace(): string {
  const { data: me } = useQuery(meQuery);
  return placeOf(location.hostname, me?.authenticated_by === 'session');
}

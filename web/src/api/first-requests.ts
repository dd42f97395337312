/** Rows per request: more than a screen shows, and 20 KB. */
export const kRecordingsPerRequest = 60;

/** Per request where only the last ones are shown; a few may just have been deleted. */
export const kLastRecordings = 12;

/** The player asks for its film first, and for the rest when it is shown; pages of a login, a link or a study ask for nothing. */
const kOwnWay = /^\/(recordings\/.|(login|link|study)(\/|$))/;

/** What the page at this address asks the server for first; nothing where that depends on more than the address. Pure. */
export function firstRequests(pathname: string, search: string): readonly string[] {
  if (search !== '' || kOwnWay.test(pathname)) return [];
  const everywhere = ['/api/chats', '/api/about'];
  const limit = { '/': kLastRecordings, '/recordings': kRecordingsPerRequest }[pathname];
  // What the page itself shows comes first; it is also what the server works on longest.
  return limit ? [`/api/recordings?limit=${limit}`, ...everywhere] : everywhere;
}

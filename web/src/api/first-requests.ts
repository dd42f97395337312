/** Rows per request: more than a screen shows, and 20 KB. */
export const kRecordingsPerRequest = 60;

/** What the page at this address asks the server for first; nothing where that depends on more than the address. Pure. */
export function firstRequests(pathname: string, search: string): readonly string[] {
  if (search !== '') return [];
  const everywhere = ['/api/about', '/api/chats'];
  return pathname === '/' || pathname === '/recordings'
    ? [...everywhere, `/api/recordings?limit=${kRecordingsPerRequest}`]
    : everywhere;
}

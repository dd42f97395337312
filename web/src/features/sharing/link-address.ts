/** Where links lead to; what follows `#` is never sent to a server. */
export const kLinkPath = '/link';

/** The address that somebody gets. Pure. */
export const linkAddress = (secret: string, origin: string): string =>
  `${origin}${kLinkPath}#${secret}`;

/** The page of a link that this browser has opened. Pure. */
export const openedAddress = (shareId: string, recordingId: string | null = null): string =>
  recordingId === null
    ? `${kLinkPath}/${encodeURIComponent(shareId)}`
    : `${kLinkPath}/${encodeURIComponent(shareId)}/${encodeURIComponent(recordingId)}`;

/** The ids in such an address; empty where there is none. Pure. */
export function idsOfAddress(path: string): {
  readonly shareId: string;
  readonly recordingId: string;
} {
  const [, , shareId = '', recordingId = ''] = path.split('/').map(decodeURIComponent);
  return { shareId, recordingId };
}

/** Whether an address is that of a link. Pure. */
export const isLinkPath = (path: string): boolean =>
  path === kLinkPath || path.startsWith(`${kLinkPath}/`);

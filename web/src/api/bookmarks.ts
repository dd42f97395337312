import { body, client } from './client';
import type { components } from './schema';

export type Bookmark = components['schemas']['Bookmark'];
type Signal = { readonly signal: AbortSignal };

/** The server's limit, in code points: it refuses longer notes. */
export const kNoteCharactersMax = 500;

const path = (recordingId: string) => ({ path: { recording_id: recordingId } });
const one = (recordingId: string, id: string) => ({
  path: { recording_id: recordingId, bookmark_id: id },
});

/** All bookmarks of one recording, in the order of their places. */
export const bookmarksQuery = (recordingId: string) => ({
  queryKey: ['recordings', recordingId, 'bookmarks'] as const,
  queryFn: async ({ signal }: Signal): Promise<readonly Bookmark[]> =>
    body(
      await client.GET('/api/recordings/{recording_id}/bookmarks', {
        params: path(recordingId),
        signal,
      }),
    ).bookmarks,
});

/** `atMs` is a whole number of milliseconds. */
export const createBookmark = async (
  recordingId: string,
  atMs: number,
  note: string,
): Promise<Bookmark> =>
  body(
    await client.POST('/api/recordings/{recording_id}/bookmarks', {
      params: path(recordingId),
      body: { at_ms: atMs, note },
    }),
  );

export const changeBookmark = async (
  recordingId: string,
  id: string,
  note: string,
): Promise<Bookmark> =>
  body(
    await client.PATCH('/api/recordings/{recording_id}/bookmarks/{bookmark_id}', {
      params: one(recordingId, id),
      body: { note },
    }),
  );

/** `keepalive` lets the request outlive the page. */
export const deleteBookmark = async (
  recordingId: string,
  id: string,
  keepalive = false,
): Promise<void> => {
  await client.DELETE('/api/recordings/{recording_id}/bookmarks/{bookmark_id}', {
    params: one(recordingId, id),
    keepalive,
  });
};

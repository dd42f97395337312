import { ours } from './api-error';
import { body, client } from './client';
import { pagedQuery } from './pages';
import type { components } from './schema';

export type Share = components['schemas']['Share'];
export type NewShare = components['schemas']['NewShare'];
export type ShareWish = components['schemas']['ShareCreate'];
export type SharedWithMe = components['schemas']['SharedWithMe'];
export type ShareLink = components['schemas']['ShareLink'];
export type View = components['schemas']['View'];
type Signal = { readonly signal: AbortSignal };

/** What is shared. */
export type Shareable = { readonly kind: 'recording' | 'chat'; readonly id: string };

const recording = (id: string) => ({ path: { recording_id: id } });
const chat = (id: string) => ({ path: { chat_id: id } });

/** Who else may see it. */
export const sharesQuery = ({ kind, id }: Shareable) => ({
  queryKey: [kind === 'recording' ? 'recordings' : 'chats', id, 'shares'] as const,
  queryFn: async ({ signal }: Signal): Promise<readonly Share[]> =>
    ours(
      body(
        kind === 'recording'
          ? await client.GET('/api/recordings/{recording_id}/shares', {
              params: recording(id),
              signal,
            })
          : await client.GET('/api/chats/{chat_id}/shares', { params: chat(id), signal }),
      ),
      ({ shares }) => Array.isArray(shares),
    ).shares,
});

export const createShare = async ({ kind, id }: Shareable, wish: ShareWish): Promise<NewShare> =>
  body(
    kind === 'recording'
      ? await client.POST('/api/recordings/{recording_id}/shares', {
          params: recording(id),
          body: wish,
        })
      : await client.POST('/api/chats/{chat_id}/shares', { params: chat(id), body: wish }),
  );

export const removeShare = async (shareId: string): Promise<void> => {
  await client.DELETE('/api/shares/{share_id}', { params: { path: { share_id: shareId } } });
};

/** Who else watched a recording, the newest first: one page of it. */
export const viewsQuery = (recordingId: string) => ({
  queryKey: ['recordings', recordingId, 'views'] as const,
  queryFn: async ({ signal }: Signal): Promise<readonly View[]> =>
    ours(
      body(
        await client.GET('/api/recordings/{recording_id}/views', {
          params: recording(recordingId),
          signal,
        }),
      ),
      ({ views }) => Array.isArray(views),
    ).views,
});

/** What others share with this person, page by page. */
export const sharedWithMeQuery = pagedQuery(['shared'] as const, 'shared', async (query, signal) =>
  body(await client.GET('/api/shared', { params: { query }, signal })),
);

/** Exchanges the secret of a link for a cookie of this browser. */
export const openShareLink = async (secret: string): Promise<ShareLink> =>
  body(await client.POST('/api/share-links/open', { body: { secret } }));

/** A link that this browser has opened. */
export const shareLinkQuery = (shareId: string) => ({
  queryKey: ['share-links', shareId] as const,
  queryFn: async ({ signal }: Signal): Promise<ShareLink> =>
    ours(
      body(
        await client.GET('/api/share-links/{share_id}', {
          params: { path: { share_id: shareId } },
          signal,
        }),
      ),
      ({ id }) => id === shareId,
    ),
});

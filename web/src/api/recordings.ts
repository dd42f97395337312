import { ours } from './api-error';
import { body, client, untilGone } from './client';
import { takeEarlyView } from './early-view';
import { kLastRecordings, kRecordingsPerRequest } from './first-requests';
import { type Pages, pagedQuery } from './pages';
import type { components, operations } from './schema';

export type Recording = components['schemas']['Recording'];
export type RecordingPage = components['schemas']['RecordingList'];
export type RecordingView = components['schemas']['RecordingView'];
export type Waveform = components['schemas']['Waveform'];
type Signal = { readonly signal: AbortSignal };

const path = (recordingId: string) => ({ path: { recording_id: recordingId } });

/** Which recordings are listed, and in which order. A field that is not set excludes nothing. */
export type RecordingsWish = Readonly<
  Omit<NonNullable<operations['listRecordings']['parameters']['query']>, 'cursor' | 'limit'>
>;

export const recordingListsKey = ['recordings', 'list'] as const;

const listQuery = <Key extends readonly unknown[]>(key: Key, wish: RecordingsWish, limit: number) =>
  pagedQuery(
    key,
    'recordings',
    async (query, signal): Promise<RecordingPage> =>
      body(
        await client.GET('/api/recordings', {
          params: { query: { ...wish, limit, ...query } },
          signal,
        }),
      ),
  );

/** The recordings that `wish` lets through, page by page. */
export const recordingsQuery = (wish: RecordingsWish = {}) =>
  listQuery([...recordingListsKey, wish] as const, wish, kRecordingsPerRequest);

/** The newest recordings, for a page that shows only them. */
export const lastRecordingsQuery = listQuery(
  [...recordingListsKey, 'last'] as const,
  {},
  kLastRecordings,
);

/** The list and its totals without some of its recordings. Pure. */
export function withoutRecordings(
  list: Pages<RecordingPage>,
  isGone: (recording: Recording) => boolean,
): Pages<RecordingPage> {
  const gone = list.pages.flatMap(({ recordings }) => recordings.filter(isGone));
  if (gone.length === 0) return list;
  const less = (totals: NonNullable<RecordingPage['totals']>) => ({
    ...totals,
    recordings: totals.recordings - gone.length,
    duration_ms: gone.reduce((sum, one) => sum - (one.duration_ms ?? 0), totals.duration_ms),
    bytes: gone.reduce((sum, one) => sum - one.stored_bytes, totals.bytes),
  });
  return {
    ...list,
    pages: list.pages.map((page) => ({
      ...page,
      recordings: page.recordings.filter((one) => !isGone(one)),
      totals: page.totals && less(page.totals),
    })),
  };
}

/**
 * The list with its first page replaced by the current one: new recordings are added, deleted ones removed, and further
 * pages stay, so that a long list need not be loaded again. Pure.
 */
export function withFirstPage(
  list: Pages<RecordingPage>,
  fresh: RecordingPage,
): Pages<RecordingPage> {
  const [first, ...others] = list.pages;
  const rows = list.pages.flatMap(({ recordings }) => recordings);
  const last = fresh.recordings.at(-1);
  const end = last === undefined ? -1 : rows.findIndex(({ id }) => id === last.id);
  if (!first || others.length === 0 || end < 0) return { pages: [fresh], pageParams: [null] };
  const replaced = new Set([...fresh.recordings, ...rows.slice(0, end + 1)].map(({ id }) => id));
  const kept = (page: RecordingPage) => page.recordings.filter(({ id }) => !replaced.has(id));
  return {
    ...list,
    pages: [
      { ...first, totals: fresh.totals, recordings: [...fresh.recordings, ...kept(first)] },
      ...others.map((page) => ({ ...page, recordings: kept(page) })),
    ],
  };
}

/** How often a manifest is requested again while it is being made, which takes seconds. */
const kRefoldingMs = 1000;

/** The playback manifest. It is requested again while it is not final. */
export const recordingQuery = (recordingId: string) => ({
  queryKey: ['recordings', recordingId] as const,
  queryFn: async ({ signal }: Signal): Promise<RecordingView> =>
    (await takeEarlyView(recordingId)) ??
    ours(
      body(
        await client.GET('/api/recordings/{recording_id}', { params: path(recordingId), signal }),
      ),
      ({ recording }) => recording?.id === recordingId,
    ),
  refetchInterval: ({ state }: { state: { data?: RecordingView | undefined } }) =>
    state.data?.refolding ? kRefoldingMs : (false as const),
});

/** Peaks of both voices, 100 a second. */
export const waveformQuery = (recordingId: string) => ({
  queryKey: ['recordings', recordingId, 'waveform'] as const,
  queryFn: async ({ signal }: Signal): Promise<Waveform> =>
    ours(
      body(
        await client.GET('/api/recordings/{recording_id}/waveform', {
          params: path(recordingId),
          signal,
        }),
      ),
      ({ per_second }) => typeof per_second === 'number',
    ),
});

export const renameRecording = async (recordingId: string, title: string): Promise<Recording> =>
  body(
    await client.PATCH('/api/recordings/{recording_id}', {
      params: path(recordingId),
      body: { title },
    }),
  );

export type Retention = components['schemas']['Retention'];

/** How long it is kept, and whether it is held. */
export const setRetention = async (recordingId: string, wish: Retention): Promise<Recording> =>
  body(
    await client.PUT('/api/recordings/{recording_id}/retention', {
      params: path(recordingId),
      body: wish,
    }),
  );

/** Erases for good. With `keepalive` the request outlives the page, which then gets no answer. */
export const eraseRecording = async (recordingId: string, keepalive = false): Promise<void> => {
  const params = path(recordingId);
  await client.DELETE('/api/recordings/{recording_id}', { params, keepalive });
  if (!keepalive) await untilGone(`/api/recordings/${recordingId}`);
};

/** Addresses of the files of a recording, for downloads and for `<video>`. */
export const recordingFiles = (recordingId: string) => {
  const base = `/api/recordings/${recordingId}`;
  return {
    media: `${base}/media`,
    webm: `${base}/media?download=1`,
    captions: `${base}/captions.vtt`,
    mcap: `${base}/recording.mcap`,
    thumbnail: `${base}/thumbnail?size=small`,
  };
};

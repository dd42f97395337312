import { ours } from './api-error';
import { body, client, untilGone } from './client';
import { takeEarly } from './early-view';
import { pagedQuery } from './pages';
import type { components } from './schema';

export type Recording = components['schemas']['Recording'];
type RecordingPage = components['schemas']['RecordingList'];
export type RecordingView = components['schemas']['RecordingView'];
export type Waveform = components['schemas']['Waveform'];
type Signal = { readonly signal: AbortSignal };

const path = (recordingId: string) => ({ path: { recording_id: recordingId } });

/** The recordings, newest first, page by page. */
export const recordingsQuery = pagedQuery(
  ['recordings'] as const,
  'recordings',
  async (query, signal): Promise<RecordingPage> =>
    body(await client.GET('/api/recordings', { params: { query }, signal })),
);

/** How often a manifest that is being made anew is asked for again; that takes seconds. */
const kRefoldingMs = 1000;

/** The playback manifest; asked for again while what it says is not final. */
export const recordingQuery = (recordingId: string) => ({
  queryKey: ['recordings', recordingId] as const,
  queryFn: async ({ signal }: Signal): Promise<RecordingView> =>
    (await takeEarly(recordingId)) ??
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

/** Erases for good. `keepalive` lets the request outlive the page, which then hears no more of it. */
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
  };
};

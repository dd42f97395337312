import { judge } from './answer';
import { errorOf, ours, unreachable } from './api-error';
import { body, client } from './client';
import type { components } from './schema';

export type Attachment = components['schemas']['Attachment'];

/** Where a file is read. With `download` it comes as a file to keep. */
export const uploadUrl = (id: string, download = false): string =>
  `/api/uploads/${id}${download ? '?download=1' : ''}`;

export const previewUrl = (id: string): string => `/api/uploads/${id}/preview`;

/** So much is sent in one request: on a slow line it is over before the server's patience. */
const kChunkBytes = 8 * 1024 * 1024;
const kRetryMs = [0, 500, 1_000, 2_000, 4_000, 8_000, 15_000, 30_000];

export type Sending = {
  /** The upload's id. Rejects with an ApiError, but not while the browser knows of no network. */
  readonly done: Promise<string>;
  /** Where the server keeps what has come; null: nothing has. */
  readonly place: () => string | null;
  /** Ends it and removes what has come of it. */
  readonly cancel: () => void;
};

/** Whether the same request may be taken later: nobody answered, or not for good. */
export const worthAnother = (status: number | null): boolean =>
  status === null || status === 409 || status === 423 || status === 429 || status >= 500;

/**
 * Uploads a file. What is cut goes on where it was, at once when the network is back; `progress` is told the bytes
 * that were sent. `from`: the place of an earlier try that failed.
 */
export function sendFile(
  file: File,
  progress: (bytes: number) => void,
  from: string | null = null,
): Sending {
  let cancelled = false;
  let abort = () => {};
  let place = () => from;
  const ended = new AbortController();
  const done = (async () => {
    const { DetailedError, Upload } = await import('tus-js-client');
    return await new Promise<string>((resolve, reject) => {
      if (cancelled) return;
      const upload = new Upload(file, {
        endpoint: '/api/uploads',
        chunkSize: kChunkBytes,
        retryDelays: kRetryMs,
        metadata: { filename: file.name },
        storeFingerprintForResuming: false,
        ...(from === null ? {} : { uploadUrl: from }),
        // Without this it gives up at once where the browser knows of no network.
        onShouldRetry: ({ originalResponse }) =>
          worthAnother(originalResponse?.getStatus() ?? null),
        // It would begin anew although the upload is there: a proxy says 502 while the server restarts.
        onAfterResponse: (request, response) => {
          if (request.getMethod() === 'HEAD' && worthAnother(response.getStatus())) {
            throw new Error(`asked for the upload, and got ${response.getStatus()}`);
          }
        },
        onProgress: progress,
        onSuccess: () => {
          ended.abort();
          resolve(idOf(upload.url));
        },
        onError: (error) => {
          const answer = error instanceof DetailedError ? error.originalResponse : null;
          if (!answer && !navigator.onLine) return;
          ended.abort();
          reject(answer ? problemOf(answer) : unreachable());
        },
      });
      place = () => upload.url ?? from;
      const goOn = async () => {
        await upload.abort();
        if (!ended.signal.aborted) upload.start();
      };
      addEventListener('online', () => void goOn(), { signal: ended.signal });
      abort = () => {
        ended.abort();
        const begun = upload.url !== null;
        upload.abort(begun).catch(() => {
          // It is removed a day later.
        });
      };
      upload.start();
    });
  })();
  return {
    done,
    place: () => place(),
    cancel: () => {
      cancelled = true;
      abort();
    },
  };
}

type Answer = {
  getStatus(): number;
  getHeader(name: string): string | undefined;
  getBody(): string;
};

const problemOf = (answer: Answer): Error =>
  errorOf(
    judge({
      status: answer.getStatus(),
      contentType: answer.getHeader('Content-Type') ?? '',
      body: answer.getBody(),
    } as Parameters<typeof judge>[0]),
  ) ?? unreachable();

const idOf = (url: string | null): string => url?.split('/').pop() ?? '';

type Signal = { readonly signal: AbortSignal };

/** What the server knows of a file. */
export const uploadQuery = (id: string) => ({
  queryKey: ['upload', id] as const,
  queryFn: async ({ signal }: Signal): Promise<components['schemas']['Upload']> => {
    const params = { path: { upload_id: id } };
    return ours(
      body(await client.GET('/api/uploads/{upload_id}/info', { params, signal })),
      ({ id: named }) => named === id,
    );
  },
});

/** Removes a file that no message names. */
export const removeUpload = async (id: string): Promise<void> => {
  await client.DELETE('/api/uploads/{upload_id}', { params: { path: { upload_id: id } } });
};

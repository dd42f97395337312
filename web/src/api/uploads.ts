import { judge } from './answer';
import { errorOf, unreachable } from './api-error';
import { client } from './client';
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
  /** The upload's id. Rejects with an ApiError. */
  readonly done: Promise<string>;
  /** Ends it and removes what has come of it. */
  readonly cancel: () => void;
};

/** Uploads a file. What is cut goes on where it was; `progress` is told the bytes that were sent. */
export function sendFile(file: File, progress: (bytes: number) => void): Sending {
  let cancelled = false;
  let abort = () => {};
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
        onProgress: progress,
        onSuccess: () => resolve(idOf(upload.url)),
        onError: (error) => {
          const answer = error instanceof DetailedError ? error.originalResponse : null;
          reject(answer ? problemOf(answer) : unreachable());
        },
      });
      abort = () => {
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

/** Removes a file that no message names. */
export const removeUpload = async (id: string): Promise<void> => {
  await client.DELETE('/api/uploads/{upload_id}', { params: { path: { upload_id: id } } });
};

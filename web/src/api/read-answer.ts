import { kNoAnswer, type RawAnswer } from './answer';
import { retryAfterMs } from './retry-after';

/** Limit for an answer. Our longest answer is the waveform of a long recording: two megabytes an hour. */
const kBodyBytesMax = 64 * 1024 * 1024;

/** The body as text; null when it breaks off or is too long. */
async function textOf(response: Response): Promise<string | null> {
  if (!response.body) return '';
  const decoder = new TextDecoder();
  let text = '';
  let bytes = 0;
  const reader = response.body.getReader();
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return text + decoder.decode();
    bytes += value.length;
    if (bytes > kBodyBytesMax) {
      await reader.cancel();
      return null;
    }
    text += decoder.decode(value, { stream: true });
  }
}

/** Waits for an answer and reads its useful parts. Never rejects: a request that fails counts as no answer. */
export async function readAnswer(asked: Promise<Response>): Promise<RawAnswer> {
  let response: Response;
  try {
    response = await asked;
  } catch {
    return kNoAnswer;
  }
  const { headers } = response;
  const contentType = headers.get('Content-Type') ?? '';
  const etag = headers.get('ETag');
  const head = {
    // An opaque redirect has status 0 already.
    status: response.status,
    contentType,
    retryAfterMs: retryAfterMs(headers.get('Retry-After'), headers.get('Date'), Date.now()),
    ...(etag === null ? {} : { etag }),
  };
  try {
    const isJson = /^application\/(problem\+)?json\b/i.test(contentType);
    if (isJson || response.status === 204) return { ...head, body: await textOf(response) };
    // The body of another server may be endless.
    await response.body?.cancel();
  } catch {
    // The body broke off, so there is none.
  }
  return { ...head, body: null };
}

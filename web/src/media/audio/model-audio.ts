/**
 * Turns the base64 of `inlineData` into samples of `/model/pcm`: numbers them, and keeps an odd byte for the next part.
 * Pure.
 */
import { kModelRate } from '../clock';

/** `data` holds the bytes for `/model/pcm`, `pcm` the same samples for the ring. Both may be empty. */
export type ModelAudio = {
  readonly firstSample: number;
  readonly sampleCount: number;
  readonly data: Uint8Array<ArrayBuffer>;
  readonly pcm: Int16Array<ArrayBuffer>;
};

/** Standard or url-safe base64, with or without padding. Throws on anything else. */
export const fromBase64 = (base64: string): Uint8Array<ArrayBuffer> => {
  const binary = atob(base64.replaceAll('-', '+').replaceAll('_', '/'));
  const bytes = new Uint8Array(binary.length);
  for (let i = 0; i < binary.length; i++) bytes[i] = binary.charCodeAt(i);
  return bytes;
};

const kSliceBytes = 0x8000;
export const toBase64 = (bytes: Uint8Array): string => {
  let binary = '';
  for (let at = 0; at < bytes.length; at += kSliceBytes) {
    binary += String.fromCharCode(...bytes.subarray(at, at + kSliceBytes));
  }
  return btoa(binary);
};

/** The samples per second that a MIME type names, or 24000 when it names no rate. Null when it is not 16-bit PCM. */
export const pcmRate = (mimeType: string): number | null => {
  const [type, ...parameters] = mimeType.split(';').map((part) => part.trim().toLowerCase());
  if (type !== 'audio/pcm' && type !== 'audio/l16') return null;
  const rate = parameters.find((parameter) => parameter.startsWith('rate='));
  return rate === undefined ? kModelRate : Number(rate.slice('rate='.length));
};

/** The model's sound has a format that this client cannot play. */
export class ModelAudioError extends Error {
  override readonly name = 'ModelAudioError';
}

export class ModelAudioReader {
  #next = 0;
  #odd: number | null = null;

  /** Another stream begins, so an odd byte of the last one will get no other half. */
  restart(): void {
    this.#odd = null;
  }

  /** Throws ModelAudioError for another format or rate, and for text that is not base64. */
  read(mimeType: string, base64: string): ModelAudio {
    if (pcmRate(mimeType) !== kModelRate) {
      throw new ModelAudioError(
        `The model sends sound as "${mimeType}"; only 16-bit PCM at ${kModelRate} Hz can be played.`,
      );
    }
    const bytes = this.#whole(base64);
    const sampleCount = bytes.length >> 1;
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    const pcm = new Int16Array(sampleCount);
    for (let i = 0; i < sampleCount; i++) pcm[i] = view.getInt16(2 * i, true);
    const firstSample = this.#next;
    this.#next += sampleCount;
    return { firstSample, sampleCount, data: bytes, pcm };
  }

  /**
   * The bytes of whole samples: begins with the odd byte of the part before, and keeps an odd byte of this part for the
   * next.
   */
  #whole(base64: string): Uint8Array<ArrayBuffer> {
    let decoded: Uint8Array<ArrayBuffer>;
    try {
      decoded = fromBase64(base64);
    } catch {
      throw new ModelAudioError('The model sent sound that is not base64.');
    }
    const all = new Uint8Array(decoded.length + (this.#odd === null ? 0 : 1));
    if (this.#odd !== null) all[0] = this.#odd;
    all.set(decoded, all.length - decoded.length);
    const even = all.length & ~1;
    this.#odd = even === all.length ? null : (all[even] ?? null);
    return all.slice(0, even);
  }
}

import type { Jpeg } from './jpeg-encoder';

export type JpegRequest = { readonly frame: VideoFrame };
export type JpegAnswer = { readonly jpeg: Jpeg } | { readonly failed: string };

/** The parts of a Worker that are needed here. */
export type JpegThread = {
  onmessage: ((message: MessageEvent<JpegAnswer>) => void) | null;
  onerror: ((event: ErrorEvent) => void) | null;
  postMessage(request: JpegRequest, transfer: Transferable[]): void;
  terminate(): void;
};

/** Makes JPEGs on another thread, one at a time. */
export class JpegClient {
  readonly #thread: JpegThread;
  #pending: PromiseWithResolvers<Jpeg> | null = null;

  constructor(thread: JpegThread) {
    this.#thread = thread;
    thread.onmessage = ({ data }) => {
      if ('jpeg' in data) this.#pending?.resolve(data.jpeg);
      else this.#pending?.reject(new Error(data.failed));
      this.#pending = null;
    };
    thread.onerror = () => {
      this.#pending?.reject(new Error('the JPEG thread failed'));
      this.#pending = null;
    };
  }

  /**
   * Takes ownership of the frame. Call it only after the last call has settled. Rejects when the frame cannot be drawn.
   */
  encode(frame: VideoFrame): Promise<Jpeg> {
    const pending = Promise.withResolvers<Jpeg>();
    this.#pending = pending;
    this.#thread.postMessage({ frame }, [frame]);
    return pending.promise;
  }

  close(): void {
    this.#thread.terminate();
  }
}

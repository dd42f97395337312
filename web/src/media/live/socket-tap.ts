/**
 * The wire tap around the SDK: a WebSocket that shows each frame of both directions before the SDK sees it. It also
 * sets `binaryType`: with the default `blob`, the SDK decodes each message asynchronously and changes their order
 * (measured).
 */

/** Called for each new socket. The returned listener gets the frames of that socket only. */
export type SocketTap = (socket: WebSocket) => SocketListener;
export type SocketListener = {
  opened(): void;
  /** `bytes` is the length of the frame as received. */
  received(text: string, binary: boolean, bytes: number): void;
  sent(text: string, binary: boolean, bytes: number): void;
  closed(code: number, reason: string, clean: boolean): void;
};

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** The text and the length of one frame. */
export const readFrame = (data: unknown): { text: string; binary: boolean; bytes: number } => {
  if (typeof data === 'string') {
    return { text: data, binary: false, bytes: encoder.encode(data).length };
  }
  if (data instanceof ArrayBuffer || ArrayBuffer.isView(data)) {
    return { text: decoder.decode(data), binary: true, bytes: data.byteLength };
  }
  throw new TypeError('A frame that is neither text nor an ArrayBuffer.');
};

/** A WebSocket class for the Worker's global scope. Set it before the SDK is loaded. */
export const tappedWebSocket = (Base: typeof WebSocket, tap: SocketTap): typeof WebSocket =>
  class TappedWebSocket extends Base {
    readonly #listener: SocketListener;

    constructor(url: string | URL, protocols?: string | string[]) {
      super(url, protocols);
      this.binaryType = 'arraybuffer';
      this.#listener = tap(this);
      const listener = this.#listener;
      this.addEventListener('open', () => listener.opened());
      this.addEventListener('message', (event: MessageEvent<unknown>) => {
        const { text, binary, bytes } = readFrame(event.data);
        listener.received(text, binary, bytes);
      });
      this.addEventListener('close', ({ code, reason, wasClean }) =>
        listener.closed(code, reason, wasClean),
      );
    }

    override send(data: string | ArrayBufferLike | Blob | ArrayBufferView): void {
      const { text, binary, bytes } = readFrame(data);
      this.#listener.sent(text, binary, bytes);
      super.send(data as string);
    }
  };

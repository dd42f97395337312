/**
 * The wire tap around the SDK: a WebSocket that shows each frame of both directions before the SDK
 * sees it. It also sets
 * `binaryType`: with the default `blob` the SDK decodes each message asynchronously and changes
 * their order (measured).
 */

export type SocketTap = {
  opening(socket: WebSocket): void;
  opened(socket: WebSocket): void;
  /** `bytes` is the frame as it was. */
  received(text: string, binary: boolean, bytes: number): void;
  sent(text: string, binary: boolean, bytes: number): void;
  closed(code: number, reason: string, clean: boolean): void;
};

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** Text and length of one frame. */
export const readFrame = (data: unknown): { text: string; binary: boolean; bytes: number } => {
  if (typeof data === 'string') {
    return { text: data, binary: false, bytes: encoder.encode(data).length };
  }
  if (data instanceof ArrayBuffer || ArrayBuffer.isView(data)) {
    return { text: decoder.decode(data), binary: true, bytes: data.byteLength };
  }
  throw new TypeError('A frame that is neither text nor an ArrayBuffer.');
};

/** A WebSocket class for the global scope of the Worker; set it before the SDK is loaded. */
export const tappedWebSocket = (Base: typeof WebSocket, tap: SocketTap): typeof WebSocket =>
  class TappedWebSocket extends Base {
    constructor(url: string | URL, protocols?: string | string[]) {
      super(url, protocols);
      this.binaryType = 'arraybuffer';
      tap.opening(this);
      this.addEventListener('open', () => tap.opened(this));
      this.addEventListener('message', (event: MessageEvent<unknown>) => {
        const { text, binary, bytes } = readFrame(event.data);
        tap.received(text, binary, bytes);
      });
      this.addEventListener('close', ({ code, reason, wasClean }) =>
        tap.closed(code, reason, wasClean),
      );
    }

    override send(data: string | ArrayBufferLike | Blob | ArrayBufferView): void {
      const { text, binary, bytes } = readFrame(data);
      tap.sent(text, binary, bytes);
      super.send(data as string);
    }
  };

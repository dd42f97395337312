import { describe, expect, it } from 'vitest';
import { readFrame, type SocketTap, tappedWebSocket } from './socket-tap';

/** The parts of a WebSocket that the SDK uses. */
class FakeSocket extends EventTarget {
  binaryType = 'blob';
  readonly wire: unknown[] = [];
  onmessage: ((event: MessageEvent) => void) | null = null;
  constructor(readonly url: string) {
    super();
    this.addEventListener('message', (event) => this.onmessage?.(event as MessageEvent));
  }
  send(data: unknown): void {
    this.wire.push(data);
  }
}

const setUp = () => {
  const log: string[] = [];
  const tap: SocketTap = ({ url }) => {
    log.push(`opening ${url}`);
    return {
      opened: () => log.push('opened'),
      received: (text, binary, bytes) => log.push(`rx ${text} ${binary} ${bytes}`),
      sent: (text, binary, bytes) => log.push(`tx ${text} ${binary} ${bytes}`),
      closed: (code, reason, clean) => log.push(`closed ${code} ${reason} ${clean}`),
    };
  };
  const Tapped = tappedWebSocket(FakeSocket as unknown as typeof WebSocket, tap);
  const socket = new Tapped('ws://x') as unknown as FakeSocket;
  return { log, socket };
};

describe('tappedWebSocket', () => {
  it('asks for array buffers, so that no frame overtakes another', () => {
    expect(setUp().socket.binaryType).toBe('arraybuffer');
  });

  it('shows each frame of both directions once, text and binary, in order', () => {
    const { log, socket } = setUp();
    socket.dispatchEvent(new Event('open'));
    socket.send('{"setup":"ä"}');
    const frames = ['a', new TextEncoder().encode('{"b":"ö"}').buffer, 'c'];
    for (const data of frames) socket.dispatchEvent(new MessageEvent('message', { data }));
    socket.dispatchEvent(
      Object.assign(new Event('close'), { code: 1000, reason: 'bye', wasClean: true }),
    );
    expect(log).toEqual([
      'opening ws://x',
      'opened',
      'tx {"setup":"ä"} false 14',
      'rx a false 1',
      'rx {"b":"ö"} true 10',
      'rx c false 1',
      'closed 1000 bye true',
    ]);
    expect(socket.wire).toEqual(['{"setup":"ä"}']);
  });

  it('refuses a blob, which could only be read later', () => {
    expect(() => readFrame(new Blob())).toThrow(TypeError);
  });
});

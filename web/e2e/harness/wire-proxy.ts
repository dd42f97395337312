import { createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type RawData, WebSocket, WebSocketServer } from 'ws';

/** One WebSocket message as it crossed the wire. */
export type WireFrame = {
  readonly direction: 'tx' | 'rx';
  readonly binary: boolean;
  readonly text: string;
  readonly atMs: number;
};

export type WireProxy = {
  readonly url: string;
  readonly frames: WireFrame[];
  /** Cuts every socket and accepts no new one for this long, as if the network were away. */
  down(ms: number): void;
  /** Sends a message to the browser as if the model had. */
  say(message: object): void;
  close(): Promise<void>;
};

/**
 * Stands between the browser and the emulator and keeps every frame, to be compared with what Reprise recorded. Plain
 * HTTP requests (tokens) pass through. `say` sends a message to the browser as if it came from the model.
 */
export async function startWireProxy(emulatorUrl: string): Promise<WireProxy> {
  const target = new URL(emulatorUrl);
  const frames: WireFrame[] = [];
  const server = createServer((incoming, outgoing) => {
    const onward = request(
      {
        host: target.hostname,
        port: target.port,
        path: incoming.url,
        method: incoming.method,
        headers: { ...incoming.headers, host: target.host },
      },
      (answer) => {
        outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
        answer.pipe(outgoing);
      },
    );
    onward.on('error', () => outgoing.destroy());
    incoming.pipe(onward);
  });
  const sockets = new WebSocketServer({ server, perMessageDeflate: false });
  let downUntilMs = 0;
  sockets.on('connection', (browser, upgrade) => {
    if (Date.now() < downUntilMs) return browser.terminate();
    const emulator = new WebSocket(`ws://${target.host}${upgrade.url}`, {
      perMessageDeflate: false,
    });
    const early: [RawData, boolean][] = [];
    const keep = (direction: 'tx' | 'rx', data: RawData, binary: boolean) =>
      frames.push({ direction, binary, text: data.toString(), atMs: Date.now() });
    browser.on('message', (data, binary) => {
      keep('tx', data, binary);
      if (emulator.readyState === WebSocket.OPEN) emulator.send(data, { binary });
      else early.push([data, binary]);
    });
    emulator.on('open', () => {
      for (const [data, binary] of early) emulator.send(data, { binary });
    });
    emulator.on('message', (data, binary) => {
      keep('rx', data, binary);
      browser.send(data, { binary });
    });
    const code = (value: number) => (value === 1005 || value === 1006 ? 1000 : value);
    browser.on('close', (value, reason) => emulator.close(code(value), reason));
    emulator.on('close', (value, reason) => browser.close(code(value), reason));
    browser.on('error', () => emulator.terminate());
    emulator.on('error', () => browser.terminate());
  });
  await new Promise<void>((resolve) => server.listen(0, 'localhost', resolve));
  return {
    url: `http://localhost:${(server.address() as AddressInfo).port}`,
    frames,
    down(ms) {
      downUntilMs = Date.now() + ms;
      for (const client of sockets.clients) client.terminate();
    },
    say(message) {
      const text = `${JSON.stringify(message, null, 2)}\n`;
      frames.push({ direction: 'rx', binary: true, text, atMs: Date.now() });
      for (const client of sockets.clients) client.send(Buffer.from(text));
    },
    async close() {
      for (const client of sockets.clients) client.terminate();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}

import type { AddressInfo } from 'node:net';
import { type WebSocket, WebSocketServer } from 'ws';

/** A frame that a client sent after its setup, and its socket. */
export type FakeFrame = { readonly atMs: number; readonly text: string; readonly socket: number };
export type FakeLive = {
  readonly url: string;
  readonly port: number;
  /** Paths with their query, as the SDK requested them. */
  readonly requests: string[];
  /** The received setups, one per socket. */
  readonly setups: string[];
  readonly frames: FakeFrame[];
  /** The delay before it answers a setup. */
  setupDelayMs: number;
  /** Closes with this instead of answering a setup. */
  refuse: { code: number; reason: string } | null;
  /** Texts from the client, in order. */
  readonly sent: string[];
  /** All PCM that the fake has sent, by call of `speak`. */
  readonly pcm: Buffer[];
  /** Sends a message in a binary frame, as Google does, or in a text frame. */
  send(message: object, binary?: boolean): void;
  /** Sends model sound in uneven parts, odd lengths included, in both kinds of frames, with `words` in between. */
  speak(pcm: Buffer, words?: readonly string[]): void;
  close(code: number, reason: string): void;
  /** Cuts the connection without a close frame. */
  cut(): void;
  stop(): Promise<void>;
};

/** A small fake of the Live socket. It sends to the newest socket. */
export async function startFakeLive(
  refuse: { code: number; reason: string } | null = null,
): Promise<FakeLive> {
  const server = new WebSocketServer({ port: 0, host: '127.0.0.1', perMessageDeflate: false });
  await new Promise((resolve) => server.once('listening', resolve));
  const { port } = server.address() as AddressInfo;
  let socket: WebSocket | null = null;
  const fake: FakeLive = {
    url: `http://localhost:${port}`,
    port,
    requests: [],
    setups: [],
    frames: [],
    setupDelayMs: 0,
    refuse,
    sent: [],
    pcm: [],
    send: (message, binary = true) => {
      const text = `${JSON.stringify(message, null, 2)}\n`;
      fake.sent.push(text);
      socket?.send(binary ? Buffer.from(text) : text);
    },
    speak: (pcm, words = []) => {
      fake.pcm.push(pcm);
      const lengths = [4800, 4801, 15_999, 640, 2400];
      let at = 0;
      for (let n = 0; at < pcm.length; n++) {
        const part = pcm.subarray(at, at + (lengths[n % lengths.length] ?? 4800));
        at += part.length;
        const data = part.toString('base64');
        const inlineData = { mimeType: 'audio/pcm;rate=24000', data };
        fake.send({ serverContent: { modelTurn: { parts: [{ inlineData }] } } }, n % 2 === 0);
        const text = words[n];
        if (text) fake.send({ serverContent: { outputTranscription: { text } } }, n % 3 === 0);
      }
    },
    close: (code, reason) => socket?.close(code, reason),
    cut: () => socket?.terminate(),
    stop: () =>
      new Promise((resolve) => {
        for (const client of server.clients) client.terminate();
        server.close(() => resolve());
      }),
  };
  server.on('connection', (connected, request) => {
    socket = connected;
    fake.requests.push(request.url ?? '');
    const number = fake.requests.length - 1;
    connected.on('message', (data) => {
      const text = data.toString();
      if (!text.startsWith('{"setup"')) {
        fake.frames.push({ atMs: Date.now(), text, socket: number });
        return;
      }
      fake.setups.push(text);
      const { refuse: no } = fake;
      if (no) connected.close(no.code, no.reason);
      else setTimeout(() => fake.send({ setupComplete: {} }), fake.setupDelayMs);
    });
  });
  return fake;
}

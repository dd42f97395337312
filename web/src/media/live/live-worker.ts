/**
 * The Worker that owns the Live socket. It loads the official SDK behind our wire tap and connects ports to LiveLink.
 * It does nothing else, so that nothing delays sound (measured: a JPEG in the same Worker delays it by 260 ms).
 */
import { JournalPort } from '../journal/journal-port';
import type {
  CaptureReport,
  JpegFrame,
  LiveCommand,
  LiveEvent,
  PlayoutCommand,
  PlayoutReport,
} from '../protocol';
import { threadRow, WorkerClock } from '../worker-clock';
import { every, steadyNow } from '../worker-scope';
import { LiveLink } from './live-link';
import { lastFrame } from './live-rules';
import { LiveSockets } from './live-sockets';
import { isOfSdk, messageOf } from './sdk-rejections';
import { mintToken } from './session-requests';
import { type SocketTap, tappedWebSocket } from './socket-tap';
import { WireLog } from './wire-log';

/** At the end, the socket may take this long to close, and the worklets to end. */
const kDrainTimeoutMs = 1000;

type Connect = LiveCommand & { readonly type: 'connect' };
type Ends = {
  readonly capture: PromiseWithResolvers<number>;
  readonly playout: PromiseWithResolvers<number>;
};

const tell = (event: LiveEvent): void => self.postMessage(event);

class LiveWorkerState {
  readonly #ends: Ends = { capture: Promise.withResolvers(), playout: Promise.withResolvers() };
  readonly #clock = new WorkerClock({
    now: steadyNow,
    every,
    onPair: (pair) => this.#journal?.add(threadRow('live', pair, this.#clock.micros())),
  });
  #capture: MessagePort | null = null;
  #playout: MessagePort | null = null;
  #journal: JournalPort | null = null;
  #frames: MessagePort | null = null;
  #link: LiveLink | null = null;
  #sockets: LiveSockets | null = null;
  #failed = false;

  /** Does nothing and writes no row until the page clock is known. */
  command(command: LiveCommand): void {
    if (command.type === 'clock') this.#clock.connect(command.port);
    else void this.#clock.ready.then(() => this.#obey(command));
  }

  #obey(command: Exclude<LiveCommand, { readonly type: 'clock' }>): void {
    switch (command.type) {
      case 'capture':
        this.#capture = command.port;
        return;
      case 'playout':
        this.#playout = command.port;
        return;
      case 'frames':
        this.#frames = command.port;
        return;
      case 'spool':
        this.#journal = new JournalPort(command.port);
        return;
      case 'connect':
        this.#connect(command);
        return;
      case 'text':
        this.#link?.type(command.text);
        return;
      case 'reconnect':
        this.#sockets?.on({ type: 'reconnect' });
        return;
      case 'close':
        void this.#close();
        return;
    }
  }

  /** Notes an error of our code for which no caller waits, in the record and in the console. */
  broken(reason: unknown): void {
    this.#link?.event('error', { message: messageOf(reason) });
  }

  /** The network works again. */
  online(): void {
    this.#sockets?.on({ type: 'online' });
  }

  /** The tap around the SDK's sockets. */
  readonly tap: SocketTap = (socket) => {
    if (!this.#sockets) throw new Error('A socket before the talk.');
    return this.#sockets.tap(socket);
  };

  #connect(command: Connect): void {
    const wire = new WireLog();
    const link: LiveLink = new LiveLink({
      journal: this.#journal,
      wire,
      tell,
      playout: (out: PlayoutCommand, transfer) => this.#playout?.postMessage(out, transfer),
      nowUs: () => this.#clock.micros(),
      bufferedBytes: () => sockets.bufferedBytes,
      plan: (event) => sockets.on(event),
      fail: (message) => this.#fail(link, message),
    });
    const sockets: LiveSockets = new LiveSockets({
      link: () => link,
      wire,
      history: command.history,
      tell,
      connect: (token, handle) => connect(command, token, handle),
      mint: (handle) => mintToken(command.liveSessionId, handle, command.history.length > 0),
      fail: (message) => this.#fail(link, message),
      nowMs: steadyNow,
    });
    this.#link = link;
    this.#sockets = sockets;
    this.#listen(link);
    sockets.on({ type: 'start', token: command.token });
  }

  #listen(link: LiveLink): void {
    if (this.#capture) {
      this.#capture.onmessage = ({ data }: MessageEvent<CaptureReport>) => {
        if (data.type === 'mic') link.mic(data);
        else if (data.type === 'discontinuity') link.discontinuity(data);
        else this.#ends.capture.resolve(data.contextFrame);
      };
    }
    if (this.#playout) {
      this.#playout.onmessage = ({ data }: MessageEvent<PlayoutReport>) => {
        if (data.type === 'end') this.#ends.playout.resolve(data.contextFrame);
        else link.played(data);
      };
    }
    if (this.#frames) {
      this.#frames.onmessage = ({ data }: MessageEvent<JpegFrame>) => link.picture(data);
    }
  }

  #fail(link: LiveLink, message: string): void {
    if (this.#failed) return;
    this.#failed = true;
    link.event('error', { message });
    tell({ type: 'failed', message });
    void this.#sockets?.close();
  }

  async #close(): Promise<void> {
    this.#sockets?.stop();
    const deadline = new Promise<void>((resolve) => setTimeout(resolve, kDrainTimeoutMs));
    const ends = Promise.all([this.#ends.capture.promise, this.#ends.playout.promise]);
    // Without a link nothing was ever started.
    const frames = this.#link ? await Promise.race([ends, deadline]) : null;
    this.#link?.stop();
    await Promise.race([this.#sockets?.close(), deadline]);
    this.#clock.close();
    if (this.#link) this.#link.end();
    else this.#journal?.done();
    tell({ type: 'drained', contextFrame: lastFrame(frames || null) });
  }
}

/** The tap reads the frames in their order, so `onmessage` has nothing to do. */
const connect = async (
  { apiVersion, baseUrl, model, config }: Connect,
  token: string,
  handle: string | null,
) => {
  const { GoogleGenAI } = await sdk;
  const client = new GoogleGenAI({ apiKey: token, apiVersion, httpOptions: { baseUrl } });
  // The token has the same handle, so a server that reads both finds them equal.
  const sessionResumption = handle === null ? {} : { handle };
  return client.live.connect({
    model,
    config: { ...config, sessionResumption },
    callbacks: { onmessage: () => {} },
  });
};

const state = new LiveWorkerState();
self.WebSocket = tappedWebSocket(self.WebSocket, state.tap);
// Loaded after the tap is in place, and at once, since the token is valid for only a minute.
const sdk = import('@google/genai/web');
self.addEventListener('online', () => state.online());
self.addEventListener('unhandledrejection', (event) => {
  if (isOfSdk(event.reason)) event.preventDefault();
  else state.broken(event.reason);
});
self.addEventListener('message', ({ data }: MessageEvent<LiveCommand>) => state.command(data));

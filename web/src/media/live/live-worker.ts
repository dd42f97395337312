/**
 * The Worker that owns the Live socket: loads the official SDK around our wire tap, and connects
 * ports to LiveLink. Nothing else runs here, so nothing else can delay sound (measured: a JPEG in
 * the same Worker delays it by 260 ms).
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
import { every } from '../worker-scope';
import { LiveLink } from './live-link';
import { type SocketTap, tappedWebSocket } from './socket-tap';
import { WireLog } from './wire-log';

/** The server must answer the setup within this time. */
const kSetupTimeoutMs = 10_000;
/** At the end: how long the socket may take to close and the worklets to end. */
const kDrainTimeoutMs = 1000;

type Connect = LiveCommand & { readonly type: 'connect' };
type Ends = {
  readonly capture: PromiseWithResolvers<number>;
  readonly playout: PromiseWithResolvers<number>;
};

const tell = (event: LiveEvent): void => self.postMessage(event);

class LiveWorkerState {
  readonly #ends: Ends = { capture: Promise.withResolvers(), playout: Promise.withResolvers() };
  readonly #closed = Promise.withResolvers<void>();
  readonly #clock = new WorkerClock({
    now: () => performance.now(),
    every,
    onPair: (pair) => this.#journal?.add(threadRow('live', pair, this.#clock.micros())),
  });
  #capture: MessagePort | null = null;
  #playout: MessagePort | null = null;
  #journal: JournalPort | null = null;
  #frames: MessagePort | null = null;
  #socket: WebSocket | null = null;
  #link: LiveLink | null = null;
  #wire: WireLog | null = null;
  #phase: 'connecting' | 'talking' | 'asked' | 'closed' = 'connecting';
  #session: { close(): void } | null = null;

  /** Nothing is done, and no row is written, before the page clock is known. */
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
        void this.#connect(command);
        return;
      case 'close':
        void this.#close();
        return;
    }
  }

  /** The tap around the SDK's socket. */
  readonly tap: SocketTap = {
    opening: (socket) => {
      this.#socket = socket;
      this.#wire?.nextSocket();
      this.#link?.event('socket_opening', { socket: this.#wire?.socket });
    },
    opened: () => this.#link?.event('socket_open', { socket: this.#wire?.socket }),
    received: (...frame) => this.#link?.received(...frame),
    sent: (...frame) => this.#link?.sent(...frame),
    closed: (...facts) => {
      if (this.#link && this.#wire) this.#socketClosed(this.#link, this.#wire, ...facts);
    },
  };

  async #connect(command: Connect): Promise<void> {
    const wire = new WireLog([command.token]);
    const link = this.#makeLink(wire);
    this.#wire = wire;
    this.#link = link;
    this.#listen(link);
    const timeout = setTimeout(() => this.#giveUp('The model did not answer.'), kSetupTimeoutMs);
    try {
      await this.#open(command, link);
    } catch (error) {
      // A socket that closed has said so by itself; this is for what never became one.
      const message = error instanceof Error ? error.message : String(error);
      if (!this.#socket) this.#fail(link, wire.redact(message));
    } finally {
      clearTimeout(timeout);
    }
  }

  #makeLink(wire: WireLog): LiveLink {
    const link: LiveLink = new LiveLink({
      journal: this.#journal,
      wire,
      tell,
      playout: (command: PlayoutCommand, transfer) => this.#playout?.postMessage(command, transfer),
      nowUs: () => this.#clock.micros(),
      bufferedBytes: () => this.#socket?.bufferedAmount ?? 0,
      fail: (message) => this.#fail(link, message),
    });
    return link;
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

  /** Frames are read by the tap, in their order, so `onmessage` has nothing to do. */
  async #open(command: Connect, link: LiveLink): Promise<void> {
    const { GoogleGenAI } = await sdk;
    const client = new GoogleGenAI({
      apiKey: command.token,
      apiVersion: command.apiVersion,
      httpOptions: { baseUrl: command.baseUrl },
    });
    const session = await client.live.connect({
      model: command.model,
      config: command.config,
      callbacks: { onmessage: () => {} },
    });
    if (this.#phase !== 'connecting') {
      session.close();
      return;
    }
    this.#session = session;
    this.#phase = 'talking';
    link.open(session);
  }

  #socketClosed(link: LiveLink, wire: WireLog, code: number, reason: string, clean: boolean): void {
    link.shut();
    const said = wire.redact(reason);
    link.event('socket_closed', { socket: wire.socket, code, reason: said, clean });
    this.#closed.resolve();
    if (this.#phase === 'closed') return;
    tell({ type: 'closed', code, reason: said, phase: this.#phase });
    this.#phase = 'closed';
  }

  #giveUp(message: string): void {
    if (this.#phase !== 'connecting') return;
    this.#phase = 'closed';
    tell({ type: 'closed', code: 1006, reason: message, phase: 'connecting' });
    this.#socket?.close();
  }

  #fail(link: LiveLink, message: string): void {
    if (this.#phase === 'closed') return;
    this.#phase = 'closed';
    link.event('error', { message });
    tell({ type: 'failed', message });
    this.#socket?.close();
  }

  async #close(): Promise<void> {
    if (this.#phase === 'connecting' || this.#phase === 'talking') this.#phase = 'asked';
    const deadline = new Promise<void>((resolve) => setTimeout(resolve, kDrainTimeoutMs));
    const ends = Promise.all([this.#ends.capture.promise, this.#ends.playout.promise]);
    // Without a link nothing was ever started.
    const frames = this.#link ? await Promise.race([ends, deadline]) : null;
    this.#link?.shut();
    if (this.#session) this.#session.close();
    else this.#socket?.close();
    if (this.#socket) await Promise.race([this.#closed.promise, deadline]);
    this.#clock.close();
    if (this.#link) this.#link.end();
    else this.#journal?.done();
    tell({ type: 'drained', contextFrame: frames ? Math.max(...frames) : 0 });
  }
}

const state = new LiveWorkerState();
self.WebSocket = tappedWebSocket(self.WebSocket, state.tap);
// After the tap is in place, and at once: the token lives for a minute only.
const sdk = import('@google/genai/web');
// The SDK parses frames too and rejects nowhere when one is not JSON; the tap has recorded it.
self.addEventListener('unhandledrejection', (event) => event.preventDefault());
self.addEventListener('message', ({ data }: MessageEvent<LiveCommand>) => state.command(data));

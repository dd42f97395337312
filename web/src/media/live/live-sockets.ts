/**
 * The Live sockets of one talk, one after the other: carries out what `SocketPlan` decides. The SDK and our server come
 * in through `LiveSocketsPorts`, so that the tests run in Node.
 */
import { kMicRate } from '../clock';
import type { LiveEvent } from '../protocol';
import { type HistoryContent, type HistoryTurn, historyContents } from './history';
import type { LiveLink } from './live-link';
import type { LiveSender } from './media-sender';
import { sha256Hex } from './sha256';
import { type PlanAction, type PlanEvent, SocketPlan } from './socket-plan';
import type { SocketTap } from './socket-tap';
import type { WireLog } from './wire-log';

export type SdkSession = LiveSender & {
  close(): void;
  sendClientContent(content: { turns: HistoryContent[]; turnComplete: boolean }): void;
};
export type TokenAnswer = PlanEvent & { readonly type: 'token' | 'no-token' };
export type LiveSocketsPorts = {
  readonly link: () => LiveLink;
  readonly wire: WireLog;
  /** What the model is told before anything else; empty: nothing. */
  readonly history: readonly HistoryTurn[];
  readonly tell: (event: LiveEvent) => void;
  /** The SDK's connect. Makes its WebSocket through the tap. Resolves when the setup is complete. */
  readonly connect: (token: string, handle: string | null) => Promise<SdkSession>;
  /** Gets a new token from our server. Never rejects. */
  readonly mint: (handle: string | null) => Promise<TokenAnswer>;
  /** No socket ever opened, for a reason within this browser. */
  readonly fail: (message: string) => void;
  /** Milliseconds of a steady clock. */
  readonly nowMs: () => number;
};

type Attempt = {
  readonly number: number;
  /** It resumes from no handle. */
  readonly fresh: boolean;
  readonly closed: PromiseWithResolvers<void>;
  socket: WebSocket | null;
  session: SdkSession | null;
};

export class LiveSockets {
  readonly #ports: LiveSocketsPorts;
  readonly #plan = new SocketPlan(Math.random);
  readonly #waiting: PlanEvent[] = [];
  #busy = false;
  /** The current attempt; null between two sockets. */
  #now: Attempt | null = null;
  #latest: Attempt | null = null;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #over = false;
  /** The time without a socket: when it began, and what happened to the sound of that time. */
  readonly #away = { sinceMs: 0, cutAnswer: false, keptSamples: 0, droppedSamples: 0 };

  constructor(ports: LiveSocketsPorts) {
    this.#ports = ports;
  }

  get bufferedBytes(): number {
    return this.#now?.socket?.bufferedAmount ?? 0;
  }

  readonly tap: SocketTap = (socket) => {
    const attempt = this.#latest;
    if (!attempt) throw new Error('A socket that nobody asked for.');
    attempt.socket = socket;
    const link = this.#ports.link();
    const counts = () => attempt === this.#now;
    return {
      opened: () => link.event('socket_open', { socket: attempt.number }),
      received: (...frame) => counts() && link.received(...frame),
      sent: (...frame) => counts() && link.sent(...frame),
      closed: (code, reason, clean) => this.#closed(attempt, code, reason, clean),
    };
  };

  /** Handles an event. Events that come while one is handled wait for their turn. */
  on(event: PlanEvent): void {
    this.#waiting.push(event);
    if (this.#busy) return;
    this.#busy = true;
    for (let next = this.#waiting.shift(); next; next = this.#waiting.shift()) {
      if (this.#over) continue;
      for (const action of this.#plan.on(next, this.#ports.nowMs())) this.#do(action);
    }
    this.#busy = false;
    this.#setTimer();
  }

  /** Makes no more sockets. An open socket stays open until `close`. */
  stop(): void {
    this.#over = true;
    clearTimeout(this.#timer);
  }

  /** Closes what is open. Resolves when it is closed; on a dead line that may never happen. */
  async close(): Promise<void> {
    this.stop();
    const attempt = this.#now;
    if (!attempt) return;
    if (attempt.session) attempt.session.close();
    else attempt.socket?.close();
    if (attempt.socket) await attempt.closed.promise;
  }

  #do(action: PlanAction): void {
    const { tell, nowMs } = this.#ports;
    switch (action.type) {
      case 'mint':
        void this.#mint(action.handle);
        break;
      case 'open':
        void this.#open(action.token, action.handle);
        break;
      case 'close':
        this.#now?.socket?.close(1000);
        break;
      case 'retire':
        this.#now?.socket?.close(1000);
        this.#now = null;
        break;
      case 'away':
        this.#goAway(action.planned);
        break;
      case 'back':
        this.#back();
        break;
      case 'countdown':
        tell({
          type: 'countdown',
          leftMs: action.endsAtMs === null ? null : action.endsAtMs - nowMs(),
        });
        break;
      case 'end':
        this.#end(action);
        break;
    }
  }

  async #mint(handle: string | null): Promise<void> {
    const answer = await this.#ports.mint(handle);
    if (this.#over) return;
    if (answer.type === 'no-token') {
      const message = answer.refusal ?? 'Out of reach.';
      this.#ports.link().event('token_failed', { message });
    }
    this.on(answer);
  }

  async #open(token: string, handle: string | null): Promise<void> {
    const { wire, connect, link, fail } = this.#ports;
    wire.nextSocket(handle === null ? [token] : [token, handle]);
    const attempt: Attempt = {
      number: wire.socket,
      fresh: handle === null,
      closed: Promise.withResolvers(),
      socket: null,
      session: null,
    };
    this.#now = attempt;
    this.#latest = attempt;
    link().opening(attempt.number, handle === null ? null : `sha256:${sha256Hex(handle)}`);
    try {
      const session = await connect(token, handle);
      if (attempt === this.#now && !this.#over) this.#ready(attempt, session);
      else session.close();
    } catch (error) {
      // A socket that has closed reports that itself. This is for an attempt that never had a socket.
      if (attempt.socket || attempt !== this.#now) return;
      const message = wire.redact(error instanceof Error ? error.message : String(error));
      if (attempt.number === 0) fail(message);
      else this.on({ type: 'closed', code: 1006, reason: message });
    }
  }

  #ready(attempt: Attempt, session: SdkSession): void {
    const { tell, link } = this.#ports;
    attempt.session = session;
    if (attempt.fresh) this.#tellHistory(session);
    const dropped = link().droppedSamples;
    this.#away.keptSamples = link().open(session);
    this.#away.droppedSamples = link().droppedSamples - dropped;
    tell({ type: 'connected' });
    this.on({ type: 'ready' });
  }

  /** The model of a fresh socket waits for this; one that resumes knows it. */
  #tellHistory(session: SdkSession): void {
    const { history, link } = this.#ports;
    if (history.length === 0) return;
    session.sendClientContent({ turns: historyContents(history), turnComplete: true });
    link().event('history_sent', { turns: history.length });
  }

  #back(): void {
    const { tell, link, nowMs, wire } = this.#ports;
    const { sinceMs, cutAnswer, keptSamples, droppedSamples } = this.#away;
    link().event('reconnected', {
      socket: wire.socket,
      gap_ms: Math.round(nowMs() - sinceMs),
      kept_samples: keptSamples,
      dropped_samples: droppedSamples,
      cut_answer: cutAnswer,
    });
    tell({ type: 'back', lostMs: (droppedSamples * 1000) / kMicRate, cutAnswer });
  }

  #goAway(planned: boolean): void {
    const { tell, link, nowMs } = this.#ports;
    this.#away.sinceMs = nowMs();
    this.#away.cutAnswer = link().shut(planned);
    link().event('reconnecting', { planned });
    tell({ type: 'reconnecting' });
  }

  #closed(attempt: Attempt, code: number, reason: string, clean: boolean): void {
    const said = this.#ports.wire.redact(reason);
    this.#ports
      .link()
      .event('socket_closed', { socket: attempt.number, code, reason: said, clean });
    attempt.closed.resolve();
    if (attempt !== this.#now) return;
    this.#now = null;
    this.on({ type: 'closed', code, reason: said });
  }

  #end({ phase, code, reason }: PlanAction & { readonly type: 'end' }): void {
    this.stop();
    this.#ports.link().stop();
    this.#now?.socket?.close(1000);
    this.#ports.tell({ type: 'closed', phase, code, reason });
  }

  #setTimer(): void {
    clearTimeout(this.#timer);
    const at = this.#plan.wakeAt;
    if (this.#over || at === null) return;
    this.#timer = setTimeout(
      () => this.on({ type: 'tick' }),
      Math.max(0, at - this.#ports.nowMs()),
    );
  }
}

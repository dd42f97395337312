/** The main thread's end of the LiveWorker. */
import type { LiveSessionGrant } from '../live-session';
import type { PageClock } from '../page-clock';
import type { LiveCommand, LiveEvent } from '../protocol';
import { startLiveWorker } from '../workers';

/** The LiveWorker itself closes within a second. */
const kCloseTimeoutMs = 2500;

export type LivePorts = {
  readonly capture: MessagePort;
  readonly playout: MessagePort;
  readonly frames: MessagePort;
  readonly spool: MessagePort | null;
};

export class LiveClient {
  readonly #worker = startLiveWorker();
  readonly #drained = Promise.withResolvers<number>();

  constructor(clock: PageClock, on: (event: LiveEvent) => void) {
    const { port1, port2 } = new MessageChannel();
    clock.answer(port1);
    this.#tell({ type: 'clock', port: port2 }, [port2]);
    this.#worker.onmessage = ({ data }: MessageEvent<LiveEvent>) => {
      if (data.type === 'drained') this.#drained.resolve(data.contextFrame);
      on(data);
    };
    this.#worker.onerror = (event) => on({ type: 'failed', message: event.message || null });
  }

  ports({ capture, playout, frames, spool }: LivePorts): void {
    this.#tell({ type: 'capture', port: capture }, [capture]);
    this.#tell({ type: 'playout', port: playout }, [playout]);
    this.#tell({ type: 'frames', port: frames }, [frames]);
    if (spool) this.#tell({ type: 'spool', port: spool }, [spool]);
  }

  connect(grant: LiveSessionGrant): void {
    const { recordingId: _, ...connect } = grant;
    this.#tell({ type: 'connect', ...connect });
  }

  text(text: string): void {
    this.#tell({ type: 'text', text });
  }

  reconnect(): void {
    this.#tell({ type: 'reconnect' });
  }

  /** Resolves with the length of the recording in context frames; with 0 when the Worker does not answer. */
  async close(): Promise<number> {
    this.#tell({ type: 'close' });
    const timeout = setTimeout(() => this.#drained.resolve(0), kCloseTimeoutMs);
    const contextFrame = await this.#drained.promise;
    clearTimeout(timeout);
    this.#worker.terminate();
    return contextFrame;
  }

  #tell(command: LiveCommand, transfer: Transferable[] = []): void {
    this.#worker.postMessage(command, transfer);
  }
}

/** Sends journal entries to the spool: one batch per turn of the event loop. Media bytes are transferred. */
import type { JournalEntry } from '../protocol';

/** The parts of a MessagePort that are needed here. */
export type BatchPort = { postMessage(message: unknown, transfer: Transferable[]): void };

export class JournalPort {
  readonly #port: BatchPort;
  #batch: JournalEntry[] = [];

  constructor(port: BatchPort) {
    this.#port = port;
  }

  add(entry: JournalEntry): void {
    if (this.#batch.push(entry) === 1) queueMicrotask(() => this.flush());
  }

  flush(): void {
    if (this.#batch.length === 0) return;
    const batch = this.#batch;
    this.#batch = [];
    const transfer = batch.flatMap(({ data }) => (data instanceof Uint8Array ? [data.buffer] : []));
    this.#port.postMessage(batch, transfer);
  }

  /** Sends what waits and then `'done'`: nothing follows. */
  done(): void {
    this.flush();
    this.#port.postMessage('done', []);
  }
}

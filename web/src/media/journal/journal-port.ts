/**
 * Sends journal entries to the spool: one batch per turn of the event loop, media bytes
 * transferred.
 */
import type { JournalEntry } from '../protocol';

/** What this needs of a MessagePort. */
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

  /** Nothing follows. */
  done(): void {
    this.flush();
    this.#port.postMessage('done', []);
  }
}

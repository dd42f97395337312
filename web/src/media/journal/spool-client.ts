/**
 * The main thread's end of the SpoolWorker: sends its own entries, gives ports to other producers, and receives the
 * spool's events.
 */

import type { JournalEntry, SpoolEvent } from '../protocol';
import { startSpoolWorker } from '../workers';
import { JournalPort } from './journal-port';

/** When `finish` gets no answer for this long, the rest is left to the recovery. */
const kFinishTimeoutMs = 30_000;

export class SpoolClient {
  readonly #worker = startSpoolWorker();
  readonly #entries = new JournalPort({
    postMessage: (entries, transfer) =>
      this.#worker.postMessage({ type: 'entries', entries }, transfer),
  });
  readonly #ended = Promise.withResolvers<void>();

  constructor(recordingId: string, on: (event: SpoolEvent) => void) {
    this.#worker.onmessage = ({ data }: MessageEvent<SpoolEvent>) => {
      on(data);
      if (data.type === 'ended') this.#ended.resolve();
    };
    this.#worker.onerror = (event) => {
      on({ type: 'journal-failed', message: event.message || 'The spool Worker did not start.' });
      this.#ended.resolve();
    };
    this.#worker.postMessage({ type: 'open', recordingId, apiBase: '/api' });
  }

  /** Makes a port for one more producer. */
  producer(): MessagePort {
    const { port1, port2 } = new MessageChannel();
    this.#worker.postMessage({ type: 'producer', port: port1 }, [port1]);
    return port2;
  }

  add(entry: JournalEntry): void {
    this.#entries.add(entry);
  }

  /** Resolves when the server has everything or cannot be reached. */
  async finish(reason: 'hangup' | 'lost' | 'error'): Promise<void> {
    this.#entries.flush();
    this.#worker.postMessage({ type: 'finish', reason });
    const timeout = setTimeout(() => this.#ended.resolve(), kFinishTimeoutMs);
    await this.#ended.promise;
    clearTimeout(timeout);
    this.#worker.terminate();
  }
}

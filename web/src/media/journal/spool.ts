/** The spool of one live session: connects journal, sender and end. `spool-worker.ts` connects it to the browser. */

import type { JournalBatch, SpoolEvent } from '../protocol';
import type { NumberedEntry } from './chunk-writer';
import { Journal } from './journal';
import type { JournalEndReason, JournalFiles } from './journal-files';
import { keptOf, type UploadStatus } from './upload-plan';
import { Uploader, type UploaderOptions } from './uploader';

/** After the end, the server has this long to take a chunk before the rest is left to the recovery. */
const kLeaveAfterMs = 5000;
const kInFlightMax = 2;
/** `state` is sent on every change, and at least this often. */
const kStateEveryMs = 250;

export type SpoolOptions = Pick<
  UploaderOptions,
  'recordingId' | 'apiBase' | 'send' | 'now' | 'after' | 'random'
> & {
  readonly files: JournalFiles;
  readonly library: string;
  readonly emit: (event: SpoolEvent) => void;
};

export class Spool {
  readonly #options: SpoolOptions;
  readonly #journal: Journal;
  readonly #uploader: Uploader;
  /** Chunks that the record already names as not sent. */
  readonly #noted = new Set<number>();
  /** Log time of the newest entry. */
  #newestUs = 0;
  #erased = false;
  #failed = false;
  #stateAt = Number.NEGATIVE_INFINITY;
  #stateKey = '';

  constructor(options: SpoolOptions) {
    const { files, library, now } = options;
    this.#options = options;
    this.#uploader = new Uploader({
      ...options,
      inFlightMax: kInFlightMax,
      leaveAfterMs: kLeaveAfterMs,
      priority: 'auto',
      onStatus: (status, ackMs) => this.#report(status, ackMs),
    });
    this.#journal = new Journal({
      files,
      library,
      now,
      onOpened: () => options.emit({ type: 'opened' }),
      onSealed: (facts) => this.#uploader.sealed(facts),
      onFailed: (message) => this.#fail(message),
      onRoomLow: (freeBytes) => options.emit({ type: 'disk-low', freeBytes }),
      onTooLarge: (entry) => this.#noteTooLarge(entry),
    });
    void this.#uploader.ended.then((outcome) => {
      if (outcome === 'erased' || outcome === 'unknown') this.#stopRecording(outcome);
    });
  }

  append(batch: JournalBatch): void {
    this.#newestUs = batch.at(-1)?.logTimeUs ?? this.#newestUs;
    if (!this.#erased) this.#journal.append(batch);
  }

  /** Call it several times a second. */
  tick(): void {
    this.#journal.tick();
  }

  online(): void {
    this.#uploader.online();
  }

  /** Resolves when the server has everything or cannot be reached. Never rejects. */
  async finish(reason: JournalEndReason): Promise<'finished' | 'left'> {
    const { files, recordingId, apiBase } = this.#options;
    await this.#journal.close();
    await files.giveReserveBack();
    const end = { lastSeq: this.#journal.lastSeq, reason };
    this.#options.emit({ type: 'sealed', lastSeq: end.lastSeq });
    // If this fails, the recovery still works, but calls the end a crash.
    const before = await files.readMeta().catch(() => null);
    await files.writeMeta({ ...before, recordingId, apiBase, end }).catch(() => {});
    this.#uploader.finish(end.lastSeq, reason);
    const outcome = await this.#uploader.ended;
    if (outcome === 'erased') await files.removeAll().catch(() => {});
    if (outcome === 'finished' && this.#uploader.status().asides.length === 0) {
      await files.removeAll().catch(() => {});
    }
    return outcome === 'left' || outcome === 'aborted' ? 'left' : 'finished';
  }

  #fail(message: string): void {
    if (this.#failed) return;
    this.#failed = true;
    this.#options.emit({ type: 'journal-failed', message });
  }

  #stopRecording(outcome: 'erased' | 'unknown'): void {
    this.#erased = true;
    const erased = 'This recording was deleted on the server.';
    const unknown = 'The server does not know this recording.';
    this.#fail(outcome === 'erased' ? erased : unknown);
  }

  #noteTooLarge({ topic, bytesMax, logTimeUs }: NumberedEntry): void {
    const message = `A message of ${bytesMax} bytes on ${topic} was too large to keep.`;
    this.#note('error', { message }, logTimeUs);
  }

  /** Notes in the record each chunk that does not get through. */
  #noteAsides({ asides }: UploadStatus): void {
    for (const { seq, by, words } of asides) {
      if (this.#noted.has(seq)) continue;
      this.#noted.add(seq);
      this.#note('journal', { state: 'kept', seq, by, message: words }, this.#newestUs);
    }
  }

  /** The spool has no clock of its own, so the row gets the time of an entry. */
  #note(kind: string, members: Readonly<Record<string, unknown>>, logTimeUs: number): void {
    const data = { kind, page_us: logTimeUs, ...members };
    this.append([{ topic: '/events', logTimeUs, data }]);
  }

  #report(status: UploadStatus, ackMs: number | null): void {
    const { server, answers, waitingChunks, waitingSeconds, waitingBytes } = status;
    this.#noteAsides(status);
    const kept = keptOf(status);
    const key = `${server} ${answers} ${waitingChunks} ${kept?.chunks ?? 0}`;
    const now = this.#options.now();
    if (key === this.#stateKey && now - this.#stateAt < kStateEveryMs) return;
    this.#stateKey = key;
    this.#stateAt = now;
    const journalBytes = waitingBytes + this.#journal.openBytes;
    this.#options.emit({
      type: 'state',
      server,
      answers,
      waitingChunks,
      waitingSeconds,
      kept,
      journalBytes,
      ackMs,
    });
  }
}

/** Carries out the upload plan: reads files, sends, removes, waits. The live spool and the recovery use it. */

import type { Meaning } from '../../api/meaning';
import { type ChunkRequest, noAnswer, postFinish, putChunk, type Send } from './chunk-requests';
import type { SealedFacts } from './journal';
import type { JournalEndReason, JournalFiles } from './journal-files';
import { readSealed } from './read-sealed';
import {
  type UploadAction,
  type UploadEvent,
  type UploadOutcome,
  UploadPlan,
  type UploadStatus,
} from './upload-plan';

export type UploaderOptions = {
  readonly files: JournalFiles;
  readonly recordingId: string;
  readonly apiBase: string;
  readonly send: Send;
  readonly now: () => number;
  /** Runs `then` once after this time; returns a function that cancels it. */
  readonly after: (ms: number, then: () => void) => () => void;
  readonly random: () => number;
  readonly inFlightMax: number;
  readonly leaveAfterMs: number;
  readonly priority: RequestPriority;
  /** Awaited before each request. The recovery waits here while a session is live. */
  readonly gate?: () => Promise<void>;
  /** Called after every change of the status. */
  readonly onStatus: (status: UploadStatus, ackMs: number | null) => void;
};

export class Uploader {
  readonly #options: UploaderOptions;
  readonly #plan: UploadPlan;
  readonly #stop = new AbortController();
  readonly #request: ChunkRequest;
  #callOffWake: () => void = () => {};
  #ackMs: number | null = null;
  /** Requests, reads and removals that are under way. */
  readonly #work = new Set<Promise<void>>();
  #resolveEnded: (outcome: UploadOutcome | 'aborted') => void = () => {};
  /** Resolves when nothing more will be sent and no file is being removed any more. */
  readonly ended: Promise<UploadOutcome | 'aborted'>;

  constructor(options: UploaderOptions) {
    this.#options = options;
    const { inFlightMax, leaveAfterMs, random, apiBase, recordingId, priority } = options;
    this.#plan = new UploadPlan({ inFlightMax, leaveAfterMs, random });
    this.#request = { apiBase, recordingId, priority, signal: this.#stop.signal };
    this.ended = new Promise((resolve) => {
      this.#resolveEnded = resolve;
    });
  }

  sealed(facts: SealedFacts): void {
    this.#on({ type: 'sealed', ...facts });
  }
  /** Tells that no more chunks follow. */
  finish(lastSeq: number, reason: JournalEndReason): void {
    this.#on({ type: 'finish', lastSeq, reason });
  }
  online(): void {
    this.#on({ type: 'online' });
  }
  status(): UploadStatus {
    return this.#plan.status();
  }
  /**
   * Cancels what is under way. Nothing more is sent. `ended` resolves when no file is being read or removed any more.
   */
  abort(): void {
    this.#callOffWake();
    void this.#end('aborted');
  }

  #on(event: UploadEvent): void {
    if (this.#stop.signal.aborted) return;
    const actions = this.#plan.on(event, this.#options.now());
    this.#callOffWake();
    for (const action of actions) this.#do(action);
    this.#options.onStatus(this.#plan.status(), this.#ackMs);
  }

  #do(action: UploadAction): void {
    switch (action.type) {
      case 'send':
        this.#track(this.#sendChunk(action.seq));
        return;
      case 'remove':
        this.#track(this.#options.files.remove(action.seq));
        return;
      case 'finish':
        this.#track(this.#sendFinish(action));
        return;
      case 'wake':
        this.#callOffWake = this.#options.after(action.afterMs, () => this.#on({ type: 'wake' }));
        return;
      case 'ended':
        void this.#end(action.outcome);
    }
  }

  /** If a file cannot be removed, it is removed later with its folder. */
  #track(work: Promise<void>): void {
    const settled = work.catch(() => {});
    this.#work.add(settled);
    void settled.then(() => this.#work.delete(settled));
  }

  /** A directory cannot be removed while one of its files is being removed (Chromium: NoModificationAllowedError). */
  async #end(outcome: UploadOutcome | 'aborted'): Promise<void> {
    this.#stop.abort();
    await Promise.all(this.#work);
    this.#resolveEnded(outcome);
  }

  async #sendChunk(seq: number): Promise<void> {
    await this.#options.gate?.();
    const read = await readSealed(this.#options.files, seq);
    if (read.kind === 'absent') return this.#on({ type: 'absent', seq });
    if (read.kind === 'unreadable') {
      return this.#on({ type: 'unreadable', seq, words: read.words });
    }
    if (this.#stop.signal.aborted) return;
    const startedAt = this.#options.now();
    const { bytes } = read.chunk;
    const meaning = await this.#answered(putChunk(this.#options.send, this.#request, seq, bytes));
    if (meaning.kind === 'done') this.#ackMs = this.#options.now() - startedAt;
    this.#on({ type: 'answer', seq, meaning });
  }

  async #sendFinish(end: { lastSeq: number; reason: JournalEndReason }): Promise<void> {
    const meaning = await this.#answered(postFinish(this.#options.send, this.#request, end));
    this.#on({ type: 'finish-answer', meaning });
  }

  /** A request that cannot even be made counts as one without an answer. */
  async #answered(answer: Promise<Meaning>): Promise<Meaning> {
    try {
      return await answer;
    } catch {
      return noAnswer();
    }
  }
}

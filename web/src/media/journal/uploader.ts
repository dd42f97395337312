/** Does what the upload plan says: reads files, sends, removes, waits. Used by the live spool and by the recovery. */
import { type Answer, type ChunkRequest, postFinish, putChunk, type Send } from './chunk-requests';
import type { SealedFacts } from './journal';
import type { JournalEndReason, JournalFiles } from './journal-files';
import { sealAfterCrash } from './seal-after-crash';
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
  /** Runs `then` once after this time; returns what calls it off. */
  readonly after: (ms: number, then: () => void) => () => void;
  readonly random: () => number;
  readonly inFlightMax: number;
  readonly leaveAfterMs: number;
  readonly priority: RequestPriority;
  /** Awaited before each request; the recovery holds back while somebody is live. */
  readonly gate?: () => Promise<void>;
  /** After every change of the status. */
  readonly onStatus: (status: UploadStatus, ackMs: number | null) => void;
};

export class Uploader {
  readonly #options: UploaderOptions;
  readonly #plan: UploadPlan;
  readonly #stop = new AbortController();
  readonly #request: ChunkRequest;
  #callOffWake: () => void = () => {};
  #ackMs: number | null = null;
  readonly #removals = new Set<Promise<void>>();
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
  /** No chunk follows. */
  finish(lastSeq: number, reason: JournalEndReason): void {
    this.#on({ type: 'finish', lastSeq, reason });
  }
  online(): void {
    this.#on({ type: 'online' });
  }
  status(): UploadStatus {
    return this.#plan.status();
  }
  /** Requests under way are called off, nothing else is touched. */
  abort(): void {
    this.#callOffWake();
    this.#stop.abort();
    this.#resolveEnded('aborted');
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
        void this.#sendChunk(action.seq);
        return;
      case 'remove':
        this.#remove(action.seq);
        return;
      case 'finish':
        void this.#sendFinish(action);
        return;
      case 'wake':
        this.#callOffWake = this.#options.after(action.afterMs, () => this.#on({ type: 'wake' }));
        return;
      case 'ended':
        void this.#end(action.outcome);
    }
  }

  #remove(seq: number): void {
    const removal = this.#options.files.remove(seq).catch(() => {});
    this.#removals.add(removal);
    void removal.then(() => this.#removals.delete(removal));
  }

  /** A directory cannot be removed while one of its files is being removed (Chromium: NoModificationAllowedError). */
  async #end(outcome: UploadOutcome): Promise<void> {
    this.#stop.abort();
    await Promise.all(this.#removals);
    this.#resolveEnded(outcome);
  }

  async #sendChunk(seq: number): Promise<void> {
    await this.#options.gate?.();
    const chunk = await this.#readChunk(seq);
    if (!chunk) {
      this.#on({ type: 'unreadable', seq });
      return;
    }
    const startedAt = this.#options.now();
    const answer = await this.#answered(putChunk(this.#options.send, this.#request, seq, chunk));
    if (answer.status >= 200 && answer.status < 300) this.#ackMs = this.#options.now() - startedAt;
    this.#on({ type: 'answer', seq, ...answer });
  }

  /** Whatever the file looks like, what is sent is a sealed chunk. */
  async #readChunk(seq: number): Promise<Uint8Array<ArrayBuffer> | null> {
    try {
      return sealAfterCrash(await this.#options.files.read(seq))?.bytes ?? null;
    } catch {
      return null;
    }
  }

  async #sendFinish(end: { lastSeq: number; reason: JournalEndReason }): Promise<void> {
    const answer = await this.#answered(postFinish(this.#options.send, this.#request, end));
    this.#on({ type: 'finish-answer', status: answer.status });
  }

  /** A request that cannot even be made counts as one without an answer. */
  async #answered(answer: Promise<Answer>): Promise<Answer> {
    try {
      return await answer;
    } catch {
      return { status: 0, retryAfterMs: 0 };
    }
  }
}

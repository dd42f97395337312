/**
 * Sends what earlier sessions left in the journal: a recording whose lock is free has no writer any more. Low priority:
 * one request at a time, and slowly while somebody is live. What is said of a recording at the end is what the server says
 * of it when it is asked.
 */

import {
  askRecording,
  type ChunkRequest,
  type Send,
  storedLastSeq,
} from '../journal/chunk-requests';
import { inspectJournal, type JournalContents } from '../journal/journal-contents';
import type { JournalFiles } from '../journal/journal-files';
import { keptOf, type UploadOutcome, type UploadStatus } from '../journal/upload-plan';
import { Uploader, type UploaderOptions } from '../journal/uploader';
import type { OrphanProgress } from '../live-session';

/** Where meta.json is missing. */
const kUsualApiBase = '/api';
/** When the server does not say what has become of a recording, it is asked again after this. */
const kAskAgainMs = 5000;

export type RecoveryOptions = Pick<UploaderOptions, 'now' | 'after' | 'random' | 'gate'> & {
  readonly send: Send;
  readonly listJournals: () => Promise<readonly string[]>;
  readonly openFiles: (recordingId: string) => Promise<JournalFiles>;
  /** Runs `work` while the recording's lock is held; false at once when somebody else holds it. */
  readonly withLock: (recordingId: string, work: () => Promise<void>) => Promise<boolean>;
  readonly emit: (orphans: readonly OrphanProgress[]) => void;
};

type Journal = {
  readonly recordingId: string;
  readonly apiBase: string;
  readonly files: JournalFiles;
  readonly contents: JournalContents;
};

export class Recovery {
  readonly #options: RecoveryOptions;
  readonly #orphans = new Map<string, OrphanProgress>();
  readonly #uploaders = new Map<string, Uploader>();
  /** Recordings that this visit has looked at and need no second look. */
  readonly #settled = new Set<string>();
  /** The person wants nothing of these sent any more. */
  readonly #discarded = new Set<string>();

  constructor(options: RecoveryOptions) {
    this.#options = options;
  }

  /** What was discarded before this visit. Call it before the first scan. */
  neverSend(discarded: readonly string[]): void {
    for (const recordingId of discarded) this.#discarded.add(recordingId);
  }

  /** Takes on every orphan. Call it now and then: a live session may leave something behind. */
  async scan(): Promise<void> {
    const ids = await this.#options.listJournals();
    await Promise.all(ids.map((id) => this.#takeOn(id)));
  }

  /** The network is back. */
  online(): void {
    for (const uploader of this.#uploaders.values()) uploader.online();
  }

  /** Drops what was not sent, for good: from this call on nothing of it is sent. The recording ends with a named gap. */
  async discard(recordingId: string): Promise<void> {
    if (this.#discarded.has(recordingId)) return;
    this.#discarded.add(recordingId);
    const uploader = this.#uploaders.get(recordingId);
    if (uploader) return uploader.abort();
    this.#settled.delete(recordingId);
    await this.#takeOn(recordingId);
  }

  async #takeOn(recordingId: string): Promise<void> {
    if (this.#settled.has(recordingId) || this.#uploaders.has(recordingId)) return;
    await this.#options.withLock(recordingId, async () => {
      try {
        await this.#recover(recordingId);
      } catch {
        // The file system failed under us; the next scan looks again.
      } finally {
        this.#uploaders.delete(recordingId);
      }
    });
  }

  async #recover(recordingId: string): Promise<void> {
    const files = await this.#options.openFiles(recordingId);
    await files.giveReserveBack();
    const meta = await files.readMeta();
    const apiBase = meta?.apiBase ?? kUsualApiBase;
    const ask = () => storedLastSeq(this.#options.send, this.#request(recordingId, apiBase));
    const contents = await inspectJournal(files, meta, ask);
    const journal: Journal = { recordingId, apiBase, files, contents };
    if (meta?.discarded) this.#discarded.add(recordingId);
    else await files.writeMeta({ recordingId, apiBase, end: contents.end });
    for (const seq of contents.emptySeqs) await files.remove(seq);
    if (this.#discarded.has(recordingId)) return this.#drop(journal);
    const uploader = this.#uploader(journal);
    const seconds = secondsEach(contents);
    for (const seq of contents.seqs) uploader.sealed({ seq, bytes: 0, seconds });
    uploader.finish(contents.end.lastSeq, contents.end.reason);
    const outcome = await uploader.ended;
    if (outcome === 'aborted') return this.#drop(journal);
    await this.#settle(journal, outcome, uploader.status());
  }

  #uploader(journal: Journal): Uploader {
    const uploader = new Uploader({
      ...this.#options,
      ...journal,
      inFlightMax: 1,
      leaveAfterMs: Number.POSITIVE_INFINITY,
      priority: 'low',
      onStatus: (status) => this.#report(journal, status),
    });
    this.#uploaders.set(journal.recordingId, uploader);
    return uploader;
  }

  async #settle(journal: Journal, outcome: UploadOutcome, status: UploadStatus): Promise<void> {
    const { recordingId, files, contents } = journal;
    const kept = keptOf(status);
    const keeps = outcome === 'unknown' || (outcome === 'finished' && kept !== null);
    if (!keeps) await files.removeAll();
    this.#settled.add(recordingId);
    if (outcome === 'erased') return this.#change(recordingId, { state: 'discarded' });
    if (outcome === 'unknown') return this.#change(recordingId, { state: 'unknown', kept: null });
    const word = await this.#word(journal);
    const { state, missingChunks } = word;
    if (state === 'erased') return this.#change(recordingId, { state: 'discarded' });
    if (!kept) {
      const ended = state === 'complete' ? 'done' : 'gaps';
      return this.#change(recordingId, { state: ended, missingChunks });
    }
    if (this.#discarded.has(recordingId)) return this.#drop(journal);
    const durationSeconds = secondsEach(contents) * kept.chunks;
    this.#change(recordingId, { state: 'kept', kept, missingChunks, durationSeconds });
  }

  /** Asks the server until it says what has become of the recording. */
  async #word(journal: Journal) {
    for (;;) {
      const request = this.#request(journal.recordingId, journal.apiBase);
      const word = await askRecording(this.#options.send, request);
      if (word) return word;
      await new Promise<void>((resolve) => this.#options.after(kAskAgainMs, resolve));
    }
  }

  /**
   * Says first that nothing is to be sent, so that a page that dies now does not send it at the next visit; then removes it,
   * and tells the server where the recording ended.
   */
  async #drop(journal: Journal): Promise<void> {
    const { recordingId, apiBase, files, contents } = journal;
    const { end } = contents;
    // Without room for the mark the files go all the same.
    await files.writeMeta({ recordingId, apiBase, end, discarded: true }).catch(() => {});
    for (const seq of await files.list()) await files.remove(seq);
    this.#said(journal, { state: 'discarded' });
    const uploader = this.#uploader(journal);
    uploader.finish(end.lastSeq, end.reason);
    await uploader.ended;
    await files.removeAll();
    this.#settled.add(recordingId);
  }

  #request(recordingId: string, apiBase: string): ChunkRequest {
    const signal = new AbortController().signal;
    return { recordingId, apiBase, signal, priority: 'low' };
  }

  #report({ recordingId, contents }: Journal, status: UploadStatus): void {
    const chunksTotal = contents.seqs.length;
    // Only the end is missing: nothing that a person could wait for or discard.
    if (chunksTotal === 0 || this.#discarded.has(recordingId)) return;
    this.#said(
      { recordingId, contents },
      {
        chunksSent: chunksTotal - status.waitingChunks - status.asides.length,
        state: status.server === 'reachable' ? 'sending' : 'waiting',
        answers: status.answers,
        kept: keptOf(status),
      },
    );
  }

  #said(
    { recordingId, contents }: Pick<Journal, 'recordingId' | 'contents'>,
    facts: Partial<OrphanProgress> & Pick<OrphanProgress, 'state'>,
  ): void {
    this.#orphans.set(recordingId, {
      recordingId,
      chunksTotal: contents.seqs.length,
      chunksSent: 0,
      durationSeconds: contents.durationSeconds,
      answers: '',
      kept: null,
      missingChunks: null,
      ...facts,
    });
    this.#emit();
  }

  #change(recordingId: string, change: Partial<OrphanProgress>): void {
    const orphan = this.#orphans.get(recordingId);
    if (!orphan) return;
    this.#orphans.set(recordingId, { ...orphan, answers: '', ...change });
    this.#emit();
  }

  #emit(): void {
    this.#options.emit([...this.#orphans.values()]);
  }
}

const secondsEach = ({ durationSeconds, seqs }: JournalContents): number =>
  durationSeconds / Math.max(1, seqs.length);

/**
 * Sends what earlier sessions have left in the journal: a recording whose lock is free is no longer being written. It
 * has low priority: one request at a time, and slowly while a session is live. The final state of a recording is always
 * what the server says about it.
 */

import {
  askRecording,
  type ChunkRequest,
  type Send,
  storedLastSeq,
} from '../journal/chunk-requests';
import { inspectJournal, type JournalContents } from '../journal/journal-contents';
import type { JournalFiles, JournalMeta } from '../journal/journal-files';
import { type Asker, isTheirs } from '../journal/journal-owner';
import { keptOf, type UploadOutcome, type UploadStatus } from '../journal/upload-plan';
import { Uploader, type UploaderOptions } from '../journal/uploader';
import type { OrphanProgress } from '../live-session';

/** Used when meta.json is absent. */
const kUsualApiBase = '/api';
/** When the server does not tell the state of a recording, it is asked again after this time. */
const kAskAgainMs = 5000;

export type RecoveryOptions = Pick<UploaderOptions, 'now' | 'after' | 'random' | 'gate'> & {
  readonly send: Send;
  readonly listJournals: () => Promise<readonly string[]>;
  readonly openFiles: (recordingId: string) => Promise<JournalFiles>;
  /** Runs `work` while it holds the recording's lock. False at once when another holder has the lock. */
  readonly withLock: (recordingId: string, work: () => Promise<void>) => Promise<boolean>;
  /** Who is logged in now. */
  readonly askWho: () => Promise<Asker>;
  /** `foreign`: there are journals of other people, of which nothing else is told. */
  readonly emit: (orphans: readonly OrphanProgress[], foreign: boolean) => void;
};

type Journal = {
  readonly recordingId: string;
  readonly apiBase: string;
  readonly files: JournalFiles;
  readonly contents: JournalContents;
  /** What stays in meta.json whatever else changes. */
  readonly kept: Pick<JournalMeta, 'owner'>;
};

export class Recovery {
  readonly #options: RecoveryOptions;
  readonly #orphans = new Map<string, OrphanProgress>();
  readonly #uploaders = new Map<string, Uploader>();
  /** Recordings that this visit has handled and that need no second look. */
  readonly #settled = new Set<string>();
  /** Recordings of which the person wants nothing sent any more. */
  readonly #discarded = new Set<string>();
  /** Recordings of people who are not logged in now. */
  readonly #foreign = new Set<string>();

  constructor(options: RecoveryOptions) {
    this.#options = options;
  }

  /** Names what was discarded before this visit. Call it before the first scan. */
  neverSend(discarded: readonly string[]): void {
    for (const recordingId of discarded) this.#discarded.add(recordingId);
  }

  /** Handles everything that was left. Call it now and then, since a live session may leave something. */
  async scan(): Promise<void> {
    const ids = await this.#options.listJournals();
    if (ids.length === 0) return;
    const asker = await this.#options.askWho();
    await Promise.all(ids.map((id) => this.#takeOn(id, asker)));
  }

  /** The network works again. */
  online(): void {
    for (const uploader of this.#uploaders.values()) uploader.online();
  }

  /** Drops what was not sent: nothing of it is sent after this call. The recording ends with a named gap. */
  async discard(recordingId: string): Promise<void> {
    if (this.#discarded.has(recordingId)) return;
    this.#discarded.add(recordingId);
    const uploader = this.#uploaders.get(recordingId);
    if (uploader) return uploader.abort();
    this.#settled.delete(recordingId);
    await this.#takeOn(recordingId, await this.#options.askWho());
  }

  async #takeOn(recordingId: string, asker: Asker): Promise<void> {
    if (this.#settled.has(recordingId) || this.#uploaders.has(recordingId)) return;
    await this.#options.withLock(recordingId, async () => {
      try {
        await this.#recover(recordingId, asker);
      } catch {
        // The file system failed; the next scan tries again.
      } finally {
        this.#uploaders.delete(recordingId);
      }
    });
  }

  async #recover(recordingId: string, asker: Asker): Promise<void> {
    const files = await this.#options.openFiles(recordingId);
    await files.giveReserveBack();
    const meta = await files.readMeta();
    const owner = meta?.owner ?? null;
    if (!isTheirs(owner, asker)) {
      if (asker.kind === 'person') this.#foreign.add(recordingId);
      return this.#emit();
    }
    this.#foreign.delete(recordingId);
    const kept = owner === null ? {} : { owner };
    const apiBase = meta?.apiBase ?? kUsualApiBase;
    const ask = () => storedLastSeq(this.#options.send, this.#request(recordingId, apiBase));
    const contents = await inspectJournal(files, meta, ask);
    const journal: Journal = { recordingId, apiBase, files, contents, kept };
    if (meta?.discarded) this.#discarded.add(recordingId);
    else await files.writeMeta({ recordingId, apiBase, end: contents.end, ...kept });
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

  /** Asks the server until it tells the state of the recording. */
  async #word(journal: Journal) {
    for (;;) {
      const request = this.#request(journal.recordingId, journal.apiBase);
      const word = await askRecording(this.#options.send, request);
      if (word) return word;
      await new Promise<void>((resolve) => this.#options.after(kAskAgainMs, resolve));
    }
  }

  /**
   * First writes down that nothing is to be sent, so that the next visit does not send it if this page is killed now.
   * Then removes the files, and tells the server where the recording ended.
   */
  async #drop(journal: Journal): Promise<void> {
    const { recordingId, apiBase, files, contents, kept } = journal;
    const { end } = contents;
    // The files are removed even if there is no room for the mark.
    await files.writeMeta({ recordingId, apiBase, end, discarded: true, ...kept }).catch(() => {});
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
    // Only the end is missing: there is nothing to wait for or to discard.
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
    this.#options.emit([...this.#orphans.values()], this.#foreign.size > 0);
  }
}

const secondsEach = ({ durationSeconds, seqs }: JournalContents): number =>
  durationSeconds / Math.max(1, seqs.length);

/**
 * Sends what earlier sessions left in the journal: a recording whose lock is free has no writer any more. Low priority:
 * one request at a time, and slowly while somebody is live.
 */
import type { OrphanProgress } from '../live-session';
import { postFinish, type Send, storedLastSeq } from './chunk-requests';
import type { JournalFiles, JournalMeta } from './journal-files';
import { sealAfterCrash } from './seal-after-crash';
import type { UploadOutcome, UploadStatus } from './upload-plan';
import { Uploader, type UploaderOptions } from './uploader';

/** Where meta.json is missing. */
const kUsualApiBase = '/api';

export type RecoveryOptions = Pick<UploaderOptions, 'now' | 'after' | 'random' | 'gate'> & {
  readonly send: Send;
  readonly listJournals: () => Promise<readonly string[]>;
  readonly openFiles: (recordingId: string) => Promise<JournalFiles>;
  /** Runs `work` while the recording's lock is held; false at once when somebody else holds it. */
  readonly withLock: (recordingId: string, work: () => Promise<void>) => Promise<boolean>;
  readonly emit: (orphans: readonly OrphanProgress[]) => void;
};

export type JournalContents = {
  readonly end: NonNullable<JournalMeta['end']>;
  /** Files that hold something to send, ascending. */
  readonly seqs: readonly number[];
  /** Files without a whole message. */
  readonly emptySeqs: readonly number[];
  readonly durationSeconds: number;
};

/**
 * What a journal holds and where the recording ended. `storedLast`: highest seq on the server, asked only when no file says
 * how far the recording went.
 */
export const inspectJournal = async (
  files: JournalFiles,
  meta: JournalMeta | null,
  storedLast: () => Promise<number | null>,
): Promise<JournalContents> => {
  const seqs = await files.list();
  const chunkAt = async (seq: number) =>
    sealAfterCrash(await files.read(seq).catch(() => kNoBytes));
  const emptySeqs: number[] = [];
  let lastUs: number | null = null;
  let lastFull = seqs.length;
  while (lastFull > 0 && lastUs === null) {
    const seq = seqs[lastFull - 1] ?? 0;
    const chunk = await chunkAt(seq);
    if (chunk) lastUs = chunk.lastLogUs;
    else {
      emptySeqs.unshift(seq);
      lastFull -= 1;
    }
  }
  const full = seqs.slice(0, lastFull);
  const first = full[0];
  const firstUs = first === undefined ? null : ((await chunkAt(first))?.firstLogUs ?? null);
  const fromFiles = full.at(-1) ?? (emptySeqs[0] === undefined ? null : emptySeqs[0] - 1);
  const lastSeq = meta?.end?.lastSeq ?? fromFiles ?? (await storedLast()) ?? -1;
  const durationSeconds = lastUs === null || firstUs === null ? 0 : (lastUs - firstUs) / 1e6;
  const end = meta?.end ?? { lastSeq, reason: 'crash' };
  return { end, seqs: full, emptySeqs, durationSeconds };
};
const kNoBytes = new Uint8Array(0);

export class Recovery {
  readonly #options: RecoveryOptions;
  readonly #orphans = new Map<string, OrphanProgress>();
  readonly #uploaders = new Map<string, Uploader>();
  /** Recordings that this visit has looked at and need no second look. */
  readonly #settled = new Set<string>();

  constructor(options: RecoveryOptions) {
    this.#options = options;
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

  /** Drops what was not sent; the recording ends with what the server has. */
  async discard(recordingId: string): Promise<void> {
    const uploader = this.#uploaders.get(recordingId);
    if (uploader) uploader.abort();
    else await this.#options.withLock(recordingId, () => this.#drop(recordingId));
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
    const request = this.#request(recordingId, apiBase);
    const ask = () => storedLastSeq(this.#options.send, request);
    const contents = await inspectJournal(files, meta, ask);
    await files.writeMeta({ recordingId, apiBase, end: contents.end });
    for (const seq of contents.emptySeqs) await files.remove(seq);
    const chunksTotal = contents.seqs.length;
    const uploader = new Uploader({
      ...this.#options,
      files,
      recordingId,
      apiBase,
      inFlightMax: 1,
      leaveAfterMs: Number.POSITIVE_INFINITY,
      priority: 'low',
      onStatus: (status) => this.#report(recordingId, contents, status),
    });
    this.#uploaders.set(recordingId, uploader);
    const seconds = contents.durationSeconds / Math.max(1, chunksTotal);
    for (const seq of contents.seqs) uploader.sealed({ seq, bytes: 0, seconds });
    uploader.finish(contents.end.lastSeq, contents.end.reason);
    await this.#settle(recordingId, files, await uploader.ended, uploader.status());
  }

  async #settle(
    recordingId: string,
    files: JournalFiles,
    outcome: UploadOutcome | 'aborted',
    status: UploadStatus,
  ): Promise<void> {
    if (outcome === 'aborted') return this.#drop(recordingId);
    this.#settled.add(recordingId);
    if (outcome === 'refused' || (outcome === 'finished' && status.refusedSeqs.length > 0)) {
      return this.#change(recordingId, { state: 'refused' });
    }
    await files.removeAll();
    this.#change(recordingId, { state: outcome === 'erased' ? 'discarded' : 'done' });
  }

  async #drop(recordingId: string): Promise<void> {
    const files = await this.#options.openFiles(recordingId);
    const meta = await files.readMeta();
    await files.removeAll();
    this.#settled.add(recordingId);
    this.#change(recordingId, { state: 'discarded' });
    const request = this.#request(recordingId, meta?.apiBase ?? kUsualApiBase);
    const lastSeq = await storedLastSeq(this.#options.send, request);
    if (lastSeq === null) return;
    // Best effort: a server that is not told calls the recording abandoned after ten minutes.
    const reason = meta?.end?.reason ?? 'crash';
    await postFinish(this.#options.send, request, { lastSeq, reason });
  }

  #request(recordingId: string, apiBase: string) {
    const signal = new AbortController().signal;
    return { recordingId, apiBase, signal, priority: 'low' as const };
  }

  #report(recordingId: string, contents: JournalContents, status: UploadStatus): void {
    const chunksTotal = contents.seqs.length;
    // Only the end is missing: nothing that a person could wait for or discard.
    if (chunksTotal === 0) return;
    this.#orphans.set(recordingId, {
      recordingId,
      chunksTotal,
      chunksSent: chunksTotal - status.waitingChunks - status.refusedSeqs.length,
      state: status.server === 'reachable' ? 'sending' : 'waiting',
      durationSeconds: contents.durationSeconds,
    });
    this.#emit();
  }

  #change(recordingId: string, change: Pick<OrphanProgress, 'state'>): void {
    const orphan = this.#orphans.get(recordingId);
    if (!orphan) return;
    this.#orphans.set(recordingId, { ...orphan, ...change });
    this.#emit();
  }

  #emit(): void {
    this.#options.emit([...this.#orphans.values()]);
  }
}

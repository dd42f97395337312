/**
 * The journal of one recording as files, and their place in the origin private file system:
 * `rec/<recording id>/meta.json`, `…/<seq, 6 digits>.mcap` and, while it is being written, `…/reserve`.
 */

/** One file that is being written. Exclusive: nothing else can open it before `close`. */
export type ChunkFile = {
  /** Appends all of `bytes`. When it throws (`QuotaExceededError` or another error), the file is as it was before. */
  append(bytes: Uint8Array<ArrayBuffer>): void;
  /** Makes what was written durable. */
  flush(): void;
  close(): void;
};

/** What the recovery needs to know and no chunk holds. */
export type JournalMeta = {
  readonly recordingId: string;
  /** The part of the address before `/recordings/…`. */
  readonly apiBase: string;
  /** Set when the end is known: the highest seq that was ever sealed (−1: none), and the reason. */
  readonly end: { readonly lastSeq: number; readonly reason: JournalEndReason } | null;
  /** The id of the person whose recording it is. Absent: not known (journal-owner.ts). */
  readonly owner?: string;
  /** The person discarded the rest: nothing of it is sent any more, in any case. Absent: not discarded. */
  readonly discarded?: true;
};
export type JournalEndReason = 'hangup' | 'lost' | 'crash' | 'error';

export interface JournalFiles {
  create(seq: number): Promise<ChunkFile>;
  read(seq: number): Promise<Uint8Array<ArrayBuffer>>;
  remove(seq: number): Promise<void>;
  /** Seqs of the files that exist, ascending. */
  list(): Promise<readonly number[]>;
  /** Replaces the file as a whole, or not at all. */
  writeMeta(meta: JournalMeta): Promise<void>;
  /** Null when the file is absent or unreadable. */
  readMeta(): Promise<JournalMeta | null>;
  /**
   * Reserves this much of the browser's storage, to be given back when it becomes scarce. False: it is scarce already.
   * (`navigator.storage.estimate()` gives no warning: Chromium 156 always answers used + 10 GiB, measured 2026-11-24.)
   */
  takeReserve(bytes: number): Promise<boolean>;
  /** False when there is no reserve. */
  giveReserveBack(): Promise<boolean>;
  /** Removes the directory with everything in it. */
  removeAll(): Promise<void>;
}

const kRoot = 'rec';
const kMetaName = 'meta.json';
const kReserveName = 'reserve';
const kChunkName = /^(\d{6,10})\.mcap$/;

const chunkName = (seq: number): string => `${String(seq).padStart(6, '0')}.mcap`;

/** The name of the lock that is held while a recording's journal is written or sent. */
export const journalLockName = (recordingId: string): string => `rec-${recordingId}`;

const isMeta = (value: unknown): value is JournalMeta => {
  if (typeof value !== 'object' || value === null) return false;
  const { recordingId, apiBase, end, owner } = value as Partial<JournalMeta>;
  if (typeof recordingId !== 'string' || typeof apiBase !== 'string') return false;
  if (owner !== undefined && typeof owner !== 'string') return false;
  return end === null || (typeof end === 'object' && Number.isInteger(end.lastSeq));
};

/**
 * The type exists only in Workers, so TypeScript's DOM types leave it out:
 * https://fs.spec.whatwg.org/#api-filesystemsyncaccesshandle
 */
type SyncAccessHandle = {
  write(bytes: Uint8Array<ArrayBuffer>, options: { at: number }): number;
  truncate(size: number): void;
  flush(): void;
  close(): void;
};
type WorkerFileHandle = FileSystemFileHandle & {
  createSyncAccessHandle(): Promise<SyncAccessHandle>;
};

const appendingFile = (handle: SyncAccessHandle): ChunkFile => {
  let length = 0;
  return {
    append: (bytes) => {
      try {
        const written = handle.write(bytes, { at: length });
        if (written !== bytes.length) {
          throw new DOMException(`${written} of ${bytes.length} bytes`, 'QuotaExceededError');
        }
        length += written;
      } catch (error) {
        handle.truncate(length);
        throw error;
      }
    },
    flush: () => handle.flush(),
    close: () => handle.close(),
  };
};

class OpfsJournalFiles implements JournalFiles {
  readonly #recordingId: string;
  readonly #root: FileSystemDirectoryHandle;
  readonly #folder: FileSystemDirectoryHandle;

  constructor(
    recordingId: string,
    root: FileSystemDirectoryHandle,
    folder: FileSystemDirectoryHandle,
  ) {
    this.#recordingId = recordingId;
    this.#root = root;
    this.#folder = folder;
  }

  async create(seq: number): Promise<ChunkFile> {
    const file = await this.#folder.getFileHandle(chunkName(seq), { create: true });
    const handle = await (file as WorkerFileHandle).createSyncAccessHandle();
    handle.truncate(0);
    return appendingFile(handle);
  }

  async read(seq: number): Promise<Uint8Array<ArrayBuffer>> {
    const handle = await this.#folder.getFileHandle(chunkName(seq));
    return new Uint8Array(await (await handle.getFile()).arrayBuffer());
  }

  remove(seq: number): Promise<void> {
    return this.#folder.removeEntry(chunkName(seq));
  }

  async list(): Promise<readonly number[]> {
    const seqs: number[] = [];
    for await (const name of this.#folder.keys()) {
      const digits = kChunkName.exec(name)?.[1];
      if (digits) seqs.push(Number(digits));
    }
    return seqs.sort((a, b) => a - b);
  }

  async writeMeta(meta: JournalMeta): Promise<void> {
    const file = await this.#folder.getFileHandle(kMetaName, { create: true });
    const stream = await file.createWritable();
    await stream.write(JSON.stringify(meta));
    await stream.close();
  }

  async readMeta(): Promise<JournalMeta | null> {
    try {
      const file = await (await this.#folder.getFileHandle(kMetaName)).getFile();
      const meta: unknown = JSON.parse(await file.text());
      return isMeta(meta) ? meta : null;
    } catch {
      return null;
    }
  }

  async takeReserve(bytes: number): Promise<boolean> {
    const file = await this.#folder.getFileHandle(kReserveName, { create: true });
    const handle = await (file as WorkerFileHandle).createSyncAccessHandle();
    try {
      handle.truncate(bytes);
      return true;
    } catch {
      return false;
    } finally {
      handle.close();
    }
  }

  async giveReserveBack(): Promise<boolean> {
    try {
      await this.#folder.removeEntry(kReserveName);
      return true;
    } catch {
      return false;
    }
  }

  removeAll(): Promise<void> {
    return this.#root.removeEntry(this.#recordingId, { recursive: true });
  }
}

const openRoot = async (): Promise<FileSystemDirectoryHandle> =>
  (await navigator.storage.getDirectory()).getDirectoryHandle(kRoot, { create: true });

/** Makes the directory when it is absent. Rejects where there is no private file system (plain http, old browser). */
export const openJournalFiles = async (recordingId: string): Promise<JournalFiles> => {
  const root = await openRoot();
  const folder = await root.getDirectoryHandle(recordingId, { create: true });
  return new OpfsJournalFiles(recordingId, root, folder);
};

/** Ids of all recordings that have a journal in this browser. */
export const listJournals = async (): Promise<readonly string[]> => {
  const ids: string[] = [];
  for await (const [name, handle] of (await openRoot()).entries()) {
    if (handle.kind === 'directory') ids.push(name);
  }
  return ids;
};

/** The person whose recording it is; null when the journal names none. Also works outside of a Worker. */
export const journalOwner = async (recordingId: string): Promise<string | null> => {
  const root = await openRoot();
  const folder = await root.getDirectoryHandle(recordingId);
  const meta = await new OpfsJournalFiles(recordingId, root, folder).readMeta();
  return meta?.owner ?? null;
};

/**
 * The chunks of a recording in this browser, ascending. Also works outside of a Worker. Rejects when there are none.
 */
export const journalChunkFiles = async (recordingId: string): Promise<readonly File[]> => {
  const folder = await (await openRoot()).getDirectoryHandle(recordingId);
  const files: File[] = [];
  for await (const handle of folder.values()) {
    if (handle.kind !== 'file' || !kChunkName.test(handle.name)) continue;
    const file = await (handle as FileSystemFileHandle).getFile();
    if (file.size > 0) files.push(file);
  }
  if (files.length === 0) throw new DOMException('Nothing is kept.', 'NotFoundError');
  return files.sort((a, b) => (a.name < b.name ? -1 : 1));
};

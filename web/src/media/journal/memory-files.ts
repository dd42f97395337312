/** Journal files in memory, for tests: files as a crash leaves them, a full disk, a slow file system. */
import type { ChunkFile, JournalFiles, JournalMeta } from './journal-files';

export class MemoryFiles implements JournalFiles {
  readonly files = new Map<number, Uint8Array<ArrayBuffer>>();
  readonly open = new Set<number>();
  meta: JournalMeta | null = null;
  removed = false;
  /** The folder cannot be removed. */
  stuck = false;
  /** Bytes that may still be written. */
  room = Number.POSITIVE_INFINITY;
  /** Creating a file waits for this. */
  creating: Promise<void> = Promise.resolve();
  /** Removing a file waits for this. */
  removing: Promise<void> = Promise.resolve();
  /** The error with which reading a file fails; null: reading works. */
  readError: (seq: number) => Error | null = () => null;
  flushes = 0;
  reserve = 0;

  async create(seq: number): Promise<ChunkFile> {
    await this.creating;
    this.files.set(seq, new Uint8Array(0));
    this.open.add(seq);
    return {
      append: (bytes) => {
        if (bytes.length > this.room) throw new DOMException('full', 'QuotaExceededError');
        this.room -= bytes.length;
        const before = this.files.get(seq) ?? new Uint8Array(0);
        const after = new Uint8Array(before.length + bytes.length);
        after.set(before);
        after.set(bytes, before.length);
        this.files.set(seq, after);
      },
      flush: () => {
        this.flushes += 1;
      },
      close: () => {
        this.open.delete(seq);
      },
    };
  }
  async read(seq: number): Promise<Uint8Array<ArrayBuffer>> {
    const error = this.readError(seq);
    if (error) throw error;
    const bytes = this.files.get(seq);
    if (!bytes) throw new DOMException('absent', 'NotFoundError');
    return bytes;
  }
  async remove(seq: number): Promise<void> {
    this.open.add(seq);
    await this.removing;
    this.open.delete(seq);
    this.files.delete(seq);
  }
  async list(): Promise<readonly number[]> {
    return [...this.files.keys()].sort((a, b) => a - b);
  }
  async writeMeta(meta: JournalMeta): Promise<void> {
    this.meta = meta;
  }
  async readMeta(): Promise<JournalMeta | null> {
    return this.meta;
  }
  async takeReserve(bytes: number): Promise<boolean> {
    if (bytes > this.room) return false;
    this.room -= bytes;
    this.reserve = bytes;
    return true;
  }
  async giveReserveBack(): Promise<boolean> {
    const had = this.reserve > 0;
    this.room += this.reserve;
    this.reserve = 0;
    return had;
  }
  async removeAll(): Promise<void> {
    if (this.open.size > 0 || this.stuck)
      throw new DOMException('open', 'NoModificationAllowedError');
    this.files.clear();
    this.meta = null;
    this.removed = true;
  }
}

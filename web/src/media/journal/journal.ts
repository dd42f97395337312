/**
 * Writes entries as they come and cuts them into sealed chunks. The next file is opened ahead of need, so that an entry
 * is written without waiting. Entries that come while a file is still being opened wait in memory.
 */
import type { JournalBatch } from '../protocol';
import { ChunkWriter, EntryNumbering, isDue, isTooLarge, type NumberedEntry } from './chunk-writer';
import type { ChunkFile, JournalFiles } from './journal-files';

/** Sound for six minutes and more, which continues when the camera stops (5 MB a minute, measured 2026-11-22). */
export const kReserveBytes = 32 * 1024 * 1024;
/** Limit for entries that wait for a slow file system: about two minutes of a session. */
const kPendingBytesMax = 32 * 1024 * 1024;
/**
 * At most this much is lost when the machine loses power. When only the tab or the browser is killed, nothing that was
 * written is lost.
 */
const kFlushMs = 1000;

export type SealedFacts = {
  readonly seq: number;
  readonly bytes: number;
  /** Seconds of the session between the first and the last message. */
  readonly seconds: number;
};
export type JournalOptions = {
  readonly files: JournalFiles;
  /** The `library` of the MCAP header. */
  readonly library: string;
  /** Milliseconds of a clock that never goes back. */
  readonly now: () => number;
  /** The first file is open: from now on entries go to the disk. */
  readonly onOpened: () => void;
  /** The chunk was flushed and its file closed. */
  readonly onSealed: (facts: SealedFacts) => void;
  /** Nothing more will be written. What is in files stays, and `onSealed` was called for it. Called once. */
  readonly onFailed: (message: string) => void;
  /** The browser had no storage left, so the reserve was given back: this many bytes are left. Called once. */
  readonly onRoomLow: (freeBytes: number) => void;
  /** An entry larger than a message may be was left out. */
  readonly onTooLarge: (entry: NumberedEntry) => void;
};

type OpenChunk = {
  readonly seq: number;
  readonly file: ChunkFile;
  readonly writer: ChunkWriter;
  /** The time of the first write; null before it. */
  openedAt: number | null;
  flushedAt: number;
  /** Whole records that did not fit. They are written first when there is room again. */
  unwritten: Uint8Array<ArrayBuffer> | null;
};

const isNoRoom = (error: unknown): boolean =>
  error instanceof DOMException && error.name === 'QuotaExceededError';

/** The failure in words for the person. */
const failureMessage = (error: unknown): string => {
  if (isNoRoom(error)) return 'This browser has no room left for the recording.';
  const detail = error instanceof Error ? error.message : String(error);
  return `This browser could not write the recording: ${detail}`;
};

export class Journal {
  readonly #options: JournalOptions;
  readonly #numbering = new EntryNumbering();
  #current: OpenChunk | null = null;
  #ahead: OpenChunk | null = null;
  #opening: Promise<void>;
  #makingRoom: Promise<void> | null = null;
  #nextSeq = 0;
  #lastSealed = -1;
  #pending: NumberedEntry[] = [];
  #state: 'open' | 'failed' | 'closed' = 'open';

  constructor(options: JournalOptions) {
    this.#options = options;
    this.#opening = this.#openAhead().then(() => {
      if (this.#state === 'open') options.onOpened();
    });
  }

  /** The highest seq that was ever sealed; −1 before the first. */
  get lastSeq(): number {
    return this.#lastSealed;
  }
  /** Bytes in the file that is being written. */
  get openBytes(): number {
    return this.#current?.writer.facts().bytes ?? 0;
  }

  append(batch: JournalBatch): void {
    if (this.#state !== 'open') return;
    for (const entry of batch) {
      const numbered = this.#numbering.number(entry);
      if (isTooLarge(numbered)) this.#options.onTooLarge(numbered);
      else this.#pending.push(numbered);
    }
    this.#guard(() => this.#drain());
  }

  /** Seals and flushes what is due. Call it several times a second. */
  tick(): void {
    this.#guard(() => {
      this.#drain();
      const current = this.#current;
      if (!current || this.#options.now() - current.flushedAt < kFlushMs) return;
      current.file.flush();
      current.flushedAt = this.#options.now();
    });
  }

  /** Writes what waits and seals the last chunk. Resolves when every file is closed. */
  async close(): Promise<void> {
    do {
      await this.#opening;
      await this.#makingRoom;
      this.#guard(() => this.#drain());
    } while (this.#state === 'open' && this.#pending.length > 0);
    this.#guard(() => {
      if (this.#current && this.#current.writer.messages > 0) this.#seal(this.#current);
    });
    this.#state = 'closed';
    await this.#opening;
    for (const chunk of [this.#current, this.#ahead]) chunk?.file.close();
    this.#current = null;
    this.#ahead = null;
  }

  /** Writes everything that waits, with one write per chunk. */
  #drain(): void {
    for (;;) {
      const current = this.#current ?? this.#takeAhead();
      if (current && !current.unwritten) this.#write(current);
      const isFull = this.#pending.length > 0;
      if (isFull && this.#pendingBytes() > kPendingBytesMax) {
        throw new Error('its file system is too slow');
      }
      if (!current || current.unwritten || !this.#ahead) return;
      if (!isFull && !this.#isDue(current)) return;
      this.#seal(current);
    }
  }

  #pendingBytes(): number {
    return this.#pending.reduce((sum, entry) => sum + entry.bytesMax, 0);
  }

  #isDue(chunk: OpenChunk): boolean {
    const { messages, mediaBytes } = chunk.writer;
    const now = this.#options.now();
    return isDue({ ageMs: now - (chunk.openedAt ?? now), messages, mediaBytes });
  }

  #write(chunk: OpenChunk): void {
    const full = this.#pending.findIndex((entry) => !chunk.writer.appendIfRoom(entry));
    const written = this.#pending.splice(0, full < 0 ? this.#pending.length : full);
    if (written.length === 0) return;
    chunk.openedAt ??= this.#options.now();
    const bytes = chunk.writer.take();
    try {
      chunk.file.append(bytes);
    } catch (error) {
      if (!isNoRoom(error) || this.#makingRoom) throw error;
      chunk.unwritten = bytes.slice();
      this.#makingRoom = this.#makeRoom(chunk, error);
    }
  }

  /** Gives the reserve back, once, and writes what did not fit. */
  async #makeRoom(chunk: OpenChunk, error: unknown): Promise<void> {
    if (!(await this.#options.files.giveReserveBack())) {
      this.#fail(error);
      return;
    }
    this.#options.onRoomLow(kReserveBytes);
    this.#guard(() => {
      if (chunk.unwritten) chunk.file.append(chunk.unwritten);
      chunk.unwritten = null;
      this.#drain();
    });
  }

  #seal(chunk: OpenChunk): void {
    this.#current = null;
    try {
      chunk.file.append(chunk.writer.seal());
      chunk.file.flush();
    } catch {
      // The sender can close a chunk of whole records by itself. If there is still no room, the next write fails.
    }
    chunk.file.close();
    this.#lastSealed = chunk.seq;
    const { bytes, firstLogUs, lastLogUs } = chunk.writer.facts();
    const seconds = ((lastLogUs ?? 0) - (firstLogUs ?? 0)) / 1e6;
    this.#options.onSealed({ seq: chunk.seq, bytes, seconds });
  }

  #takeAhead(): OpenChunk | null {
    if (!this.#ahead) return null;
    this.#current = this.#ahead;
    this.#current.flushedAt = this.#options.now();
    this.#ahead = null;
    this.#opening = this.#openAhead();
    return this.#current;
  }

  async #openAhead(): Promise<void> {
    const seq = this.#nextSeq;
    this.#nextSeq += 1;
    try {
      const file = await this.#options.files.create(seq);
      const writer = new ChunkWriter(this.#options.library);
      this.#ahead = { seq, file, writer, openedAt: null, flushedAt: 0, unwritten: null };
    } catch (error) {
      this.#fail(error);
    }
    this.#guard(() => this.#drain());
  }

  /** Stops writing. What is in files can still be sent. */
  #fail(error: unknown): void {
    if (this.#state !== 'open') return;
    this.#state = 'failed';
    this.#pending = [];
    if (this.#current && this.#current.writer.messages > 0) this.#seal(this.#current);
    this.#options.onFailed(failureMessage(error));
  }

  #guard(step: () => void): void {
    if (this.#state !== 'open') return;
    try {
      step();
    } catch (error) {
      this.#fail(error);
    }
  }
}

/**
 * Writes entries as they come and cuts them into sealed chunks. The next file is opened ahead of need, so that nothing is
 * awaited between an entry and its bytes in a file; what comes while a file is still being opened waits in memory.
 */
import type { JournalBatch } from '../protocol';
import { ChunkWriter, EntryNumbering, isDue, isTooLarge, type NumberedEntry } from './chunk-writer';
import type { ChunkFile, JournalFiles } from './journal-files';

/** Six minutes and more of sound, which goes on when the camera stops (5 MB a minute, measured 2026-11-22). */
export const kReserveBytes = 32 * 1024 * 1024;
/** A slow file system may hold entries up for a while, but not without end: about two minutes of a session. */
const kPendingBytesMax = 32 * 1024 * 1024;
/** At most this much is lost when the machine loses power; a dying tab or browser loses nothing that was written. */
const kFlushMs = 1000;

export type SealedFacts = {
  readonly seq: number;
  readonly bytes: number;
  /** Session seconds between the first and the last message. */
  readonly seconds: number;
};
export type JournalOptions = {
  readonly files: JournalFiles;
  /** The `library` of the MCAP header. */
  readonly library: string;
  /** Milliseconds, never back. */
  readonly now: () => number;
  /** The first file is open: entries go to the disk from now on. */
  readonly onOpened: () => void;
  /** The chunk is flushed and its file closed. */
  readonly onSealed: (facts: SealedFacts) => void;
  /** Nothing more will be written; what is in files stays, and was given to `onSealed`. Called once. */
  readonly onFailed: (message: string) => void;
  /** The browser had no room left, and the reserve was given back: this many bytes are left. Called once. */
  readonly onRoomLow: (freeBytes: number) => void;
  /** An entry above the size limit of a message was left out. */
  readonly onTooLarge: (entry: NumberedEntry) => void;
};

type OpenChunk = {
  readonly seq: number;
  readonly file: ChunkFile;
  readonly writer: ChunkWriter;
  /** Clock at the first write; null before. */
  openedAt: number | null;
  flushedAt: number;
  /** Whole records that did not fit; they come first when there is room. */
  unwritten: Uint8Array<ArrayBuffer> | null;
};

const isNoRoom = (error: unknown): boolean =>
  error instanceof DOMException && error.name === 'QuotaExceededError';

/** What failed, in words for the person who reads the message. */
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

  /** Highest seq ever sealed; −1 before the first. */
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

  /** Seals and flushes what is due; call it several times a second. */
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

  /** All that waits goes into files, as one write per chunk. */
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

  /** Once: gives the reserve back and writes what did not fit. */
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
      // The sender closes whole records by itself; if there is no room, the next write says so.
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

  /** What is in the file can be sent all the same. */
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

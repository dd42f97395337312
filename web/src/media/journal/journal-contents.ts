import type { JournalFiles, JournalMeta } from './journal-files';
import { readSealed } from './read-sealed';

export type JournalContents = {
  readonly end: NonNullable<JournalMeta['end']>;
  /** Files that hold something to send, ascending. Includes files that cannot be read now. */
  readonly seqs: readonly number[];
  /** Files at the end without a whole message: the tab was killed before one was written. */
  readonly emptySeqs: readonly number[];
  readonly durationSeconds: number;
};

/**
 * What a journal holds, and where the recording ended. `storedLast` gives the highest seq on the server; it is asked
 * only when no file shows how far the recording went.
 */
export async function inspectJournal(
  files: JournalFiles,
  meta: JournalMeta | null,
  storedLast: () => Promise<number | null>,
): Promise<JournalContents> {
  const seqs = [...(await files.list())];
  const emptySeqs: number[] = [];
  let lastUs: number | null = null;
  for (let seq = seqs.at(-1); seq !== undefined; seq = seqs.at(-1)) {
    const read = await readSealed(files, seq);
    if (read.kind === 'sealed') lastUs = read.chunk.lastLogUs;
    // A file that cannot be read now may be readable later. A file that was read and has no whole message never will.
    if (read.kind === 'sealed' || (read.kind === 'unreadable' && !read.wasRead)) break;
    emptySeqs.unshift(seq);
    seqs.pop();
  }
  const first = seqs[0] === undefined ? null : await readSealed(files, seqs[0]);
  const firstUs = first?.kind === 'sealed' ? first.chunk.firstLogUs : null;
  const fromFiles = emptySeqs[0] === undefined ? seqs.at(-1) : emptySeqs[0] - 1;
  const lastSeq = meta?.end?.lastSeq ?? fromFiles ?? (await storedLast()) ?? -1;
  const durationSeconds = lastUs === null || firstUs === null ? 0 : (lastUs - firstUs) / 1e6;
  const end = meta?.end ?? { lastSeq, reason: 'crash' };
  return { end, seqs, emptySeqs, durationSeconds };
}

import { describe, expect, it } from 'vitest';
import { inspectJournal } from './journal-contents';
import { MemoryFiles } from './memory-files';
import { chunkBytes, crashed } from './test-journals';

describe('inspectJournal', () => {
  const nobody = async () => null;
  const end = (lastSeq: number, reason: 'crash' | 'hangup' = 'crash') => ({ lastSeq, reason });

  it('takes the last file with a whole message as the end', async () => {
    const contents = await inspectJournal(crashed(), null, nobody);
    expect(contents).toMatchObject({ end: end(4), seqs: [2, 3, 4], emptySeqs: [5] });
    expect(contents.durationSeconds).toBeGreaterThan(2.5);
  });

  it('knows the end when everything was sent and only the open file is left', async () => {
    const files = new MemoryFiles();
    files.files.set(7, new Uint8Array(0));
    files.files.set(8, new Uint8Array(0));
    expect(await inspectJournal(files, null, nobody)).toMatchObject({ end: end(6), seqs: [] });
  });

  it('believes the end that was asked for before the tab died', async () => {
    const meta = { recordingId: 'r1', apiBase: '/api', end: end(9, 'hangup') };
    expect(await inspectJournal(crashed(), meta, nobody)).toMatchObject({ end: end(9, 'hangup') });
  });

  it('a chunk that was left behind is not the end: the empty file after it tells how far it went', async () => {
    const files = new MemoryFiles();
    files.files.set(5, chunkBytes(5));
    files.files.set(9, new Uint8Array(0));
    expect(await inspectJournal(files, null, nobody)).toMatchObject({ end: end(8), seqs: [5] });
  });

  it('counts a file that cannot be read now as one to send, and never as empty', async () => {
    const files = crashed();
    files.readError = (seq) => (seq >= 3 ? new DOMException('busy', 'NotReadableError') : null);
    const contents = await inspectJournal(files, null, nobody);
    expect(contents).toMatchObject({ end: end(5), seqs: [2, 3, 4, 5], emptySeqs: [] });
  });

  it('asks the server when no file is left, and says "nothing" when it does not know either', async () => {
    expect((await inspectJournal(new MemoryFiles(), null, async () => 3)).end).toEqual(end(3));
    expect((await inspectJournal(new MemoryFiles(), null, nobody)).end).toEqual(end(-1));
  });
});

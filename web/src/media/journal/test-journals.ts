/** Journals as a crash leaves them, for tests. */
import { ChunkWriter, EntryNumbering } from './chunk-writer';
import { MemoryFiles } from './memory-files';
import { micEntry } from './test-entries';

/** One second of microphone, from second `seq` on, without its last `cut` bytes. */
export const chunkBytes = (seq: number, cut = 0): Uint8Array<ArrayBuffer> => {
  const writer = new ChunkWriter('reprise-web/test');
  const numbering = new EntryNumbering();
  for (let index = seq * 50; index < seq * 50 + 50; index += 1) {
    writer.appendIfRoom(numbering.number(micEntry(index)));
  }
  const bytes = writer.seal();
  return bytes.slice(0, bytes.length - cut);
};
/** The tab was killed while it wrote chunk 4: 2 and 3 wait, 4 is cut, 5 was opened ahead of need. */
export const crashed = (): MemoryFiles => {
  const files = new MemoryFiles();
  files.files.set(2, chunkBytes(2));
  files.files.set(3, chunkBytes(3));
  files.files.set(4, chunkBytes(4, 400));
  files.files.set(5, new Uint8Array(0));
  files.meta = { recordingId: 'r1', apiBase: '/api', end: null };
  return files;
};

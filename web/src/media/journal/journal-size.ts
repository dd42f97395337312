import { journalChunkFiles, journalOwner, listJournals } from './journal-files';
import { type Asker, isTheirs } from './journal-owner';

/**
 * What waits in this browser to be sent for who asks: the number of recordings and the bytes of their chunks. Null where
 * nothing can be kept.
 */
export async function journalSize(
  asker: Asker,
): Promise<{ recordings: number; bytes: number } | null> {
  try {
    let recordings = 0;
    let bytes = 0;
    for (const id of await listJournals()) {
      if (!isTheirs(await journalOwner(id), asker)) continue;
      recordings += 1;
      for (const file of await journalChunkFiles(id).catch(() => [])) bytes += file.size;
    }
    return { recordings, bytes };
  } catch {
    return null; // plain http, or site data is blocked
  }
}

import { journalChunkFiles, listJournals } from './journal-files';

/**
 * What waits in this browser to be sent: the number of recordings and the bytes of their chunks. Null where nothing can
 * be kept.
 */
export async function journalSize(): Promise<{ recordings: number; bytes: number } | null> {
  try {
    const ids = await listJournals();
    let bytes = 0;
    for (const id of ids) {
      for (const file of await journalChunkFiles(id).catch(() => [])) bytes += file.size;
    }
    return { recordings: ids.length, bytes };
  } catch {
    return null; // plain http, or site data is blocked
  }
}

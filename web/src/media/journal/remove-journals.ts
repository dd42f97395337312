import { journalOwner, listJournals, openJournalFiles } from './journal-files';

/**
 * Removes what this browser keeps of a person's recordings, after their account was erased: nobody else may see it, and
 * the server takes none of it any more. Never rejects.
 */
export async function removeJournalsOf(ownerId: string): Promise<void> {
  try {
    for (const id of await listJournals()) {
      if ((await journalOwner(id)) !== ownerId) continue;
      // One that is being written or removed is looked at again by the recovery.
      await (await openJournalFiles(id)).removeAll().catch(() => {});
    }
  } catch {
    // Plain http, or site data is blocked: nothing can be kept here at all.
  }
}

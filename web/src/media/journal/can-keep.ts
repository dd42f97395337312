/** The parts of `navigator` that are needed here. */
type Storage = {
  readonly storage?: { getDirectory?(): Promise<unknown> };
  readonly locks?: { query(): Promise<unknown> };
};

/**
 * Whether the browser lets this page keep a journal, which needs a private file system and locks. Where site data are
 * blocked both reject; over plain http neither exists.
 */
export async function canKeepJournal(browser: Storage = navigator): Promise<boolean> {
  try {
    if (!browser.storage?.getDirectory || !browser.locks) return false;
    await browser.storage.getDirectory();
    await browser.locks.query();
    return true;
  } catch {
    return false;
  }
}

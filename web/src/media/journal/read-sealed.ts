import type { JournalFiles } from './journal-files';
import { type SealedChunk, sealAfterCrash } from './seal-after-crash';

export type SealedRead =
  | { readonly kind: 'sealed'; readonly chunk: SealedChunk }
  /** There is no such file, or it is empty: it never had any content. */
  | { readonly kind: 'absent' }
  /** The file cannot be read now, or its content is not understood. It is never thrown away. */
  | { readonly kind: 'unreadable'; readonly words: string; readonly wasRead: boolean };

/** Reads a file as a sealed chunk. An unsealed file is sealed in memory. */
export async function readSealed(files: JournalFiles, seq: number): Promise<SealedRead> {
  let bytes: Uint8Array<ArrayBuffer>;
  try {
    bytes = await files.read(seq);
  } catch (error) {
    if (error instanceof DOMException && error.name === 'NotFoundError') return { kind: 'absent' };
    const words = error instanceof Error ? error.message || error.name : String(error);
    return { kind: 'unreadable', words, wasRead: false };
  }
  const chunk = sealAfterCrash(bytes);
  if (chunk) return { kind: 'sealed', chunk };
  if (bytes.length === 0) return { kind: 'absent' };
  return { kind: 'unreadable', words: 'There is no whole message in it.', wasRead: true };
}

/**
 * Makes a tar archive (POSIX ustar) of files without reading them. The files are read piece by piece when the archive
 * is saved.
 */

const kBlockBytes = 512;
const kNameBytesMax = 100;
/** 11 octal digits. */
const kSizeMax = 8 ** 11 - 1;

export type TarEntry = {
  readonly name: string;
  readonly content: Blob;
  readonly modifiedMs: number;
};

const octal = (value: number, digits: number): string =>
  Math.trunc(value).toString(8).padStart(digits, '0');

/** The header block of one file. Throws a RangeError for a name or size that the format cannot hold. */
export function tarHeader(name: string, size: number, modifiedMs: number): Uint8Array<ArrayBuffer> {
  const block = new Uint8Array(kBlockBytes);
  const put = (at: number, text: string) => block.set(new TextEncoder().encode(text), at);
  if (new TextEncoder().encode(name).length > kNameBytesMax) throw new RangeError('name too long');
  if (size > kSizeMax) throw new RangeError('file too large');
  put(0, name);
  put(100, `${octal(0o644, 7)}\0${octal(0, 7)}\0${octal(0, 7)}\0`);
  put(124, `${octal(size, 11)}\0${octal(Math.max(0, modifiedMs / 1000), 11)}\0`);
  put(148, ' '.repeat(8)); // while the checksum is computed, its own field counts as spaces
  put(156, '0');
  put(257, 'ustar\x0000');
  const sum = block.reduce((total, byte) => total + byte, 0);
  put(148, `${octal(sum, 6)}\0 `);
  return block;
}

export function tarOf(entries: readonly TarEntry[]): Blob {
  const parts: BlobPart[] = [];
  for (const { name, content, modifiedMs } of entries) {
    parts.push(tarHeader(name, content.size, modifiedMs), content);
    parts.push(new Uint8Array(-content.size & (kBlockBytes - 1)));
  }
  parts.push(new Uint8Array(2 * kBlockBytes));
  return new Blob(parts, { type: 'application/x-tar' });
}

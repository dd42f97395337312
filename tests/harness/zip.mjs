// Reads zips, with their 64-bit records: enough to look into an export with other eyes than the program's own.
import assert from 'node:assert/strict';
import { crc32, inflateRawSync } from 'node:zlib';

const END = 0x06054b50;
const END64 = 0x06064b50;
const LOCATOR64 = 0x07064b50;
const ENTRY = 0x02014b50;
const LOCAL = 0x04034b50;
const STORED = 0;
const BIG = 0xffffffff;

/** The sizes and the place of an entry, of which those that do not fit lie in its 64-bit field. */
function wide(zip, at, { bytes, packed, place }, nameLength, extraLength) {
  const left = [bytes, packed, place];
  for (let field = at + 46 + nameLength, end = field + extraLength; field < end; field += 4 + zip.readUInt16LE(field + 2)) {
    if (zip.readUInt16LE(field) !== 1) continue;
    let next = field + 4;
    for (const [index, value] of left.entries()) {
      if (value !== BIG) continue;
      left[index] = Number(zip.readBigUInt64LE(next));
      next += 8;
    }
  }
  return left;
}

/** A map from paths to contents, in the order of the zip. */
export function readZip(zip) {
  let end = zip.length - 22;
  while (end >= 0 && zip.readUInt32LE(end) !== END) end -= 1;
  assert.ok(end >= 0, 'the zip has a directory');
  let count = zip.readUInt16LE(end + 10);
  let at = zip.readUInt32LE(end + 16);
  if (end >= 20 && zip.readUInt32LE(end - 20) === LOCATOR64) {
    const end64 = Number(zip.readBigUInt64LE(end - 12));
    assert.equal(zip.readUInt32LE(end64), END64);
    count = Number(zip.readBigUInt64LE(end64 + 32));
    at = Number(zip.readBigUInt64LE(end64 + 48));
  }
  const files = new Map();
  for (let i = 0; i < count; i += 1) {
    assert.equal(zip.readUInt32LE(at), ENTRY);
    const method = zip.readUInt16LE(at + 10);
    const [nameLength, extraLength, commentLength] = [28, 30, 32].map((offset) => zip.readUInt16LE(at + offset));
    const name = zip.toString('utf8', at + 46, at + 46 + nameLength);
    const [bytes, packed, place] = wide(zip, at, { packed: zip.readUInt32LE(at + 20), bytes: zip.readUInt32LE(at + 24), place: zip.readUInt32LE(at + 42) }, nameLength, extraLength);
    assert.equal(zip.readUInt32LE(place), LOCAL);
    const from = place + 30 + zip.readUInt16LE(place + 26) + zip.readUInt16LE(place + 28);
    const content = zip.subarray(from, from + packed);
    const file = method === STORED ? content : inflateRawSync(content);
    assert.equal(file.length, bytes, name);
    assert.equal(crc32(file), zip.readUInt32LE(at + 16), name);
    assert.ok(!files.has(name), `${name} is there once`);
    files.set(name, file);
    at += 46 + nameLength + extraLength + commentLength;
  }
  return files;
}

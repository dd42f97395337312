/** Table-driven CRCs, bit-reflected, initial value and final XOR 0xffffffff. */

const tableOf = (reversedPolynomial: number): Uint32Array => {
  const table = new Uint32Array(256);
  for (let byte = 0; byte < 256; byte += 1) {
    let remainder = byte;
    for (let bit = 0; bit < 8; bit += 1) {
      remainder = remainder & 1 ? (remainder >>> 1) ^ reversedPolynomial : remainder >>> 1;
    }
    table[byte] = remainder;
  }
  return table;
};

const update = (table: Uint32Array, bytes: Uint8Array, previous: number): number => {
  let crc = ~previous;
  for (const byte of bytes) crc = (crc >>> 8) ^ (table[(crc ^ byte) & 255] ?? 0);
  return ~crc >>> 0;
};

const ieee = tableOf(0xedb88320);
const castagnoli = tableOf(0x82f63b78);

/** CRC-32 (IEEE 802.3), as MCAP requires it. `previous` is the CRC of the bytes before, to continue it. */
export const crc32 = (bytes: Uint8Array, previous = 0): number => update(ieee, bytes, previous);
/** CRC-32C (RFC 3720 B.4), as `Content-Digest: crc32c` requires it. */
export const crc32c = (bytes: Uint8Array, previous = 0): number =>
  update(castagnoli, bytes, previous);

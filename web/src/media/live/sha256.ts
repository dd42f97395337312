/**
 * SHA-256 (FIPS 180-4) of a text's UTF-8 bytes, as 64 hex digits. Synchronous, because the wire tap must keep the order
 * of messages and `crypto.subtle` answers only later. For short secrets, not for media.
 */

const primes = (count: number): number[] => {
  const found: number[] = [];
  for (let n = 2; found.length < count; n++) {
    if (found.every((prime) => n % prime !== 0)) found.push(n);
  }
  return found;
};
/** The first 32 bits of the fractional part. */
const fraction = (x: number): number => ((x - Math.floor(x)) * 2 ** 32) >>> 0;
const kRound = Uint32Array.from(primes(64), (prime) => fraction(Math.cbrt(prime)));
const kInitial = Uint32Array.from(primes(8), (prime) => fraction(Math.sqrt(prime)));

const rotate = (x: number, by: number): number => (x >>> by) | (x << (32 - by));

/** The message, a 1 bit, zeros and the length in bits, in whole blocks of 64 bytes. */
const padded = (bytes: Uint8Array): DataView => {
  const blocks = Math.ceil((bytes.length + 9) / 64);
  const view = new DataView(new ArrayBuffer(blocks * 64));
  for (const [i, byte] of bytes.entries()) view.setUint8(i, byte);
  view.setUint8(bytes.length, 0x80);
  view.setBigUint64(blocks * 64 - 8, BigInt(bytes.length) * 8n);
  return view;
};

const schedule = (view: DataView, block: number): Uint32Array => {
  const w = new Uint32Array(64);
  const at = (i: number): number => w[i] ?? 0;
  for (let i = 0; i < 16; i++) w[i] = view.getUint32(block + 4 * i);
  for (let i = 16; i < 64; i++) {
    const s0 = rotate(at(i - 15), 7) ^ rotate(at(i - 15), 18) ^ (at(i - 15) >>> 3);
    const s1 = rotate(at(i - 2), 17) ^ rotate(at(i - 2), 19) ^ (at(i - 2) >>> 10);
    w[i] = at(i - 16) + s0 + at(i - 7) + s1;
  }
  return w;
};

type State = [number, number, number, number, number, number, number, number];

const compress = (state: Uint32Array, w: Uint32Array): void => {
  let [a, b, c, d, e, f, g, h] = [...state] as State;
  for (let i = 0; i < 64; i++) {
    const s1 = rotate(e, 6) ^ rotate(e, 11) ^ rotate(e, 25);
    const t1 = (h + s1 + ((e & f) ^ (~e & g)) + (kRound[i] ?? 0) + (w[i] ?? 0)) | 0;
    const s0 = rotate(a, 2) ^ rotate(a, 13) ^ rotate(a, 22);
    const t2 = (s0 + ((a & b) ^ (a & c) ^ (b & c))) | 0;
    [h, g, f, e, d, c, b, a] = [g, f, e, (d + t1) | 0, c, b, a, (t1 + t2) | 0];
  }
  for (const [i, value] of [a, b, c, d, e, f, g, h].entries()) state[i] = (state[i] ?? 0) + value;
};

export const sha256Hex = (text: string): string => {
  const view = padded(new TextEncoder().encode(text));
  const state = kInitial.slice();
  for (let block = 0; block < view.byteLength; block += 64) compress(state, schedule(view, block));
  return [...state].map((word) => word.toString(16).padStart(8, '0')).join('');
};

const kFirstCapacity = 64 * 1024;
const utf8 = new TextEncoder();

/** A growing little-endian buffer. `take` empties it and keeps the memory. */
export class ByteWriter {
  #bytes = new Uint8Array(kFirstCapacity);
  #view = new DataView(this.#bytes.buffer);
  #length = 0;

  get length(): number {
    return this.#length;
  }

  u8(value: number): void {
    const at = this.#grow(1); // may replace the view
    this.#view.setUint8(at, value);
  }
  u16(value: number): void {
    const at = this.#grow(2); // may replace the view
    this.#view.setUint16(at, value, true);
  }
  u32(value: number): void {
    const at = this.#grow(4); // may replace the view
    this.#view.setUint32(at, value, true);
  }
  u64(value: bigint): void {
    const at = this.#grow(8); // may replace the view
    this.#view.setBigUint64(at, value, true);
  }
  bytes(value: Uint8Array): void {
    const at = this.#grow(value.length);
    this.#bytes.set(value, at);
  }
  /** MCAP string: u32 length, UTF-8. */
  text(value: string): void {
    const encoded = utf8.encode(value);
    this.u32(encoded.length);
    this.bytes(encoded);
  }
  /** Overwrites eight bytes at `at` that were written before. */
  patchU64(at: number, value: bigint): void {
    this.#view.setBigUint64(at, value, true);
  }
  /** The bytes written from `start` on: a view that is valid until the next write. */
  since(start: number): Uint8Array<ArrayBuffer> {
    return this.#bytes.subarray(start, this.#length);
  }
  /** All bytes that were written: a view that is valid until the next write. Empties the writer. */
  take(): Uint8Array<ArrayBuffer> {
    const all = this.since(0);
    this.#length = 0;
    return all;
  }

  #grow(count: number): number {
    const at = this.#length;
    const needed = at + count;
    if (needed > this.#bytes.length) {
      const larger = new Uint8Array(Math.max(needed, this.#bytes.length * 2));
      larger.set(this.#bytes.subarray(0, at));
      this.#bytes = larger;
      this.#view = new DataView(larger.buffer);
    }
    this.#length = needed;
    return at;
  }
}

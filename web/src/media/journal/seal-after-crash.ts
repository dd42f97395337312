/**
 * Makes a chunk from a journal file whose tab was killed: the bytes up to the last whole record, sealed. A pure
 * function of the bytes, so that a second attempt sends the same chunk again.
 */
import { ByteWriter } from './byte-writer';
import { crc32 } from './crc';
import {
  kMagic,
  kMessageBytesMax,
  kMessageHeadBytes,
  kRecordHeadBytes,
  kSealBytes,
  opcode,
  writeSeal,
} from './mcap-records';

export type SealedChunk = {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly messages: number;
  /** Smallest and largest log time: page clock, µs. */
  readonly firstLogUs: number;
  readonly lastLogUs: number;
  /** How many bytes follow the last whole record; 0 when the file was sealed. */
  readonly cutBytes: number;
};

type Scan = {
  /** The end of the last whole record of the data section. */
  dataEnd: number;
  /** Whether DataEnd, Footer and Magic follow exactly as the writer makes them, and nothing else. */
  sealed: boolean;
  messages: number;
  firstLogUs: number;
  lastLogUs: number;
};

const sameBytes = (bytes: Uint8Array, at: number, expected: Uint8Array): boolean =>
  at + expected.length <= bytes.length &&
  expected.every((value, index) => bytes[at + index] === value);

/** Reads whole records until one is cut, is unknown, or names a channel that was not declared. */
const scan = (bytes: Uint8Array<ArrayBuffer>): Scan => {
  const found: Scan = {
    dataEnd: 0,
    sealed: false,
    messages: 0,
    firstLogUs: Number.POSITIVE_INFINITY,
    lastLogUs: 0,
  };
  if (!sameBytes(bytes, 0, kMagic)) return found;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const channels = new Set<number>();
  let hasHeader = false;
  let at = kMagic.length;
  while (at + kRecordHeadBytes <= bytes.length) {
    const code = view.getUint8(at);
    const longLength = view.getBigUint64(at + 1, true);
    if (longLength > BigInt(kMessageBytesMax)) return found;
    const length = Number(longLength);
    const body = at + kRecordHeadBytes;
    const end = body + length;
    if (end > bytes.length) return found;
    if (code === opcode.dataEnd) {
      found.sealed = sameBytes(bytes, at, sealOf(bytes, at)) && bytes.length === at + kSealBytes;
      return found;
    }
    if (!hasHeader) {
      if (code !== opcode.header) return found;
      hasHeader = true;
    } else if (code === opcode.channel && length >= 2) {
      channels.add(view.getUint16(body, true));
    } else if (code === opcode.message) {
      if (length < kMessageHeadBytes || !channels.has(view.getUint16(body, true))) return found;
      const logTimeUs = Number(view.getBigUint64(body + 6, true) / 1000n);
      found.messages += 1;
      found.firstLogUs = Math.min(found.firstLogUs, logTimeUs);
      found.lastLogUs = Math.max(found.lastLogUs, logTimeUs);
    } else if (code !== opcode.schema) {
      return found;
    }
    found.dataEnd = end;
    at = end;
  }
  return found;
};

const sealOf = (bytes: Uint8Array<ArrayBuffer>, dataEnd: number): Uint8Array<ArrayBuffer> => {
  const out = new ByteWriter();
  writeSeal(out, crc32(bytes.subarray(0, dataEnd)));
  return out.take();
};

/** Null when the file has no whole message. A sealed file is returned unchanged. */
export const sealAfterCrash = (bytes: Uint8Array<ArrayBuffer>): SealedChunk | null => {
  const { dataEnd, sealed, messages, firstLogUs, lastLogUs } = scan(bytes);
  if (messages === 0) return null;
  if (sealed) return { bytes, messages, firstLogUs, lastLogUs, cutBytes: 0 };
  const seal = sealOf(bytes, dataEnd);
  const whole = new Uint8Array(dataEnd + seal.length);
  whole.set(bytes.subarray(0, dataEnd));
  whole.set(seal, dataEnd);
  return { bytes: whole, messages, firstLogUs, lastLogUs, cutBytes: bytes.length - dataEnd };
};

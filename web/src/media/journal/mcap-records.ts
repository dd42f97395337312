/** The MCAP records that a chunk is made of (docs/formats/recording.md section 1; https://mcap.dev/spec). */
import type { ByteWriter } from './byte-writer';

export const kMagic = Uint8Array.of(0x89, 0x4d, 0x43, 0x41, 0x50, 0x30, 0x0d, 0x0a);
export const opcode = {
  header: 0x01,
  footer: 0x02,
  schema: 0x03,
  channel: 0x04,
  message: 0x05,
  dataEnd: 0x0f,
} as const;

/** Every record begins with an opcode and a length. */
export const kRecordHeadBytes = 9;
/** Channel id, sequence, log time, publish time. */
export const kMessageHeadBytes = 22;
/** DataEnd, Footer and Magic. */
export const kSealBytes = 13 + 29 + 8;

// Limits of a chunk: docs/formats/recording.md section 1.
export const kChunkBytesMax = 8 * 1024 * 1024;
export const kMessagesPerChunkMax = 20_000;
export const kMessageBytesMax = 4 * 1024 * 1024;

const record = (out: ByteWriter, code: number, body: () => void): void => {
  out.u8(code);
  const lengthAt = out.length;
  out.u64(0n);
  const start = out.length;
  body();
  out.patchU64(lengthAt, BigInt(out.length - start));
};

export const writeHeader = (out: ByteWriter, library: string): void => {
  out.bytes(kMagic);
  record(out, opcode.header, () => {
    out.text('reprise');
    out.text(library);
  });
};

export const writeSchema = (
  out: ByteWriter,
  schema: {
    readonly id: number;
    readonly name: string;
    readonly encoding: string;
    readonly data: Uint8Array;
  },
): void =>
  record(out, opcode.schema, () => {
    out.u16(schema.id);
    out.text(schema.name);
    out.text(schema.encoding);
    out.u32(schema.data.length);
    out.bytes(schema.data);
  });

export const writeChannel = (
  out: ByteWriter,
  channel: { readonly id: number; readonly schemaId: number; readonly topic: string },
  encoding: string,
): void =>
  record(out, opcode.channel, () => {
    out.u16(channel.id);
    out.u16(channel.schemaId);
    out.text(channel.topic);
    out.text(encoding);
    out.u32(0);
  });

/** `logTimeUs`: integer microseconds of the page clock. */
export const writeMessage = (
  out: ByteWriter,
  message: { readonly channelId: number; readonly sequence: number; readonly logTimeUs: number },
  payload: () => void,
): void =>
  record(out, opcode.message, () => {
    const nanos = BigInt(Math.round(message.logTimeUs)) * 1000n;
    out.u16(message.channelId);
    out.u32(message.sequence);
    out.u64(nanos);
    out.u64(nanos);
    payload();
  });

/** Closes a chunk. `dataCrc` is the CRC-32 of all bytes before. */
export const writeSeal = (out: ByteWriter, dataCrc: number): void => {
  record(out, opcode.dataEnd, () => out.u32(dataCrc));
  record(out, opcode.footer, () => {
    out.u64(0n);
    out.u64(0n);
    out.u32(0);
  });
  out.bytes(kMagic);
};

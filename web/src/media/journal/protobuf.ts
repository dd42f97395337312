/**
 * The three Foxglove messages of a recording (api/schemas/*.proto), written field by field in ascending order, as
 * protobuf's canonical encoders do. Wire types: https://protobuf.dev/programming-guides/encoding/
 */
import type { ByteWriter } from './byte-writer';

const kLengthDelimited = 2;
const kFixed32 = 5;
const utf8 = new TextEncoder();

/** `value`: 0 … 2^53 − 1. */
const varint = (out: ByteWriter, value: number): void => {
  let rest = value;
  while (rest >= 128) {
    out.u8((rest % 128) | 128);
    rest = Math.floor(rest / 128);
  }
  out.u8(rest);
};
const varintLength = (value: number): number => {
  let length = 1;
  for (let rest = value; rest >= 128; rest = Math.floor(rest / 128)) length += 1;
  return length;
};

const bytesField = (out: ByteWriter, field: number, value: Uint8Array): void => {
  if (value.length === 0) return;
  varint(out, (field << 3) | kLengthDelimited);
  varint(out, value.length);
  out.bytes(value);
};
const textField = (out: ByteWriter, field: number, value: string): void =>
  bytesField(out, field, utf8.encode(value));
const fixed32Field = (out: ByteWriter, field: number, value: number): void => {
  varint(out, (field << 3) | kFixed32);
  out.u32(value);
};

/** Field 1 of all three messages: google.protobuf.Timestamp. `micros` below zero count as zero. */
const timestampField = (out: ByteWriter, micros: number): void => {
  const whole = Math.max(0, Math.round(micros));
  const seconds = Math.floor(whole / 1e6);
  const nanos = (whole - seconds * 1e6) * 1000;
  const secondsLength = seconds > 0 ? 1 + varintLength(seconds) : 0;
  const nanosLength = nanos > 0 ? 1 + varintLength(nanos) : 0;
  varint(out, (1 << 3) | kLengthDelimited);
  varint(out, secondsLength + nanosLength);
  if (seconds > 0) {
    varint(out, 1 << 3);
    varint(out, seconds);
  }
  if (nanos > 0) {
    varint(out, 2 << 3);
    varint(out, nanos);
  }
};

/** `foxglove.RawAudio`, s16le mono. */
export const writeRawAudio = (
  out: ByteWriter,
  audio: { readonly micros: number; readonly data: Uint8Array; readonly sampleRate: number },
): void => {
  timestampField(out, audio.micros);
  bytesField(out, 2, audio.data);
  textField(out, 3, 'pcm-s16');
  fixed32Field(out, 4, audio.sampleRate);
  fixed32Field(out, 5, 1);
};

type Picture = { readonly micros: number; readonly data: Uint8Array; readonly frameId: string };

/** `foxglove.CompressedVideo`, VP9. */
export const writeCompressedVideo = (out: ByteWriter, picture: Picture): void => {
  timestampField(out, picture.micros);
  textField(out, 2, picture.frameId);
  bytesField(out, 3, picture.data);
  textField(out, 4, 'vp9');
};

/** `foxglove.CompressedImage`, JPEG. */
export const writeCompressedImage = (out: ByteWriter, picture: Picture): void => {
  timestampField(out, picture.micros);
  bytesField(out, 2, picture.data);
  textField(out, 3, 'jpeg');
  textField(out, 4, picture.frameId);
};

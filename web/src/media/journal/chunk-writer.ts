import type { JournalEntry } from '../protocol';
import { ByteWriter } from './byte-writer';
import { type ChannelShape, channelShapes, type Topic } from './channels';
import { crc32 } from './crc';
import {
  kChunkBytesMax,
  kMessageBytesMax,
  kMessageHeadBytes,
  kMessagesPerChunkMax,
  kRecordHeadBytes,
  kSealBytes,
  writeChannel,
  writeHeader,
  writeMessage,
  writeSchema,
  writeSeal,
} from './mcap-records';
import { writeCompressedImage, writeCompressedVideo, writeRawAudio } from './protobuf';

/** A chunk lasts about one second: it is sealed at this age, or when it holds this much media. */
export const kSealAfterMs = 1000;
export const kSealMediaBytes = 512 * 1024;
/** Most bytes of a new channel's schema and channel records; the largest schema has 1.3 kB. */
const kChannelBytesMax = 8 * 1024;
/** Most bytes that protobuf adds to a payload: field heads, times, format and frame id. */
const kPayloadHeadBytesMax = 256;

const utf8 = new TextEncoder();

/**
 * An entry with its number, and with its payload ready to be written. Made once, so that its size is known beforehand.
 */
export type NumberedEntry = {
  readonly topic: Topic;
  readonly sequence: number;
  readonly logTimeUs: number;
  readonly mediaBytes: number;
  /** Upper bound for the size of the record. */
  readonly bytesMax: number;
  readonly writePayload: (out: ByteWriter) => void;
};

type Payload = { readonly bytes: number; readonly write: (out: ByteWriter) => void };

const payloadOf = (entry: JournalEntry): Payload => {
  switch (entry.topic) {
    case '/mic/pcm':
    case '/model/pcm': {
      const sampleRate = entry.topic === '/mic/pcm' ? 16_000 : 24_000;
      const audio = { micros: entry.logTimeUs, data: entry.data, sampleRate };
      return { bytes: entry.data.length, write: (out) => writeRawAudio(out, audio) };
    }
    case '/camera/video':
    case '/frames/jpeg': {
      const writePicture =
        entry.topic === '/camera/video' ? writeCompressedVideo : writeCompressedImage;
      const picture = { micros: entry.deviceUs, data: entry.data, frameId: entry.frameId };
      return { bytes: entry.data.length, write: (out) => writePicture(out, picture) };
    }
    default: {
      const text = utf8.encode(JSON.stringify(entry.data));
      return { bytes: text.length, write: (out) => out.bytes(text) };
    }
  }
};

/** Numbers JSON entries per topic in order of arrival. Media entries have their own numbers. */
export class EntryNumbering {
  readonly #next = new Map<Topic, number>();

  number(entry: JournalEntry): NumberedEntry {
    const { topic, logTimeUs } = entry;
    const payload = payloadOf(entry);
    return {
      topic,
      logTimeUs,
      sequence: 'sequence' in entry ? entry.sequence : this.#count(topic),
      mediaBytes: 'sequence' in entry ? payload.bytes : 0,
      bytesMax: payload.bytes + kRecordHeadBytes + kMessageHeadBytes + kPayloadHeadBytesMax,
      writePayload: payload.write,
    };
  }

  #count(topic: Topic): number {
    const next = this.#next.get(topic) ?? 0;
    this.#next.set(topic, next + 1);
    return next;
  }
}

export type ChunkFacts = {
  /** Size with the seal. */
  readonly bytes: number;
  readonly messages: number;
  /** Page clock, µs; null when the chunk has no message. */
  readonly firstLogUs: number | null;
  readonly lastLogUs: number | null;
};

/** Turns entries into the bytes of one chunk. No I/O: the caller appends what `take` returns, in order. */
export class ChunkWriter {
  readonly #out = new ByteWriter();
  readonly #channelIds = new Map<Topic, number>();
  readonly #schemaIds = new Map<string, number>();
  #crc = 0;
  #taken = 0;
  #messages = 0;
  #mediaBytes = 0;
  #firstLogUs: number | null = null;
  #lastLogUs: number | null = null;

  constructor(library: string) {
    writeHeader(this.#out, library);
  }

  get mediaBytes(): number {
    return this.#mediaBytes;
  }
  get messages(): number {
    return this.#messages;
  }

  /** False: the entry must go into the next chunk (the limits of recording.md section 1). */
  appendIfRoom(entry: NumberedEntry): boolean {
    const bytes = this.#taken + this.#out.length + entry.bytesMax + kChannelBytesMax + kSealBytes;
    if (bytes > kChunkBytesMax || this.#messages >= kMessagesPerChunkMax) return false;
    this.#append(entry);
    return true;
  }

  /** The bytes since the last call, whole records only: a view that is valid until the next call. */
  take(): Uint8Array<ArrayBuffer> {
    const bytes = this.#out.take();
    this.#crc = crc32(bytes, this.#crc);
    this.#taken += bytes.length;
    return bytes;
  }

  /** Returns the last bytes of the chunk. Nothing may follow them. */
  seal(): Uint8Array<ArrayBuffer> {
    const crc = crc32(this.#out.since(0), this.#crc);
    writeSeal(this.#out, crc);
    return this.take();
  }

  facts(): ChunkFacts {
    return {
      bytes: this.#taken,
      messages: this.#messages,
      firstLogUs: this.#firstLogUs,
      lastLogUs: this.#lastLogUs,
    };
  }

  #append(entry: NumberedEntry): void {
    const shape = channelShapes.get(entry.topic);
    if (!shape) throw new Error(`No channel ${entry.topic}`);
    const channelId = this.#channelIds.get(entry.topic) ?? this.#openChannel(entry.topic, shape);
    const { sequence, logTimeUs } = entry;
    writeMessage(this.#out, { channelId, sequence, logTimeUs }, () =>
      entry.writePayload(this.#out),
    );
    this.#messages += 1;
    this.#mediaBytes += entry.mediaBytes;
    this.#firstLogUs = Math.min(this.#firstLogUs ?? logTimeUs, logTimeUs);
    this.#lastLogUs = Math.max(this.#lastLogUs ?? logTimeUs, logTimeUs);
  }

  #openChannel(topic: Topic, shape: ChannelShape): number {
    const known = this.#schemaIds.get(shape.schemaName);
    const schemaId = known ?? this.#schemaIds.size + 1;
    if (known === undefined) {
      const { schemaName: name, schemaEncoding: encoding, schemaData: data } = shape;
      writeSchema(this.#out, { id: schemaId, name, encoding, data });
      this.#schemaIds.set(name, schemaId);
    }
    const id = this.#channelIds.size;
    writeChannel(this.#out, { id, schemaId, topic }, shape.messageEncoding);
    this.#channelIds.set(topic, id);
    return id;
  }
}

/** Whether the record of a message would be larger than allowed (recording.md section 1). */
export const isTooLarge = (entry: NumberedEntry): boolean => entry.bytesMax > kMessageBytesMax;

/** Whether a chunk must be sealed: it is about one second old or has half a megabyte of media. */
export const isDue = (chunk: {
  readonly ageMs: number;
  readonly messages: number;
  readonly mediaBytes: number;
}): boolean =>
  chunk.messages > 0 && (chunk.ageMs >= kSealAfterMs || chunk.mediaBytes >= kSealMediaBytes);

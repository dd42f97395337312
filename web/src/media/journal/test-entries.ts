/** Entries and a reader for the tests of the journal. */
import { McapStreamReader } from '@mcap/core';
import type { JournalEntry } from '../protocol';

export const kStartUs = 1_795_531_763_000_000;

export const micEntry = (index: number, samples = 320): JournalEntry => ({
  topic: '/mic/pcm',
  logTimeUs: kStartUs + index * 20_000,
  sequence: index * samples,
  data: new Uint8Array(samples * 2).fill(index & 255),
});
export const modelEntry = (firstSample: number): JournalEntry => ({
  topic: '/model/pcm',
  logTimeUs: kStartUs + firstSample,
  sequence: firstSample,
  data: new Uint8Array(960),
});
export const videoEntry = (index: number, bytes = 3000): JournalEntry => ({
  topic: '/camera/video',
  logTimeUs: kStartUs + index * 33_000,
  sequence: index,
  data: new Uint8Array(bytes).fill(7),
  deviceUs: 5_000_000 + index * 33_333,
  frameId: index === 0 ? 'key 640x480' : 'delta 640x480',
});
export const jpegEntry = (index: number): JournalEntry => ({
  topic: '/frames/jpeg',
  logTimeUs: kStartUs + index * 1_000_000,
  sequence: index,
  data: new Uint8Array(500),
  deviceUs: 5_000_000 + index * 1_000_000,
  frameId: '640x480',
});
export const eventEntry = (kind: string, atUs = kStartUs): JournalEntry => ({
  topic: '/events',
  logTimeUs: atUs,
  data: { kind, page_us: atUs, context_frame: 0 },
});

export type ReadMessage = {
  readonly topic: string;
  readonly sequence: number;
  readonly logTimeUs: number;
  readonly data: Uint8Array;
};
export type ReadChunk = {
  readonly profile: string;
  readonly messages: readonly ReadMessage[];
  readonly schemas: readonly { readonly name: string; readonly encoding: string }[];
  /** Record types in order. */
  readonly records: readonly string[];
};

/** Reads a chunk with the official reader and checks CRCs. Throws when the file is incomplete. */
export const readChunk = (bytes: Uint8Array): ReadChunk => {
  const reader = new McapStreamReader({ validateCrcs: true });
  reader.append(bytes);
  const topics = new Map<number, string>();
  const messages: ReadMessage[] = [];
  const schemas: { name: string; encoding: string }[] = [];
  const records: string[] = [];
  let profile = '';
  for (let record = reader.nextRecord(); record; record = reader.nextRecord()) {
    records.push(record.type);
    if (record.type === 'Header') profile = record.profile;
    if (record.type === 'Schema') schemas.push({ name: record.name, encoding: record.encoding });
    if (record.type === 'Channel') topics.set(record.id, record.topic);
    if (record.type === 'Message') {
      messages.push({
        topic: topics.get(record.channelId) ?? '?',
        sequence: record.sequence,
        logTimeUs: Number(record.logTime / 1000n),
        data: record.data,
      });
    }
  }
  if (!reader.done()) throw new Error('not a whole MCAP file');
  return { profile, messages, schemas, records };
};

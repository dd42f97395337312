import { describe, expect, it } from 'vitest';
import type { JournalEntry } from '../protocol';
import { ChunkWriter, EntryNumbering, isDue, isTooLarge } from './chunk-writer';
import { kChunkBytesMax, kMessagesPerChunkMax } from './mcap-records';
import {
  eventEntry,
  jpegEntry,
  kStartUs,
  micEntry,
  modelEntry,
  readChunk,
  videoEntry,
} from './test-entries';

const chunkOf = (entries: readonly JournalEntry[]): Uint8Array => {
  const writer = new ChunkWriter('reprise-web/test');
  const numbering = new EntryNumbering();
  const parts: Uint8Array[] = [];
  for (const entry of entries) {
    expect(writer.appendIfRoom(numbering.number(entry))).toBe(true);
    parts.push(writer.take().slice());
  }
  parts.push(writer.seal().slice());
  const bytes = new Uint8Array(parts.flatMap((part) => [...part]));
  expect(writer.facts().bytes).toBe(bytes.length);
  return bytes;
};

describe('ChunkWriter', () => {
  it('writes what the official reader reads, one channel per topic, schema before channel before message', () => {
    const entries = [
      eventEntry('mute'),
      micEntry(0),
      modelEntry(0),
      videoEntry(0),
      jpegEntry(0),
      micEntry(1),
      eventEntry('camera'),
    ];
    const chunk = readChunk(chunkOf(entries));
    expect(chunk.profile).toBe('reprise');
    expect(chunk.messages.map(({ topic, sequence }) => [topic, sequence])).toEqual([
      ['/events', 0],
      ['/mic/pcm', 0],
      ['/model/pcm', 0],
      ['/camera/video', 0],
      ['/frames/jpeg', 0],
      ['/mic/pcm', 320],
      ['/events', 1],
    ]);
    expect(chunk.messages.map((message) => message.logTimeUs)).toEqual(
      entries.map((entry) => entry.logTimeUs),
    );
    expect(chunk.schemas.map(({ name, encoding }) => `${encoding} ${name}`)).toEqual([
      'jsonschema reprise.Event',
      'protobuf foxglove.RawAudio',
      'protobuf foxglove.CompressedVideo',
      'protobuf foxglove.CompressedImage',
    ]);
    expect(chunk.records.slice(0, 4)).toEqual(['Header', 'Schema', 'Channel', 'Message']);
    expect(chunk.records.slice(-2)).toEqual(['DataEnd', 'Footer']);
  });

  it('keeps JSON as it was', () => {
    const data = { kind: 'error', message: 'Grüße 😀\n"', page_us: 1 };
    const bytes = chunkOf([{ topic: '/events', logTimeUs: kStartUs, data }]);
    const [message] = readChunk(bytes).messages;
    expect(JSON.parse(new TextDecoder().decode(message?.data))).toEqual(data);
  });

  it('knows every topic', () => {
    const topics = ['/session', '/wire/tx', '/wire/rx', '/playout', '/clock', '/health'] as const;
    const entries = topics.map((topic) => ({ topic, logTimeUs: kStartUs, data: {} }));
    const read = readChunk(chunkOf(entries));
    expect(read.messages.map((message) => message.topic)).toEqual(topics);
    expect(read.schemas.map((schema) => schema.name)).toEqual([
      'reprise.Session',
      'reprise.WireMessage',
      'reprise.Playout',
      'reprise.Clock',
      'reprise.Health',
    ]);
  });

  it('refuses what would break the byte limit of a chunk', () => {
    const writer = new ChunkWriter('reprise-web/test');
    const numbering = new EntryNumbering();
    let bytes = 0;
    let count = 0;
    while (writer.appendIfRoom(numbering.number(videoEntry(count, 1_000_000)))) {
      bytes += writer.take().length;
      count += 1;
    }
    bytes += writer.seal().length;
    expect(count).toBe(8);
    expect(bytes).toBeLessThanOrEqual(kChunkBytesMax);
  });

  it('refuses what would break the message limit of a chunk', () => {
    const writer = new ChunkWriter('reprise-web/test');
    const numbering = new EntryNumbering();
    for (let index = 0; index < kMessagesPerChunkMax; index += 1) {
      expect(writer.appendIfRoom(numbering.number(eventEntry('x')))).toBe(true);
    }
    expect(writer.appendIfRoom(numbering.number(eventEntry('x')))).toBe(false);
  });

  it('calls a message above 4 MiB too large', () => {
    const numbering = new EntryNumbering();
    expect(isTooLarge(numbering.number(videoEntry(0, 4 * 1024 * 1024)))).toBe(true);
    expect(isTooLarge(numbering.number(videoEntry(0, 4 * 1024 * 1024 - 512)))).toBe(false);
  });
});

describe('isDue', () => {
  it.each([
    { ageMs: 999, messages: 50, mediaBytes: 1000, due: false },
    { ageMs: 1000, messages: 1, mediaBytes: 0, due: true },
    { ageMs: 5000, messages: 0, mediaBytes: 0, due: false },
    { ageMs: 10, messages: 3, mediaBytes: 512 * 1024, due: true },
  ])('$ageMs ms, $messages messages, $mediaBytes bytes: $due', ({ due, ...chunk }) => {
    expect(isDue(chunk)).toBe(due);
  });
});

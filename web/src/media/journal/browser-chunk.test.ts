import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import type { JournalEntry, JsonTopic } from '../protocol';
import { ChunkWriter, EntryNumbering } from './chunk-writer';
import { jpegEntry, kStartUs, micEntry, modelEntry, videoEntry } from './test-entries';

/**
 * server/domain/recording/format/browser_chunk_test.cpp reads this file: the server accepts what the browser writes.
 */
const fixture = fileURLToPath(
  new URL('../../../../tests/fixtures/browser-chunk.mcap', import.meta.url),
);
const jsonTopics: readonly JsonTopic[] = [
  '/session',
  '/wire/tx',
  '/wire/rx',
  '/playout',
  '/clock',
  '/events',
  '/health',
];

it('writes the chunk that the server is tested with (UPDATE_FIXTURES=1 writes it anew)', () => {
  const writer = new ChunkWriter('reprise-web/test');
  const numbering = new EntryNumbering();
  const json = jsonTopics.map(
    (topic): JournalEntry => ({ topic, logTimeUs: kStartUs, data: { kind: 'x', text: 'Grüße' } }),
  );
  const media = [micEntry(1), modelEntry(480), videoEntry(0, 300), jpegEntry(2)];
  for (const entry of [...json, ...media]) writer.appendIfRoom(numbering.number(entry));
  const bytes = writer.seal().slice();
  if (process.env.UPDATE_FIXTURES) writeFileSync(fixture, bytes);
  expect(existsSync(fixture)).toBe(true);
  expect(Buffer.from(bytes).equals(readFileSync(fixture))).toBe(true);
});

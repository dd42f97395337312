// A recording made by the C++ writer, read by the official MCAP reader, protobufjs, and the schemas of @foxglove/schemas.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, openSync, readdirSync, readFileSync, readSync, rmSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../../', import.meta.url));
const require = createRequire(join(root, 'web/package.json'));
const { McapIndexedReader, McapStreamReader } = require('@mcap/core');
const foxglove = require('@foxglove/schemas/jsonschema');
const protobuf = require('protobufjs');
require('protobufjs/ext/descriptor');
const Ajv = require('ajv/dist/2020').default;

const tool = join(root, 'build/release/reprise-synthetic');
const seconds = 40;
const folder = mkdtempSync(join(tmpdir(), 'reprise-contract-'));
const download = join(folder, 'recording.mcap');
after(() => rmSync(folder, { recursive: true }));
before(() => {
  execFileSync(tool, ['--out', join(folder, 'chunks'), '--seconds', String(seconds), '--download', download]);
});

/** Every record of a sealed chunk, by the official streaming reader. */
function readChunk(path) {
  const reader = new McapStreamReader({ validateCrcs: true });
  reader.append(readFileSync(path));
  const schemas = new Map();
  const channels = new Map();
  const messages = [];
  for (let record = reader.nextRecord(); record; record = reader.nextRecord()) {
    if (record.type === 'Schema') schemas.set(record.id, record);
    if (record.type === 'Channel') channels.set(record.id, record);
    if (record.type === 'Message') messages.push({ ...record, topic: channels.get(record.channelId).topic });
  }
  assert.ok(reader.done(), 'the chunk is sealed');
  return { schemas, channels, messages };
}

const chunkFiles = () => readdirSync(join(folder, 'chunks')).sort().map((name) => join(folder, 'chunks', name));

function fileReadable(path) {
  const file = openSync(path, 'r');
  return {
    size: async () => BigInt(statSync(path).size),
    read: async (offset, length) => {
      const bytes = new Uint8Array(Number(length));
      assert.equal(readSync(file, bytes, 0, bytes.length, Number(offset)), bytes.length);
      return bytes;
    },
  };
}

const keyOf = ({ topic, sequence, logTime, publishTime, data }) =>
  `${topic} ${sequence} ${logTime} ${publishTime} ${createHash('sha256').update(data).digest('hex')}`;

async function indexed(options = {}) {
  const reader = await McapIndexedReader.Initialize({ readable: fileReadable(download) });
  const messages = [];
  for await (const message of reader.readMessages({ validateCrcs: true, ...options })) {
    messages.push({ ...message, topic: reader.channelsById.get(message.channelId).topic });
  }
  return { reader, messages };
}

test('one chunk a second, each readable alone', () => {
  const files = chunkFiles();
  assert.equal(files.length, seconds);
  const topics = new Set(files.flatMap((path) => [...readChunk(path).channels.values()].map(({ topic }) => topic)));
  assert.deepEqual([...topics].sort(), [
    '/camera/video', '/clock', '/events', '/frames/jpeg', '/health', '/mic/pcm', '/model/pcm',
    '/playout', '/session', '/wire/rx', '/wire/tx',
  ]);
});

test('the download holds every message of the chunks, byte for byte', async () => {
  const want = chunkFiles().flatMap((path) => readChunk(path).messages.map(keyOf));
  const { reader, messages } = await indexed();
  assert.deepEqual(messages.map(keyOf).sort(), want.sort());
  const times = messages.map(({ logTime }) => logTime);
  assert.ok(times.every((time, n) => n === 0 || times[n - 1] <= time), 'in order of time');

  assert.equal(reader.header.profile, 'reprise');
  assert.equal(reader.chunkIndexes.length, seconds);
  const { statistics } = reader;
  assert.equal(statistics.messageCount, BigInt(want.length));
  assert.equal(statistics.channelCount, reader.channelsById.size);
  assert.equal(statistics.schemaCount, reader.schemasById.size);
  assert.equal(statistics.chunkCount, seconds);
  assert.equal(statistics.messageStartTime, times[0]);
  assert.equal(statistics.messageEndTime, times.at(-1));
  for (const [id, { topic }] of reader.channelsById) {
    const count = messages.filter((message) => message.topic === topic).length;
    assert.equal(statistics.channelMessageCounts.get(id), BigInt(count), topic);
  }
});

test('the indexes find one topic in a range of time', async () => {
  const { messages: all } = await indexed();
  const startTime = all[0].logTime + 10_000_000_000n;
  const endTime = startTime + 3_000_000_000n;
  const { messages } = await indexed({ topics: ['/mic/pcm'], startTime, endTime });
  const want = all.filter((one) => one.topic === '/mic/pcm' && one.logTime >= startTime && one.logTime <= endTime);
  assert.ok(want.length > 100);
  assert.deepEqual(messages.map(keyOf), want.map(keyOf));
});

test('a streaming reader understands the download as well', () => {
  const reader = new McapStreamReader({ validateCrcs: true });
  reader.append(readFileSync(download));
  let messages = 0;
  for (let record = reader.nextRecord(); record; record = reader.nextRecord()) messages += record.type === 'Message';
  assert.ok(reader.done());
  assert.ok(messages > 1000);
});

test('media messages are what @foxglove/schemas describes', async () => {
  const { reader, messages } = await indexed();
  const ajv = new Ajv({ strict: false });
  const decoders = new Map();
  for (const schema of reader.schemasById.values()) {
    if (schema.encoding !== 'protobuf') continue;
    const types = protobuf.Root.fromDescriptor(schema.data);
    const name = schema.name.replace('foxglove.', '');
    decoders.set(schema.id, { name, type: types.lookupType(schema.name), validate: ajv.compile(foxglove[name]) });
  }
  assert.deepEqual([...decoders.values()].map(({ name }) => name).sort(), ['CompressedImage', 'CompressedVideo', 'RawAudio']);

  const formats = { RawAudio: 'pcm-s16', CompressedVideo: 'vp9', CompressedImage: 'jpeg' };
  let samples = { '/mic/pcm': 0, '/model/pcm': 0 };
  for (const message of messages) {
    const decoder = decoders.get(reader.channelsById.get(message.channelId).schemaId);
    if (!decoder) continue;
    const { timestamp, data, ...rest } = decoder.type.toObject(decoder.type.decode(message.data), { longs: Number });
    const plain = {
      ...rest,
      timestamp: { sec: timestamp.seconds ?? 0, nsec: timestamp.nanos ?? 0 },
      data: Buffer.from(data).toString('base64'),
    };
    const foxgloveNames = Object.fromEntries(
      Object.entries(plain).map(([name, value]) => [name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`), value]),
    );
    assert.ok(decoder.validate(foxgloveNames), JSON.stringify(decoder.validate.errors));
    assert.equal(foxgloveNames.format, formats[decoder.name]);
    if (decoder.name !== 'RawAudio') {
      assert.match(foxgloveNames.frame_id, decoder.name === 'CompressedVideo' ? /^(key|delta) 320x240$/ : /^320x240$/);
      continue;
    }
    assert.equal(foxgloveNames.sample_rate, message.topic === '/mic/pcm' ? 16000 : 24000);
    assert.equal(foxgloveNames.number_of_channels, 1);
    assert.equal(message.sequence, samples[message.topic], 'sequence is the index of the first sample');
    samples[message.topic] += data.length / 2;
  }
  assert.ok(samples['/mic/pcm'] > 16000 * (seconds - 1));
  assert.ok(samples['/model/pcm'] > 0);
});

test('JSON messages follow their own schemas', async () => {
  const { reader, messages } = await indexed();
  const ajv = new Ajv({ strict: false });
  const validators = new Map();
  for (const schema of reader.schemasById.values()) {
    if (schema.encoding === 'jsonschema') validators.set(schema.id, ajv.compile(JSON.parse(Buffer.from(schema.data))));
  }
  assert.equal(validators.size, 6);
  let checked = 0;
  for (const message of messages) {
    const validate = validators.get(reader.channelsById.get(message.channelId).schemaId);
    if (!validate) continue;
    const value = JSON.parse(Buffer.from(message.data));
    assert.ok(validate(value), `${message.topic} ${JSON.stringify(value)} ${JSON.stringify(validate.errors)}`);
    checked += 1;
  }
  assert.ok(checked > 1000);
});

test('the same seed gives the same bytes', () => {
  const again = join(folder, 'again');
  execFileSync(tool, ['--out', again, '--seconds', String(seconds)]);
  for (const path of chunkFiles()) {
    assert.deepEqual(readFileSync(path.replace('/chunks/', '/again/')), readFileSync(path));
  }
});

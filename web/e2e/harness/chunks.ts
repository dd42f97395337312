import { McapStreamReader } from '@mcap/core';
import protobuf from 'protobufjs';
import descriptor from 'protobufjs/ext/descriptor/index.js';
import type { Row } from './recording';

/** The messages of single chunks in seq order. Each chunk must be a whole MCAP file with right CRCs. */
export async function readChunks(chunks: ReadonlyMap<number, Uint8Array>): Promise<Row[]> {
  const seqs = [...chunks.keys()].sort((a, b) => a - b);
  return seqs.flatMap((seq) => readChunk(chunks.get(seq) ?? new Uint8Array()));
}

function readChunk(bytes: Uint8Array): Row[] {
  const reader = new McapStreamReader({ validateCrcs: true });
  reader.append(bytes);
  const schemas = new Map<number, protobuf.Type | null>();
  const channels = new Map<number, { topic: string; schemaId: number }>();
  const rows: Row[] = [];
  for (let record = reader.nextRecord(); record; record = reader.nextRecord()) {
    if (record.type === 'Schema') {
      const isJson = record.encoding === 'jsonschema';
      if (isJson) JSON.parse(new TextDecoder().decode(record.data));
      schemas.set(record.id, isJson ? null : messageType(record.name, record.data));
    }
    if (record.type === 'Channel') channels.set(record.id, record);
    if (record.type !== 'Message') continue;
    const channel = channels.get(record.channelId);
    if (!channel) throw new Error(`message on unknown channel ${record.channelId}`);
    const type = schemas.get(channel.schemaId);
    rows.push({
      topic: channel.topic,
      sequence: record.sequence,
      logTimeUs: Number(record.logTime / 1000n),
      value: type ? type.decode(record.data) : JSON.parse(new TextDecoder().decode(record.data)),
    });
  }
  if (!reader.done()) throw new Error('not a whole MCAP file');
  return rows;
}

function messageType(name: string, data: Uint8Array): protobuf.Type {
  const set = descriptor.FileDescriptorSet.decode(data);
  // protobufjs adds `fromDescriptor` in an extension that its types do not include.
  const root = protobuf.Root as unknown as { fromDescriptor(set: unknown): protobuf.Root };
  return root.fromDescriptor(set).lookupType(name);
}

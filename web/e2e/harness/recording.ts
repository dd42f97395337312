import { McapIndexedReader } from '@mcap/core';
import protobuf from 'protobufjs';
import descriptor from 'protobufjs/ext/descriptor/index.js';

/** One message of a downloaded recording, decoded by readers of others. */
export type Row = {
  readonly topic: string;
  readonly sequence: number;
  readonly logTimeUs: number;
  // biome-ignore lint/suspicious/noExplicitAny: what a test reads is checked by the test
  readonly value: any;
};

/** Reads a whole recording with the official MCAP reader, and media payloads by the schemas in the file. */
export async function readRecording(bytes: Uint8Array): Promise<Row[]> {
  const reader = await McapIndexedReader.Initialize({
    readable: {
      size: async () => BigInt(bytes.byteLength),
      read: async (offset, size) => bytes.subarray(Number(offset), Number(offset + size)),
    },
  });
  const decoders = new Map<number, (data: Uint8Array) => unknown>();
  for (const [id, channel] of reader.channelsById) {
    const schema = reader.schemasById.get(channel.schemaId);
    if (channel.messageEncoding === 'json') {
      decoders.set(id, (data) => JSON.parse(new TextDecoder().decode(data)));
    } else if (schema) {
      const set = descriptor.FileDescriptorSet.decode(schema.data);
      // protobufjs adds `fromDescriptor` in an extension that its types do not include.
      const from = protobuf.Root as unknown as { fromDescriptor(set: unknown): protobuf.Root };
      const type = from.fromDescriptor(set).lookupType(schema.name);
      decoders.set(id, (data) => type.decode(data));
    }
  }
  const rows: Row[] = [];
  for await (const message of reader.readMessages()) {
    const channel = reader.channelsById.get(message.channelId);
    const decode = decoders.get(message.channelId);
    if (!channel || !decode) throw new Error(`no decoder for channel ${message.channelId}`);
    rows.push({
      topic: channel.topic,
      sequence: message.sequence,
      logTimeUs: Number(message.logTime / 1000n),
      value: decode(message.data),
    });
  }
  return rows;
}

export const on = (rows: readonly Row[], topic: string) =>
  rows.filter((row) => row.topic === topic);

/** All samples of `/mic/pcm` or `/model/pcm` joined together. Throws at the first gap or overlap. */
export function samples(rows: readonly Row[], topic: '/mic/pcm' | '/model/pcm'): Int16Array {
  const blocks = on(rows, topic)
    .slice()
    .sort((a, b) => a.sequence - b.sequence);
  const parts: Int16Array[] = [];
  let next = blocks[0]?.sequence ?? 0;
  for (const block of blocks) {
    if (block.sequence !== next)
      throw new Error(`${topic}: sample ${next} is followed by ${block.sequence}`);
    const data: Uint8Array = block.value.data;
    const pcm = new Int16Array(data.slice().buffer);
    parts.push(pcm);
    next += pcm.length;
  }
  const all = new Int16Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

/** Topics of a recording with their schemas (docs/formats/recording.md section 3). */
import descriptorsText from '../../../../api/schemas/descriptors.json?raw';
import type { JsonTopic, MediaTopic } from '../protocol';

export type Topic = MediaTopic | JsonTopic;
export type ChannelShape = {
  readonly messageEncoding: 'protobuf' | 'json';
  readonly schemaName: string;
  readonly schemaEncoding: 'protobuf' | 'jsonschema';
  readonly schemaData: Uint8Array;
};

const schemaNames: Readonly<Record<Topic, string>> = {
  '/session': 'reprise.Session',
  '/wire/tx': 'reprise.WireMessage',
  '/wire/rx': 'reprise.WireMessage',
  '/mic/pcm': 'foxglove.RawAudio',
  '/model/pcm': 'foxglove.RawAudio',
  '/frames/jpeg': 'foxglove.CompressedImage',
  '/camera/video': 'foxglove.CompressedVideo',
  '/playout': 'reprise.Playout',
  '/clock': 'reprise.Clock',
  '/events': 'reprise.Event',
  '/health': 'reprise.Health',
};

type DescriptorRow = { readonly name: string; readonly encoding: string; readonly data: string };

const dataOf = (row: DescriptorRow): Uint8Array =>
  row.encoding === 'protobuf'
    ? Uint8Array.from(atob(row.data), (letter) => letter.charCodeAt(0))
    : new TextEncoder().encode(row.data);

const rows = JSON.parse(descriptorsText) as readonly DescriptorRow[];

const shapeOf = (schemaName: string): ChannelShape => {
  const row = rows.find((candidate) => candidate.name === schemaName);
  if (!row) throw new Error(`api/schemas/descriptors.json has no ${schemaName}`);
  const isProtobuf = row.encoding === 'protobuf';
  return {
    messageEncoding: isProtobuf ? 'protobuf' : 'json',
    schemaName,
    schemaEncoding: isProtobuf ? 'protobuf' : 'jsonschema',
    schemaData: dataOf(row),
  };
};

export const channelShapes: ReadonlyMap<Topic, ChannelShape> = new Map(
  (Object.keys(schemaNames) as Topic[]).map((topic) => [topic, shapeOf(schemaNames[topic])]),
);

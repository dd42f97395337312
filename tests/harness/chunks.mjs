// Makes chunks with any content (docs/formats/recording.md 1), also such that no browser would send.

const kMagic = Buffer.from('\x89MCAP0\r\n', 'latin1');
const u16 = (value) => { const out = Buffer.alloc(2); out.writeUInt16LE(value); return out; };
const u32 = (value) => { const out = Buffer.alloc(4); out.writeUInt32LE(value); return out; };
const u64 = (value) => { const out = Buffer.alloc(8); out.writeBigUInt64LE(BigInt(value)); return out; };
const text = (value) => Buffer.concat([u32(Buffer.byteLength(value)), Buffer.from(value)]);
const record = (op, ...parts) => {
  const content = Buffer.concat(parts);
  return Buffer.concat([Buffer.from([op]), u64(content.length), content]);
};

const kFormats = {
  '/clock': ['reprise.Clock', 'jsonschema', 'json'],
  '/session': ['reprise.Session', 'jsonschema', 'json'],
  '/wire/rx': ['reprise.WireMessage', 'jsonschema', 'json'],
  '/camera/video': ['foxglove.CompressedVideo', 'protobuf', 'protobuf'],
};

/** 2026-11-28 in microseconds, as a browser's page clock shows it. */
export const kPageUs = 1_795_860_000_000_000;

/** A sealed chunk of `{topic, sequence, pageUs, data}`; `data` is bytes, or an object for JSON. */
export function chunkOf(messages) {
  const topics = [...new Set(messages.map(({ topic }) => topic))];
  const declared = topics.flatMap((topic, index) => {
    const [schema, schemaEncoding, encoding] = kFormats[topic];
    return [
      record(0x03, u16(index + 1), text(schema), text(schemaEncoding), u32(0)),
      record(0x04, u16(index + 1), u16(index + 1), text(topic), text(encoding), u32(0)),
    ];
  });
  const written = messages.map(({ topic, sequence = 0, pageUs = kPageUs, data }) => {
    const bytes = Buffer.isBuffer(data) ? data : Buffer.from(JSON.stringify(data));
    const time = u64(BigInt(pageUs) * 1000n);
    return record(0x05, u16(topics.indexOf(topic) + 1), u32(sequence), time, time, bytes);
  });
  return Buffer.concat([
    kMagic, record(0x01, text('reprise'), text('test')), ...declared, ...written,
    record(0x0f, u32(0)), record(0x02, u64(0), u64(0), u32(0)), kMagic,
  ]);
}

/** A `foxglove.CompressedVideo` with these bytes as its only VP9 picture. */
export function pictureOf(frameId, vp9) {
  const field = (number, bytes) => {
    if (bytes.length > 127) throw new Error('a length of one byte only');
    return Buffer.concat([Buffer.from([number << 3 | 2, bytes.length]), bytes]);
  };
  const timestamp = Buffer.from([0x08, 0x01]); // one second
  return Buffer.concat([field(1, timestamp), field(2, Buffer.from(frameId)), field(3, vp9), field(4, Buffer.from('vp9'))]);
}

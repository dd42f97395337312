// Prints api/schemas/descriptors.json: the schema records of every channel, for the browser and for C++.
// `node api/schemas/make-descriptors.mjs > api/schemas/descriptors.json`. A test checks that the stored file is what this prints.
// Each row: name and encoding of the MCAP schema, and its data: base64 of a FileDescriptorSet, or the text of a JSON Schema.
import { readFileSync, readdirSync } from 'node:fs';

const folder = new URL('.', import.meta.url);
const read = (name) => readFileSync(new URL(name, folder), 'utf8');

// A protobuf writer with the two wire types that descriptors need; field numbers are those of google/protobuf/descriptor.proto.
const varint = (value) => (value < 128 ? [value] : [(value & 127) | 128, ...varint(value >>> 7)]);
const number = (field, value) => [...varint(field << 3), ...varint(value)];
const block = (field, bytes) => [...varint((field << 3) | 2), ...varint(bytes.length), ...bytes];
const text = (field, value) => block(field, [...Buffer.from(value)]);

const types = { int64: 3, int32: 5, fixed32: 7, string: 9, bytes: 12 };
const optional = 1;
const messageType = 11;

const camelCase = (name) => name.replace(/_(.)/g, (_, letter) => letter.toUpperCase());

function fieldDescriptor({ type, name, index }) {
  const scalar = types[type];
  return [
    ...text(1, name),
    ...number(3, index),
    ...number(4, optional),
    ...number(5, scalar ?? messageType),
    ...(scalar ? [] : text(6, `.${type}`)),
    ...text(10, camelCase(name)),
  ];
}

/** FileDescriptorProto of a file with one flat message: all that our three files use. */
function fileDescriptor(path, source) {
  const pick = (pattern) => pattern.exec(source)[1];
  const fields = [...source.matchAll(/^ {2}([\w.]+) (\w+) = (\d+);/gm)].map((match) => ({
    type: match[1],
    name: match[2],
    index: Number(match[3]),
  }));
  const message = [...text(1, pick(/^message (\w+)/m)), ...fields.flatMap((f) => block(2, fieldDescriptor(f)))];
  const imports = [...source.matchAll(/^import "(.+)";/gm)].flatMap((match) => text(3, match[1]));
  return [
    ...text(1, path),
    ...text(2, pick(/^package ([\w.]+);/m)),
    ...imports,
    ...block(4, message),
    ...text(12, pick(/^syntax = "(\w+)";/m)),
  ];
}

const timestamp = fileDescriptor(
  'google/protobuf/timestamp.proto',
  'syntax = "proto3";\npackage google.protobuf;\nmessage Timestamp {\n  int64 seconds = 1;\n  int32 nanos = 2;\n}\n',
);

const files = readdirSync(folder).sort();
const protobuf = files
  .filter((name) => name.endsWith('.proto'))
  .map((name) => {
    const set = [...block(1, timestamp), ...block(1, fileDescriptor(name, read(name)))];
    return {
      name: `foxglove.${name.replace('.proto', '')}`,
      encoding: 'protobuf',
      data: Buffer.from(set).toString('base64'),
    };
  });
const json = files
  .filter((name) => name.endsWith('.schema.json'))
  .map((name) => ({
    name: name.replace('.schema.json', ''),
    encoding: 'jsonschema',
    data: JSON.stringify(JSON.parse(read(name))),
  }));
process.stdout.write(`${JSON.stringify([...protobuf, ...json], null, 1)}\n`);

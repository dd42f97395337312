import { describe, expect, it } from 'vitest';
import { ByteWriter } from './byte-writer';
import { writeCompressedImage, writeCompressedVideo, writeRawAudio } from './protobuf';

const hex = (write: (out: ByteWriter) => void): string => {
  const out = new ByteWriter();
  write(out);
  return [...out.take()].map((byte) => byte.toString(16).padStart(2, '0')).join(' ');
};

// The expected bytes were written by hand from the wire format. Fields and types are those of api/schemas/*.proto.
describe('protobuf', () => {
  it('writes foxglove.RawAudio', () => {
    const data = Uint8Array.of(1, 2, 0xff, 0x7f);
    expect(
      hex((out) => writeRawAudio(out, { micros: 300_000_007, data, sampleRate: 16_000 })),
    ).toBe(
      '0a 06 08 ac 02 10 d8 36 12 04 01 02 ff 7f 1a 07 70 63 6d 2d 73 31 36 25 80 3e 00 00 2d 01 00 00 00',
    );
  });

  it('writes foxglove.CompressedVideo', () => {
    const picture = { micros: 1_000_000, data: Uint8Array.of(0x82), frameId: 'key 2x2' };
    expect(hex((out) => writeCompressedVideo(out, picture))).toBe(
      '0a 02 08 01 12 07 6b 65 79 20 32 78 32 1a 01 82 22 03 76 70 39',
    );
  });

  it('writes foxglove.CompressedImage', () => {
    const picture = { micros: 5, data: Uint8Array.of(0xff, 0xd8), frameId: '2x2' };
    expect(hex((out) => writeCompressedImage(out, picture))).toBe(
      '0a 03 10 88 27 12 02 ff d8 1a 04 6a 70 65 67 22 03 32 78 32',
    );
  });

  it('leaves default values out and takes a time before zero as zero', () => {
    const picture = { micros: -4, data: new Uint8Array(0), frameId: '' };
    expect(hex((out) => writeCompressedVideo(out, picture))).toBe('0a 00 22 03 76 70 39');
  });

  it('writes lengths above 127 and times of this century', () => {
    const data = new Uint8Array(300);
    const audio = { micros: 1_795_531_763_000_001, data, sampleRate: 24_000 };
    const bytes = hex((out) => writeRawAudio(out, audio));
    expect(bytes).toMatch(/^0a 09 08 f3 c7 96 d8 06 10 e8 07 12 ac 02 00/);
  });
});

import { describe, expect, it } from 'vitest';
import { crc32, crc32c } from './crc';

const digits = new TextEncoder().encode('123456789');

describe('crc', () => {
  it('gives the published check values', () => {
    expect(crc32(digits)).toBe(0xcbf43926);
    expect(crc32c(digits)).toBe(0xe3069283);
    // RFC 3720 B.4: 32 bytes of zeros.
    expect(crc32c(new Uint8Array(32))).toBe(0x8a9136aa);
  });

  it('goes on where it stopped', () => {
    for (let cut = 0; cut <= digits.length; cut += 1) {
      expect(crc32(digits.subarray(cut), crc32(digits.subarray(0, cut)))).toBe(0xcbf43926);
    }
  });
});

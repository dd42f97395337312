import { createHash } from 'node:crypto';
import { expect, it } from 'vitest';
import { sha256Hex } from './sha256';

it.each([0, 1, 3, 55, 56, 63, 64, 65, 119, 120, 1000])(
  'agrees with Node for %d characters',
  (n) => {
    const text = 'auth_tokens/ä–'.repeat(n).slice(0, n);
    expect(sha256Hex(text)).toBe(createHash('sha256').update(text, 'utf8').digest('hex'));
  },
);

import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { tarHeader, tarOf } from './tar';

it('makes what tar unpacks, whatever the sizes', async () => {
  const sizes = [1, 511, 512, 513, 70_000];
  const contentOf = (size: number) => new Uint8Array(size).map((_, index) => index * 7);
  const modifiedMs = Date.UTC(2026, 10, 28);
  const blob = tarOf(
    sizes.map((size) => ({
      name: `id/${size}.mcap`,
      content: new Blob([contentOf(size)]),
      modifiedMs,
    })),
  );
  const folder = mkdtempSync(join(tmpdir(), 'reprise-tar-'));
  try {
    writeFileSync(join(folder, 'a.tar'), new Uint8Array(await blob.arrayBuffer()));
    execFileSync('tar', ['-xf', 'a.tar'], { cwd: folder });
    for (const size of sizes) {
      expect([...readFileSync(join(folder, `id/${size}.mcap`))]).toEqual([...contentOf(size)]);
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
});

it('refuses what the format cannot hold', () => {
  expect(() => tarHeader('x'.repeat(101), 1, 0)).toThrow(RangeError);
  expect(() => tarHeader('x', 8 ** 11, 0)).toThrow(RangeError);
});

// Checks that stored files are exactly what their scripts print.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';

const root = new URL('../../', import.meta.url);

for (const [stored, script] of [
  ['api/fir/taps.json', 'api/fir/make-taps.mjs'],
  ['api/fir/golden.json', 'api/fir/make-golden.mjs'],
  ['api/schemas/descriptors.json', 'api/schemas/make-descriptors.mjs'],
]) {
  test(`${stored} is what ${script} prints`, () => {
    const printed = execFileSync(process.execPath, [script], { cwd: root, encoding: 'utf8' });
    assert.equal(printed, readFileSync(new URL(stored, root), 'utf8'));
  });
}

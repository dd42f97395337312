// Checks the documentation: links have targets, decisions have their headings, the README names real commands.
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { test } from 'node:test';
import { files, read, root } from './files.mjs';

const pages = files(/\.md$/);

test('every relative link and picture in the documentation exists', () => {
  const broken = [];
  for (const page of pages) {
    for (const [, target] of read(page).matchAll(/\]\(([^)\s]+)\)/g)) {
      if (/^(https?:|mailto:|#)/.test(target)) continue;
      const path = normalize(join(dirname(page), target.split('#')[0]));
      if (!existsSync(root + path)) broken.push(`${page}: ${target}`);
    }
  }
  assert.deepEqual(broken, []);
});

test('every decision record has its five headings', () => {
  const wanted = ['Status', 'Context', 'Decision', 'Consequences', 'Refused'];
  const records = files(/^docs\/adr\/\d{4}-\d{2}-\d{2}-.*\.md$/);
  assert.ok(records.length > 0);
  const wrong = records.filter((path) => wanted.some((heading) => !new RegExp(`^(## ${heading}|${heading}:)`, 'm').test(read(path))));
  assert.deepEqual(wrong, []);
});

test('code names only documents that exist', () => {
  const broken = [];
  for (const path of files(/\.(cpp|hpp|ts|tsx|mjs|cmake|yaml)$|CMakeLists\.txt$/)) {
    for (const [name] of read(path).matchAll(/\bdocs\/[a-z0-9/_-]+\.md\b/gi)) if (!existsSync(root + name)) broken.push(`${path}: ${name}`);
  }
  assert.deepEqual(broken, []);
});

test('the version is the same everywhere', () => {
  const version = read('VERSION').trim();
  assert.equal(JSON.parse(read('web/package.json')).version, version);
  assert.match(read('api/openapi.yaml'), new RegExp(`^  version: ${version.replaceAll('.', '\\.')}$`, 'm'));
});

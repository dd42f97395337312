import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { kVoices } from './voices';

test('the voices that are offered are those that the server knows', () => {
  const source = readFileSync(
    new URL('../../../server/platform/gemini/listed_models.cpp', import.meta.url),
    'utf8',
  );
  const list = /kVoices\{([^}]*)\}/.exec(source)?.[1] ?? '';
  expect([...list.matchAll(/"(\w+)"/g)].map(([, voice]) => voice)).toEqual([...kVoices]);
});

import { expect, test } from 'vitest';
import { licences, licenceTexts } from './licences.ts';

test('names what the app needs, with version and licence', () => {
  const { npm, debian } = licences();
  const names = npm.map(({ name }) => name);
  for (const name of ['react', 'react-dom', 'scheduler', '@google/genai', 'openapi-fetch']) {
    expect(names).toContain(name);
  }
  expect(names, 'tools are not inside').not.toContain('vitest');
  for (const one of npm) {
    expect(one.version).toMatch(/^\d/);
    expect(one.licence).toMatch(/MIT|ISC|Apache|BSD|0BSD|BlueOak|Unlicense|Python|OFL/);
  }
  expect(debian.map(({ name }) => name)).toContain('libsqlite3-0');
});

test('gives the texts, each once, below the packages that they are of', () => {
  const text = licenceTexts();
  for (const { name } of licences()
    .npm.filter(({ licence }) => licence === 'MIT')
    .slice(0, 20)) {
    expect(text).toContain(`${name} `);
  }
  expect(text).toContain('Permission is hereby granted, free of charge');
  expect(text.split('\n----\n').length).toBeGreaterThan(50);
});

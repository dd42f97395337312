import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const src = fileURLToPath(new URL('../src/', import.meta.url));
const kForced = 'ui/forced-colors.css';

/** Outlined or lifted by a shadow, and nothing is lost without it: each is seen by something else. */
const kSeenWithout: readonly string[] = [
  '.message-file__picture', // a picture inside a file that has a border
  '.talk-shares__words', // a hatched or filled square
  '.lanes__chip', // a badge
  '.loss-badge', // a badge
  '.badge--gap', // a badge
  '.player__panel', // a panel
  '.seek__window',
  '.seek__head',
  '.turn-outline__turn--person', // outlined by another rule
  '.turn-outline__turn--model',
];

/** The classes of the rules whose box is drawn by a shadow only. */
function outlinedByShadow(css: string): string[] {
  const rules = css.replaceAll(/\/\*[\s\S]*?\*\//g, '').matchAll(/([^{}]+)\{([^{}]*)\}/g);
  return [...rules]
    .filter(([, , body = '']) => /box-shadow:\s*(inset 0 0 0 1|0 0 0 1|var\(--lift)/.test(body))
    .filter(([, , body = '']) => !/border:\s*[1-9]/.test(body))
    .map(([, selector = '']) => selector.match(/\.[\w-]+/g)?.at(-1) ?? '')
    .filter((name) => name !== '');
}

test('what a shadow outlines has a border where colours are forced', () => {
  const forced = readFileSync(src + kForced, 'utf8');
  const files = readdirSync(src, { recursive: true, encoding: 'utf8' });
  const outlined = files
    .filter((path) => path.endsWith('.css') && path !== kForced)
    .flatMap((path) => outlinedByShadow(readFileSync(src + path, 'utf8')));
  expect(outlined).toContain('.composer__box');
  const named = (name: string) => new RegExp(`\\${name}(?![\\w-])`).test(forced);
  const missing = outlined.filter((name) => !named(name) && !kSeenWithout.includes(name));
  expect([...new Set(missing)]).toEqual([]);
});

import { readdirSync, readFileSync, statSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const folder = fileURLToPath(new URL('../src/ui/fonts/', import.meta.url));
/** Both together, also for whom both are fetched. */
const kBytesMax = 60 * 1024;

test('the fonts are small, and have their licence beside them', () => {
  const files = readdirSync(folder);
  const fonts = files.filter((name) => name.endsWith('.woff2'));
  expect(fonts).toEqual(['inter-latin-ext.woff2', 'inter-latin.woff2']);
  const bytes = fonts.reduce((sum, name) => sum + statSync(folder + name).size, 0);
  expect(bytes).toBeLessThanOrEqual(kBytesMax);
  expect(readFileSync(`${folder}OFL.txt`, 'utf8')).toContain('SIL Open Font License');
});

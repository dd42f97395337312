import { readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const src = fileURLToPath(new URL('../src/', import.meta.url));
/** With these the first screen is drawn (shared-files.ts). */
const kEntries = ['app/main.ts', 'app/start.tsx', 'app/routes/home-route.tsx'];

const isFile = (path: string) => statSync(path, { throwIfNoEntry: false })?.isFile() ?? false;

/** The files that a module imports for itself, not those that it loads when they are needed. */
function importedBy(path: string): string[] {
  if (!/\.tsx?$/.test(path)) return [];
  const text = readFileSync(path, 'utf8').replaceAll(/import type [^;]*;/g, '');
  return [...text.matchAll(/^(?:import|export|\}) (?:[^;'"]*?from )?'(\.[^']+)';/gm)]
    .map(([, name]) => resolve(dirname(path), name ?? ''))
    .flatMap((base) => ['', '.ts', '.tsx'].map((ending) => base + ending).filter(isFile));
}
function reachable(): string[] {
  const found = new Set<string>();
  const add = (path: string): void => {
    if (found.has(path)) return;
    found.add(path);
    importedBy(path).forEach(add);
  };
  for (const entry of kEntries) add(src + entry);
  return [...found];
}

/** Static names of classes in a component. */
const classesUsed = (text: string): string[] =>
  [...text.matchAll(/className=(?:"([^"]*)"|\{([^}]*)\})/g)].flatMap(([, plain, computed]) =>
    [plain ?? '', ...[...(computed ?? '').matchAll(/['`]([^'`]*)['`]/g)].map(([, part]) => part)]
      .join(' ')
      .split(/\s+/)
      .filter((name) => /^[a-z][\w-]*$/.test(name ?? '')),
  );

const namesIn = (path: string): string[] =>
  [...readFileSync(path, 'utf8').matchAll(/\.([a-z][\w-]*)/g)].map(([, name]) => name ?? '');

test('the first screen has the styles of its classes; later pages bring theirs', () => {
  const files = reachable();
  const styles = files.filter((path) => path.endsWith('.css'));
  const names = styles.map((path) => path.slice(src.length));
  expect(names).toContain('ui/base.css');
  expect(names).not.toContain('features/playback/player.css');
  const first = new Set(styles.flatMap(namesIn));
  const later = readdirSync(src, { recursive: true, encoding: 'utf8' }).filter((path) =>
    path.endsWith('.css'),
  );
  const all = new Set(later.flatMap((path) => namesIn(src + path)));
  const without = files
    .filter((path) => path.endsWith('.tsx'))
    .flatMap((path) =>
      classesUsed(readFileSync(path, 'utf8'))
        .filter((name) => all.has(name) && !first.has(name))
        .map((name) => `${path.slice(src.length)}: ${name}`),
    );
  expect(without).toEqual([]);
});

// The files for the tidy tests: those that git tracks (or would track).
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

export const root = fileURLToPath(new URL('../..', import.meta.url));

/** Paths of existing files that match `pattern`, relative to the root. */
export function files(pattern) {
  const listed = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard', '--deduplicate'], { cwd: root, encoding: 'utf8' });
  return listed.split('\n').filter((path) => pattern.test(path) && tryRead(path) !== null);
}
/** The content of a file. `absent` is returned for a file that does not exist; without it, that is an error. */
export const read = (path, absent) => (absent !== undefined && !existsSync(root + path) ? absent : readFileSync(root + path, 'utf8'));

function tryRead(path) {
  try {
    return read(path);
  } catch {
    return null;
  }
}

// The server as it was some time ago, for tests of upgrades: the newest tag, or the commit below. TEST_OLD_PROGRAM names one that is
// built already; else it is built, which takes minutes, and kept in build/older.
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { cleanEnvironment, root } from './programs.mjs';

/** Before uploads: some migrations fewer. */
const OLD_COMMIT = 'ea54210c';

/** The path of the program. */
export function oldProgram() {
  if (process.env.TEST_OLD_PROGRAM) return process.env.TEST_OLD_PROGRAM;
  const git = (...words) => execFileSync('git', words, { cwd: root, encoding: 'utf8' }).trim();
  const tag = git('tag', '--sort=-creatordate').split('\n')[0];
  const commit = git('rev-parse', `${tag || OLD_COMMIT}^{commit}`);
  const place = join(root, 'build/older', commit);
  const program = join(place, 'build/release/reprise');
  if (existsSync(program)) return program;
  mkdirSync(join(root, 'build/older'), { recursive: true });
  if (!existsSync(place)) git('worktree', 'add', '--detach', place, commit);
  const make = (command, ...words) => execFileSync(command, words, { cwd: place, env: cleanEnvironment(), stdio: 'inherit' });
  make('cmake', '--preset', 'release', '-DREPRISE_UNITY=ON');
  make('ninja', '-C', 'build/release', 'reprise');
  return program;
}

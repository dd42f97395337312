// Do the unit tests notice? Changes one token at a time in a copy of the sources, builds the module's test program and runs it.
// `node tests/tools/mutants.mjs [--count N] [--seed N] [--at FILE:LINE]`; prints each change that no test noticed, and fails
// when fewer than GOAL of them were. The copy is a git worktree of HEAD in build/mutants: what is not committed is not in it.
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

/** Share of the changes that the tests must notice. */
const GOAL = 0.9;
/** A change may make a loop endless: a test program that runs longer than this has noticed it. */
const TEST_SECONDS = 180;
/** Where changes are made: folders whose tests are one program, which runs without files and sockets. */
const MODULES = {
  'server/domain/recording': 'reprise_domain_test',
  'server/domain/pcm': 'reprise_domain_test',
  'server/platform/archive': 'reprise_platform_archive_test',
  'server/platform/http': 'reprise_platform_http_test',
  'server/features/playback': 'reprise_features_playback_test',
};
/** Token → what stands in its place. Comparison, arithmetic, logic, constants. */
const CHANGES = [
  [/(?<![<>=!-])<(?![<=>])(?=\s)/g, '<='],
  [/<=(?!>)/g, '<'],
  [/(?<![<>=!-])(?<=\s)>(?![>=])(?=\s)/g, '>='],
  [/(?<![<>=!])>=/g, '>'],
  [/(?<=\s)==(?=\s)/g, '!='],
  [/(?<=\s)!=(?=\s)/g, '=='],
  [/(?<=\s)\+(?=\s)/g, '-'],
  [/(?<=\s)-(?=\s)/g, '+'],
  [/(?<=\s)\*(?=\s)/g, '/'],
  [/(?<=\s)&&(?=\s)/g, '||'],
  [/(?<=\s)\|\|(?=\s)/g, '&&'],
  [/\bstd::min\b/g, 'std::max'],
  [/\bstd::max\b/g, 'std::min'],
  [/\btrue\b/g, 'false'],
  [/\bfalse\b/g, 'true'],
];

const { values } = parseArgs({
  options: { count: { type: 'string', default: '35' }, seed: { type: 'string', default: '1' }, at: { type: 'string' } },
});
const root = fileURLToPath(new URL('../../', import.meta.url));
const tree = `${root}build/mutants/`;
const build = `${tree}build/dev`;

/** Numbers in [0, 1) that the seed decides (mulberry32). */
function randomNumbers(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** A line without its texts and its comment, at the same columns: changes are made in code only. */
const codeOf = (line) =>
  line
    .replace(/"(?:[^"\\]|\\.)*"/g, (text) => ' '.repeat(text.length))
    .replace(/\/\/.*$/, (comment) => ' '.repeat(comment.length));

function changesOf(path) {
  const found = [];
  for (const [index, line] of readFileSync(tree + path, 'utf8').split('\n').entries()) {
    if (/^\s*(#|\*|template|static_assert|REPRISE_ASSERT|using )/.test(line)) continue;
    for (const [token, instead] of CHANGES) {
      for (const match of codeOf(line).matchAll(token)) found.push({ path, index, column: match.index, token: match[0], instead });
    }
  }
  return found;
}

function prepare() {
  const head = execFileSync('git', ['rev-parse', 'HEAD'], { cwd: root, encoding: 'utf8' }).trim();
  if (!existsSync(tree)) execFileSync('git', ['worktree', 'add', '--force', '--detach', tree, head], { cwd: root, stdio: 'ignore' });
  execFileSync('git', ['checkout', '--force', '--detach', head], { cwd: tree, stdio: 'ignore' });
  if (!existsSync(`${tree}web/dist`)) execFileSync('cp', ['-r', `${root}web/dist`, `${tree}web/dist`]);
  execFileSync('cmake', ['--preset', 'dev'], { cwd: tree, stdio: 'ignore' });
  execFileSync('ninja', ['-C', build, ...new Set(Object.values(MODULES))], { stdio: ['ignore', 'ignore', 'inherit'] });
}

/** What became of a change: noticed by the compiler or by a test, or not at all. */
function judge({ path, index, column, token, instead }, program) {
  const before = readFileSync(tree + path, 'utf8');
  const lines = before.split('\n');
  lines[index] = lines[index].slice(0, column) + instead + lines[index].slice(column + token.length);
  try {
    writeFileSync(tree + path, lines.join('\n'));
    if (spawnSync('ninja', ['-C', build, program], { stdio: 'ignore' }).status !== 0) return 'does not compile';
    const run = spawnSync(`${build}/${program}`, ['--gtest_brief=1', '--gtest_fail_fast'], { stdio: 'ignore', timeout: TEST_SECONDS * 1000 });
    return run.status === 0 ? 'survived' : 'noticed';
  } finally {
    writeFileSync(tree + path, before);
  }
}

prepare();
const sources = execFileSync('git', ['ls-files', '--', '*.cpp'], { cwd: tree, encoding: 'utf8' })
  .split('\n')
  .filter((path) => path && !/_(test|fuzz)\.cpp$|_for_test|test_support/.test(path));
const moduleOf = (path) => Object.keys(MODULES).find((folder) => path.startsWith(`${folder}/`));
let candidates = sources.filter(moduleOf).flatMap(changesOf);
if (values.at) candidates = candidates.filter(({ path, index }) => `${path}:${index + 1}`.endsWith(values.at));
const random = randomNumbers(Number(values.seed));
const wanted = values.at ? candidates.length : Number(values.count);
const counts = { noticed: 0, survived: 0 };
while (counts.noticed + counts.survived < wanted && candidates.length > 0) {
  const [change] = candidates.splice(values.at ? 0 : Math.floor(random() * candidates.length), 1);
  const verdict = judge(change, MODULES[moduleOf(change.path)]);
  if (verdict in counts) counts[verdict] += 1;
  console.log(`${verdict}: ${change.path}:${change.index + 1}:${change.column + 1} ${change.token} -> ${change.instead}`);
}
const share = counts.noticed / Math.max(1, counts.noticed + counts.survived);
console.log(`${counts.noticed} of ${counts.noticed + counts.survived} changes were noticed (${Math.round(100 * share)} %, seed ${values.seed})`);
process.exit(share >= GOAL ? 0 : 1);

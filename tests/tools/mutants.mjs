// Checks whether the unit tests notice mistakes: changes one token at a time and runs the module's test program.
//   node tests/tools/mutants.mjs [--count N] [--seed N] [--in FOLDER] [--at FILE:LINE] [--jobs N]
// Prints each change that no test noticed, and fails when fewer than GOAL of them were noticed. It needs build/dev and changes
// neither it nor the sources, also when it is killed: the changed file is compiled in a folder of its own and linked in the
// place of the library's object. `equivalent-changes.json` beside this file names what nothing can notice, with the reason.
import { execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

/** The part of the changes that tests must notice. */
const GOAL = 0.9;
/** A change may make a loop endless. A program that takes this many times longer than normal has noticed it. */
const TIMES_LONGER = 5;
const SECONDS_MIN = 20;
/** Limit for the memory that an endless loop may take. */
const MEMORY_MIB_MAX = 2048;
/** Tests up to this long run first, since they notice most changes. */
const QUICK_MS = 300;
/** Where changes are made, and which tests must notice them: fold and views, archive, framing, pictures and sound. */
const MODULES = {
  'server/domain/recording/': 'reprise_domain_test',
  'server/domain/pcm/': 'reprise_domain_test',
  'server/platform/archive/': 'reprise_platform_archive_test',
  'server/platform/http/framing': 'reprise_platform_http_test',
  'server/platform/media/': 'reprise_platform_media_test',
  'server/features/playback/': 'reprise_features_playback_test',
};
/** A token and its replacements. Comparison, arithmetic, logic, constants. */
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
  options: {
    count: { type: 'string', default: '35' },
    seed: { type: 'string', default: '1' },
    in: { type: 'string', default: '' },
    at: { type: 'string' },
    jobs: { type: 'string', default: String(availableParallelism()) },
  },
});
const root = fileURLToPath(new URL('../../', import.meta.url));
const build = `${root}build/dev`;
/** @type {{file: string, code: string, change: string, reason: string}[]} */
const equivalents = JSON.parse(readFileSync(new URL('equivalent-changes.json', import.meta.url), 'utf8'));
const place = mkdtempSync(join(tmpdir(), 'reprise-mutants-'));
const running = new Set();

function leave() {
  for (const child of running) child.kill('SIGKILL');
  rmSync(place, { recursive: true, force: true });
}
process.on('exit', leave);
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => process.exit(1));

/** Numbers in [0, 1) that depend only on the seed (mulberry32). */
function randomNumbers(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** A line without its string literals and its comment, at the same columns: only code is changed. */
const codeOf = (line) =>
  line
    .replace(/"(?:[^"\\]|\\.)*"/g, (text) => ' '.repeat(text.length))
    .replace(/\/\/.*$/, (comment) => ' '.repeat(comment.length));

function changesOf(path) {
  const found = [];
  for (const [index, line] of readFileSync(root + path, 'utf8').split('\n').entries()) {
    if (/^\s*(#|\*|template|static_assert|REPRISE_ASSERT|using )/.test(line)) continue;
    for (const [token, instead] of CHANGES) {
      for (const match of codeOf(line).matchAll(token)) {
        found.push({ path, index, column: match.index, token: match[0], instead, code: line.trim() });
      }
    }
  }
  return found;
}

const changeText = ({ token, instead }) => `${token} -> ${instead}`;
const isEquivalent = (change) =>
  equivalents.some(({ file, code, change: text }) => basename(change.path) === file && change.code === code && changeText(change) === text);

/** Runs a command; returns its status (null: killed, or too slow). */
async function run(command, { cwd = build, seconds = 300, env = {} } = {}) {
  const child = spawn('bash', ['-c', `exec ${command}`], { cwd, stdio: 'ignore', env: { ...process.env, ...env }, timeout: seconds * 1000, killSignal: 'SIGKILL' });
  running.add(child);
  const status = await new Promise((resolve) => child.once('exit', resolve));
  running.delete(child);
  return status;
}

const compileCommands = new Map(
  JSON.parse(readFileSync(`${build}/compile_commands.json`, 'utf8')).map(({ file, command }) => [file, command]),
);

/** The quick tests of a program, the other tests, and how long they take. Checks that they pass without a change. */
async function programOf(name) {
  const report = join(place, `${name}.json`);
  const began = Date.now();
  const status = await run(`${build}/${name} --gtest_brief=1 --gtest_output=json:${report}`, { cwd: root, seconds: 900 });
  if (status !== 0) throw new Error(`${name} fails without any change`);
  const tests = JSON.parse(readFileSync(report, 'utf8')).testsuites.flatMap(({ name: suite, testsuite }) =>
    testsuite.map((test) => ({ name: `${suite}.${test.name}`, ms: Number.parseFloat(test.time) * 1000 })),
  );
  const link = execFileSync('ninja', ['-C', build, '-t', 'commands', name], { encoding: 'utf8' }).trim().split('\n').at(-1);
  const slow = tests.filter(({ ms }) => ms > QUICK_MS).map((test) => test.name);
  return { name, link, slow, seconds: Math.max(SECONDS_MIN, (TIMES_LONGER * (Date.now() - began)) / 1000) };
}

/** What became of a change: a test noticed it, no test did, or it does not compile. */
async function judge({ path, index, column, token, instead }, { name, link, slow, seconds }) {
  const folder = mkdtempSync(join(place, 'one-'));
  try {
    const lines = readFileSync(root + path, 'utf8').split('\n');
    lines[index] = lines[index].slice(0, column) + instead + lines[index].slice(column + token.length);
    const source = join(folder, basename(path));
    const object = `${source}.o`;
    writeFileSync(source, lines.join('\n'));
    const compile = compileCommands.get(root + path).replace(/ -o \S+ -c \S+$/, ` -o ${object} -c ${source}`);
    if ((await run(compile)) !== 0) return 'does not compile';
    // The changed object is linked before the library, so that the library's own object is not used.
    const program = join(folder, name);
    const linked = link.replace(/^: && /, '').replace(/ && :$/, '').replace(` -o ${name} `, ` ${object} -o ${program} `);
    if ((await run(linked)) !== 0) throw new Error(`the program for ${path} does not link`);
    const env = { ASAN_OPTIONS: `hard_rss_limit_mb=${MEMORY_MIB_MAX}` };
    const passes = async (filter) =>
      (await run(`${program} --gtest_brief=1 --gtest_fail_fast '--gtest_filter=${filter}'`, { cwd: root, seconds, env })) === 0;
    if (!(await passes(slow.length ? `*-${slow.join(':')}` : '*'))) return 'noticed';
    return slow.length && !(await passes(slow.join(':'))) ? 'noticed' : 'survived';
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const sources = readdirSync(`${root}server`, { recursive: true })
  .map((path) => `server/${path}`)
  .filter((path) => path.endsWith('.cpp') && !/_(test|fuzz)\.cpp$|_for_test|test_support/.test(path))
  .sort();
const moduleOf = (path) => Object.keys(MODULES).find((beginning) => path.startsWith(beginning));
for (const beginning of Object.keys(MODULES)) {
  if (!sources.some((path) => path.startsWith(beginning))) throw new Error(`MODULES names ${beginning}, where nothing is`);
}
const all = sources.filter(moduleOf).flatMap(changesOf);
for (const { file, code, change } of equivalents) {
  const known = all.some((one) => basename(one.path) === file && one.code === code && changeText(one) === change);
  if (!known) console.log(`equivalent-changes.json names what is not there any more: ${file}: ${code} (${change})`);
}
let candidates = all.filter((change) => !isEquivalent(change) && change.path.includes(values.in));
if (values.at) candidates = candidates.filter(({ path, index }) => `${path}:${index + 1}`.endsWith(values.at));

const random = randomNumbers(Number(values.seed));
const wanted = values.at ? candidates.length : Math.min(Number(values.count), candidates.length);
const programs = new Map();
const program = (path) => {
  const name = MODULES[moduleOf(path)];
  if (!programs.has(name)) programs.set(name, programOf(name));
  return programs.get(name);
};
const counts = new Map(); // by module
let judged = 0; // or being judged; what does not compile is not counted
async function worker() {
  while (judged < wanted && candidates.length > 0) {
    const [change] = candidates.splice(values.at ? 0 : Math.floor(random() * candidates.length), 1);
    judged += 1;
    const verdict = await judge(change, await program(change.path));
    if (verdict === 'does not compile') judged -= 1;
    else {
      const count = counts.get(moduleOf(change.path)) ?? { noticed: 0, survived: 0 };
      count[verdict] += 1;
      counts.set(moduleOf(change.path), count);
    }
    console.log(`${verdict}: ${change.path}:${change.index + 1}:${change.column + 1} ${changeText(change)}   ${change.code}`);
  }
}
await Promise.all(Array.from({ length: Number(values.jobs) }, worker));

const share = ({ noticed, survived }) => `${noticed} of ${noticed + survived} (${Math.round((100 * noticed) / (noticed + survived))} %)`;
const sum = { noticed: 0, survived: 0 };
for (const [module, count] of [...counts].sort()) {
  console.log(`${module}: ${share(count)}`);
  sum.noticed += count.noticed;
  sum.survived += count.survived;
}
console.log(`changes that were noticed: ${share(sum)}, seed ${values.seed}`);
process.exitCode = sum.noticed >= GOAL * (sum.noticed + sum.survived) ? 0 : 1;

// `./dev bench [--json FILE] [NAME ...]`: runs the benchmarks one after the other and prints a table.
// Every figure is measured in this run; a figure beside another is measured beside it, since machines are noisy.
import { readFileSync, writeFileSync } from 'node:fs';
import { cpus, loadavg, totalmem } from 'node:os';
import { root } from './programs.mjs';

const ALL = ['start', 'static', 'login', 'ingest', 'fold', 'player', 'live', 'stores'];
/** `lists` is the second part of `player`, `thread` that of `chat`; `analytics`, `chat`, `nginx` and `uploads` are run by their names only. */
const KNOWN = [...ALL, 'analytics', 'chat', 'lists', 'nginx', 'thread', 'uploads'];

const names = [];
let json = null;
const words = process.argv.slice(2);
while (words.length > 0) {
  const word = words.shift();
  if (word === '--json') json = words.shift();
  else if (KNOWN.includes(word)) names.push(word);
  else {
    console.error(`There is no benchmark '${word}'. Known: ${KNOWN.join(', ')}`);
    process.exit(2);
  }
}

/** @type {{bench: string, load_before: number, name: string, value: number, unit: string, goal?: string, compared_with?: string}[]} */
const rows = [];
for (const name of names.length > 0 ? names : ALL) {
  const [load] = loadavg();
  console.error(`== ${name} (load of the last minute: ${load.toFixed(1)})`);
  const { run } = await import(`./${name}.mjs`);
  for (const row of await run()) {
    rows.push({ bench: name, ...row, load_before: Math.round(load * 10) / 10 });
    print(row);
  }
  if (json) save();
}

/** Saves after each benchmark, so that a later failure does not lose the earlier figures. */
function save() {
  const machine = { cores: cpus().length, cpu: cpus()[0]?.model.trim(), memory_gib: Math.round(totalmem() / 2 ** 30) };
  const version = readFileSync(`${root}VERSION`, 'utf8').trim();
  writeFileSync(json, `${JSON.stringify({ date: new Date().toISOString(), version, machine, rows }, null, 1)}\n`);
}

function print({ name, value, unit, goal, compared_with }) {
  const shown = Number.isInteger(value) || Math.abs(value) >= 100 ? value.toFixed(0) : value.toPrecision(3);
  console.log(`${name.padEnd(62)} ${shown.padStart(10)} ${unit.padEnd(10)} ${(goal ? `goal ${goal}` : '').padEnd(16)} ${compared_with ?? ''}`);
}

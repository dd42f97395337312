// `./dev bench [--json FILE] [NAME ...]`: runs the benchmarks one after the other and prints a table.
// Every figure is measured in this run; a figure beside another is measured beside it, since machines are noisy.
import { writeFileSync } from 'node:fs';
import { cpus, totalmem } from 'node:os';
import { readFileSync } from 'node:fs';
import { root } from './programs.mjs';

const ALL = ['start', 'static', 'ingest', 'fold', 'player', 'live'];

const names = [];
let json = null;
const words = process.argv.slice(2);
while (words.length > 0) {
  const word = words.shift();
  if (word === '--json') json = words.shift();
  else if (ALL.includes(word)) names.push(word);
  else {
    console.error(`There is no benchmark '${word}'. Known: ${ALL.join(', ')}`);
    process.exit(2);
  }
}

/** @type {{name: string, value: number, unit: string, goal?: string, compared_with?: string}[]} */
const rows = [];
for (const name of names.length > 0 ? names : ALL) {
  console.error(`== ${name}`);
  const { run } = await import(`./${name}.mjs`);
  for (const row of await run()) {
    rows.push(row);
    print(row);
  }
}
if (json) {
  const machine = { cores: cpus().length, cpu: cpus()[0]?.model.trim(), memory_gib: Math.round(totalmem() / 2 ** 30) };
  const version = readFileSync(`${root}VERSION`, 'utf8').trim();
  writeFileSync(json, `${JSON.stringify({ date: new Date().toISOString(), version, machine, rows }, null, 1)}\n`);
}

function print({ name, value, unit, goal, compared_with }) {
  const shown = Number.isInteger(value) ? String(value) : value.toPrecision(3);
  console.log(`${name.padEnd(58)} ${shown.padStart(10)} ${unit.padEnd(10)} ${(goal ? `goal ${goal}` : '').padEnd(16)} ${compared_with ?? ''}`);
}

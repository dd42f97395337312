// The fold: how much faster than real time it is on one core, and its memory, at three lengths.
import { join } from 'node:path';
import { binary, folder, output, remove } from './programs.mjs';
import { synthetic } from './recordings.mjs';

const MINUTES = [1, 10, 60];
/** Number of runs; the median counts. */
const RUNS = 3;
const WAYS = [
  { way: 'view', name: 'without rendering', goal: '>= 1000' },
  { way: 'sound', name: 'rendering the sound, no Opus' },
  { way: 'media', name: 'with Opus and WebM', goal: '>= 200' },
];

export async function run() {
  const rows = [];
  const memory = Object.fromEntries(WAYS.map(({ way }) => [way, []]));
  for (const minutes of MINUTES) {
    const { place, files } = await synthetic(minutes * 60);
    const out = folder();
    try {
      for (const { way, name, goal } of WAYS) {
        const runs = [];
        for (let n = 0; n < RUNS; n++) {
          runs.push(JSON.parse(await output(binary('reprise-fold-bench'), [place, way, join(out, 'view.webm')])));
        }
        runs.sort((a, b) => a.cpu_seconds - b.cpu_seconds);
        const { seconds, cpu_seconds, peak_kib } = runs[RUNS >> 1];
        if (Math.abs(seconds - files.length) > 2) throw new Error(`${files.length} chunks became ${seconds} s`);
        rows.push({ name: `fold ${minutes} min ${name}`, value: seconds / cpu_seconds, unit: 'x real time', ...(goal && { goal }) });
        memory[way].push(peak_kib / 1024);
      }
    } finally {
      remove(place);
      remove(out);
    }
  }
  for (const { way, name } of WAYS) {
    for (const [index, mib] of memory[way].entries()) {
      rows.push({
        name: `fold peak memory, ${MINUTES[index]} min ${name}`, value: mib, unit: 'MiB',
        ...(index > 0 && { goal: 'flat', compared_with: `${memory[way][0].toFixed(1)} MiB at ${MINUTES[0]} min` }),
      });
    }
  }
  return rows;
}

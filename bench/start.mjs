// Start time, idle memory and size of the server.
import { statSync } from 'node:fs';
import { binary, memoryMib, quantile, sleep, startStack } from './programs.mjs';

const RUNS = 7;

export async function run() {
  const starts = [];
  let idle = 0;
  for (let i = 0; i < RUNS; i++) {
    const stack = await startStack();
    starts.push(stack.server.readyMs);
    await sleep(300);
    idle = memoryMib(stack.server.child.pid);
    await stack.stop();
  }
  return [
    { name: 'start to ready, p50', value: quantile(starts, 0.5), unit: 'ms', goal: '<= 200' },
    { name: 'idle memory', value: idle, unit: 'MiB', goal: '<= 30' },
    { name: 'binary with the web app', value: statSync(binary('reprise')).size / 2 ** 20, unit: 'MiB' },
  ];
}

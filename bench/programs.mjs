// Starts and measures programs for the benchmarks.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

export const root = fileURLToPath(new URL('..', import.meta.url));
/**
 * BENCH_BINARIES names a folder with other programs, to measure the effect of a change. (It does not begin with
 * REPRISE_, since such variables are settings.)
 */
export const binary = (name) => join(process.env.BENCH_BINARIES ?? `${root}build/release`, name);
export const folder = () => mkdtempSync(join(tmpdir(), 'reprise-bench-'));
export const remove = (path) => rmSync(path, { recursive: true, force: true });

/** Starts a program that prints `ready URL`, with `env` added to our variables. */
export async function startReady(path, args, env = {}) {
  const started = process.hrtime.bigint();
  const child = spawn(path, args, { stdio: ['ignore', 'pipe', 'ignore'], env: { ...process.env, ...env } });
  const lines = createInterface({ input: child.stdout });
  const url = await new Promise((resolve, reject) => {
    lines.on('line', (line) => line.startsWith('ready ') && resolve(line.slice(6).trim()));
    child.once('exit', (code) => reject(new Error(`${path} ended with ${code}`)));
  });
  return { child, url, readyMs: Number(process.hrtime.bigint() - started) / 1e6, stop: () => stop(child) };
}

export async function stop(child, signal = 'SIGTERM') {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill(signal);
  await once(child, 'exit');
}

/** Starts server and emulator with an empty data directory. */
export async function startStack(serverArgs = []) {
  const data = folder();
  const emulator = await startReady(binary('reprise-emulator'), ['--listen', 'localhost:0', '--seed', '1']);
  const server = await startReady(binary('reprise'), [
    'serve', '--listen', 'localhost:0', '--ops-listen', 'localhost:0', '--data-dir', data, '--gemini-url', emulator.url, ...serverArgs,
  ]);
  const stack = {
    /** A benchmark that starts the server anew puts it here, so that `stop` ends that one. */
    server,
    emulator,
    data,
    async stop() {
      await stack.server.stop();
      await emulator.stop();
      remove(data);
    },
  };
  return stack;
}

/** Resident memory of one process in MiB. */
export const memoryMib = (pid) => Number(readFileSync(`/proc/${pid}/status`, 'utf8').match(/VmRSS:\s+(\d+)/)[1]) / 1024;
/** Processor seconds that one process has used so far. */
export function cpuSeconds(pid) {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').replace(/^.*\) /s, '').split(' ');
  return (Number(fields[11]) + Number(fields[12])) / 100;
}

export async function output(path, args, options = {}) {
  const child = spawn(path, args, { stdio: ['ignore', 'pipe', 'inherit'], ...options });
  let text = '';
  child.stdout.on('data', (data) => {
    text += data;
  });
  const [code] = await once(child, 'exit');
  if (code !== 0) throw new Error(`${path} ${args.join(' ')} ended with ${code}`);
  return text;
}

export const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
export const quantile = (values, q) => [...values].sort((a, b) => a - b)[Math.min(values.length - 1, Math.floor(values.length * q))];

/** Returns when a process has used less than a fiftieth of a processor for half a second. */
export async function quiet(pid) {
  for (let before = cpuSeconds(pid); ; ) {
    await sleep(500);
    const now = cpuSeconds(pid);
    if (now - before <= 0.01) return;
    before = now;
  }
}

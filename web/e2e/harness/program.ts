import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';

/** How long a program may take to print `ready`; long, because sanitizers and busy machines are slow. */
const READY_MS = 60_000;

export type Program = {
  readonly url: string;
  readonly process: ChildProcess;
  readonly log: () => string;
  stop(signal?: NodeJS.Signals): Promise<number | null>;
};

/** The server takes every variable that begins with REPRISE_ for a setting, and refuses unknown ones. */
const withoutSettings = () =>
  Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('REPRISE_')));

/** Starts a program and waits for its line `ready URL`. */
export async function start(
  path: string,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<Program> {
  const child = spawn(path, [...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...withoutSettings(), ...env },
  });
  let log = '';
  child.stderr?.on('data', (data) => {
    log += data;
  });
  const lines = createInterface({ input: child.stdout as NodeJS.ReadableStream });
  const url = await new Promise<string>((resolve, reject) => {
    const timer = setTimeout(
      () => reject(new Error(`${path} did not get ready:\n${log}`)),
      READY_MS,
    );
    lines.on('line', (line) => {
      if (!line.startsWith('ready ')) return;
      clearTimeout(timer);
      resolve(line.slice('ready '.length).trim());
    });
    child.once('exit', (code, signal) => {
      clearTimeout(timer);
      reject(new Error(`${path} ended with ${code ?? signal}:\n${log}`));
    });
  });
  return {
    url,
    process: child,
    log: () => log,
    async stop(signal = 'SIGTERM') {
      if (child.exitCode !== null || child.signalCode !== null) return child.exitCode;
      child.kill(signal);
      await once(child, 'exit');
      return child.exitCode;
    },
  };
}

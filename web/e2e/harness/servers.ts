import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { binary } from './paths';

/** How long a program may take to print `ready`; long, because sanitizers and busy machines are slow. */
const READY_MS = 20_000;

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

export type Stack = {
  readonly server: Program;
  readonly emulator: Program;
  readonly dataDir: string;
  /** Starts an emulator on the port of the one that was stopped. */
  restartEmulator(): Promise<void>;
  /** Stops the server and starts it again on the same port and data. */
  restartServer(signal?: NodeJS.Signals): Promise<void>;
  stop(): Promise<void>;
};

export type StackOptions = {
  readonly scenario?: string;
  /**
   * Stands between the browser and the emulator, for example a wire proxy. Gets the emulator's URL and returns its own.
   */
  readonly between?: (emulatorUrl: string) => Promise<{ url: string; close(): Promise<void> }>;
  readonly serverArgs?: readonly string[];
  readonly serverEnv?: Readonly<Record<string, string>>;
};

/** Server and emulator on free ports with an empty data directory. */
export async function startStack(options: StackOptions = {}): Promise<Stack> {
  const dataDir = await mkdtemp(join(tmpdir(), 'reprise-e2e-'));
  const startEmulator = (listen: string) =>
    start(binary('reprise-emulator'), [
      '--listen',
      listen,
      '--seed',
      '1',
      ...(options.scenario ? ['--scenario', options.scenario] : []),
    ]);
  let emulator = await startEmulator('localhost:0');
  const between = await options.between?.(emulator.url);
  const args = (listen: string) => [
    'serve',
    '--listen',
    listen,
    '--ops-listen',
    'localhost:0',
    '--data-dir',
    dataDir,
    '--gemini-url',
    between?.url ?? emulator.url,
    ...(options.serverArgs ?? []),
  ];
  let server = await start(binary('reprise'), args('localhost:0'), options.serverEnv);
  const listen = `localhost:${new URL(server.url).port}`;
  return {
    get server() {
      return server;
    },
    get emulator() {
      return emulator;
    },
    dataDir,
    async restartEmulator() {
      emulator = await startEmulator(`localhost:${new URL(emulator.url).port}`);
    },
    async restartServer(signal = 'SIGTERM') {
      await server.stop(signal);
      server = await start(binary('reprise'), args(listen), options.serverEnv);
    },
    async stop() {
      await server.stop();
      await between?.close();
      await emulator.stop();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}

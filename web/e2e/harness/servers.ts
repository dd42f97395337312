import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from '@playwright/test';
import { startNodes } from './nodes';
import { binary, freePort } from './paths';
import { type Program, start } from './program';

/** What answers as the server: one process, or several behind a proxy. */
export type Servers = {
  readonly server: Program;
  restart(signal: NodeJS.Signals): Promise<void>;
  stop(): Promise<void>;
};

export type Stack = {
  readonly server: Program;
  readonly emulator: Program;
  readonly dataDir: string;
  /** Starts an emulator on the port of the one that was stopped. */
  restartEmulator(): Promise<void>;
  /** Stops the server and starts it again on the same port and data. Of several nodes, one after the other. */
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
  /** Where the server listens, or the proxy before several. A free port without it. */
  readonly listen?: string;
};

/** One server. */
async function startServer(
  args: readonly string[],
  dataDir: string,
  env: Readonly<Record<string, string>>,
  at?: string,
): Promise<Servers> {
  const on = (listen: string) =>
    start(binary('reprise'), [...args, '--listen', listen, '--data-dir', dataDir], env);
  const listen = at ?? `localhost:${await freePort()}`;
  let server = await on(listen);
  return {
    get server() {
      return server;
    },
    async restart(signal) {
      await server.stop(signal);
      server = await on(listen);
    },
    async stop() {
      await server.stop();
    },
  };
}

/**
 * Server and emulator on free ports with an empty data directory. In a Playwright project whose metadata say `nodes`,
 * the server is two nodes.
 */
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
  let emulator = await startEmulator(`localhost:${await freePort()}`);
  const between = await options.between?.(emulator.url);
  const args = [
    'serve',
    '--ops-listen',
    'localhost:0',
    '--gemini-url',
    between?.url ?? emulator.url,
    ...(options.serverArgs ?? []),
  ];
  const startServers = test.info().project.metadata.nodes ? startNodes : startServer;
  const servers = await startServers(args, dataDir, options.serverEnv ?? {}, options.listen);
  return {
    get server() {
      return servers.server;
    },
    get emulator() {
      return emulator;
    },
    dataDir,
    async restartEmulator() {
      emulator = await startEmulator(`localhost:${new URL(emulator.url).port}`);
    },
    async restartServer(signal = 'SIGTERM') {
      await servers.restart(signal);
    },
    async stop() {
      await servers.stop();
      await between?.close();
      await emulator.stop();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { startBucket } from './bucket';
import { binary, freePort, fromTests } from './paths';
import { type Program, start } from './program';
import type { Servers } from './servers';

/** What this uses of the harness of the other tests, which is written in JavaScript. */
type Postgres = {
  start(): Promise<unknown>;
  remove(): Promise<unknown>;
  database(): Promise<string>;
};
type Nginx = {
  nodesBehind(port: number, ports: readonly number[]): string;
  startNginx(
    folder: string,
    http: string,
    answers: () => Promise<boolean>,
  ): Promise<{ stop(): Promise<void> }>;
};

const NODES = 2;
const ASK_AGAIN_MS = 100;

/**
 * Two nodes on one PostgreSQL and one bucket (the strict stand-in), behind nginx as docs/operating.md describes it; nginx
 * listens at `listen`, without it at a free port.
 */
export async function startNodes(
  args: readonly string[],
  folder: string,
  env: Readonly<Record<string, string>>,
  listen?: string,
): Promise<Servers> {
  const { Postgres } = await fromTests<{ Postgres: new () => Postgres }>('postgres.mjs');
  const { nodesBehind, startNginx } = await fromTests<Nginx>('nginx.mjs');
  const postgres = new Postgres();
  const [bucket] = await Promise.all([startBucket(), postgres.start()]);
  const key = join(folder, 'key.json');
  writeFileSync(key, JSON.stringify(bucket.account), { mode: 0o600 });
  const places = {
    REPRISE_DATABASE_URL: await postgres.database(),
    REPRISE_BLOB_STORE: `gs://test-bucket?endpoint=${encodeURIComponent(bucket.url)}`,
    GOOGLE_APPLICATION_CREDENTIALS: key,
    no_proxy: '*',
  };
  const ports: number[] = [];
  for (let node = 0; node < NODES; ++node) ports.push(await freePort());
  const startNode = (node: number) => {
    const own = [
      '--listen',
      `localhost:${ports[node]}`,
      '--data-dir',
      join(folder, `node-${node}`),
    ];
    return start(binary('reprise'), [...args, ...own], { ...places, ...env });
  };
  const nodes: Program[] = [];
  for (const node of ports.keys()) nodes.push(await startNode(node));
  // Whoever logs in comes back to the address that the issuer was told.
  const url = `http://${listen ?? `127.0.0.1:${await freePort()}`}`;
  const port = Number(new URL(url).port);
  const answers = async () => (await fetch(`${url}/healthz`)).status === 200;
  const nginx = await startNginx(join(folder, 'nginx'), nodesBehind(port, ports), answers);
  const stopAll = (signal?: NodeJS.Signals) => Promise.all(nodes.map((node) => node.stop(signal)));
  return {
    server: {
      url,
      get process() {
        return (nodes[0] as Program).process;
      },
      log: () => nodes.map((node) => node.log()).join('\n'),
      stop: async (signal) => (await stopAll(signal))[0] ?? null,
    },
    async restart(signal) {
      for (const [node, running] of nodes.entries()) {
        await running.stop(signal);
        nodes[node] = await startNode(node);
      }
      // After both were down nginx asks none of them for a second, however ready they are.
      while (!(await answers().catch(() => false))) await sleep(ASK_AGAIN_MS);
    },
    async stop() {
      await stopAll();
      await nginx.stop();
      await bucket.stop();
      await postgres.remove();
    },
  };
}

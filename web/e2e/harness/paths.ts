import { existsSync } from 'node:fs';
import { fileURLToPath, pathToFileURL } from 'node:url';

export const root = fileURLToPath(new URL('../../..', import.meta.url));

/** What a file of tests/harness exports: JavaScript, for the tests of the programs; `file` such as `nginx.mjs`. */
export const fromTests = <T>(file: string): Promise<T> =>
  import(pathToFileURL(`${root}tests/harness/${file}`).href) as Promise<T>;

/** A port of loopback that is free, and that nobody gets by chance while its server is away. */
export async function freePort(): Promise<number> {
  const ports = await fromTests<{ freePort(): Promise<number> }>('ports.mjs');
  return ports.freePort();
}

/** The path of a release binary. When it is absent, the error says how to build it. */
export function binary(name: 'reprise' | 'reprise-emulator' | 'reprise-synthetic'): string {
  const path = `${root}build/release/${name}`;
  if (!existsSync(path)) throw new Error(`${path} is missing: run ./dev build`);
  return path;
}

export const CHROMIUM = process.env.REPRISE_CHROMIUM ?? '/usr/bin/chromium';

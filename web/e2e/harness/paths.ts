import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

export const root = fileURLToPath(new URL('../../..', import.meta.url));

/** The path of a release binary. When it is absent, the error says how to build it. */
export function binary(name: 'reprise' | 'reprise-emulator' | 'reprise-synthetic'): string {
  const path = `${root}build/release/${name}`;
  if (!existsSync(path)) throw new Error(`${path} is missing: run ./dev build`);
  return path;
}

export const CHROMIUM = process.env.REPRISE_CHROMIUM ?? '/usr/bin/chromium';

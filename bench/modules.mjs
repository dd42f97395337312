// What the benchmarks use from web/: Playwright, and the TypeScript of the end-to-end harness.
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { root } from './programs.mjs';

const web = join(root, 'web');
const require = createRequire(join(web, 'package.json'));

/** Loads a module of web/e2e/harness by its name. */
export async function harness(name) {
  const { runnerImport } = await import(pathToFileURL(join(web, 'node_modules/vite/dist/node/index.js')));
  const { module } = await runnerImport(join(web, 'e2e/harness', `${name}.ts`), { root: web, configFile: false, logLevel: 'error' });
  return module;
}

/** Chromium without a window and without devices. Sound may start without a gesture. */
export const launchPlain = () =>
  require('@playwright/test').chromium.launch({
    executablePath: process.env.REPRISE_CHROMIUM ?? '/usr/bin/chromium',
    args: [
      '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-sync', '--disable-background-networking',
      '--disable-component-update',
    ],
  });

import { defineConfig } from '@playwright/test';

const long = process.env.TEST_LONG === '1';
/** What runs a second time on several nodes: three flows, and with TEST_LONG=1 all that a server takes part in. */
const ON_NODES = long
  ? /\/(attach|camera|captions|chat|clapper|clocks|crash|find|keyboard|library|login|player|providers|study|talk|talk-on|tasks|trouble|two-people|typed|words)\.spec/
  : /\/(crash|player|talk)\.spec/;

/** Flows in real Chromium against the release binaries. Each test starts its own browser (fake devices are flags). */
export default defineConfig({
  testDir: 'e2e',
  testMatch: '**/*.spec.ts',
  outputDir: 'test-results',
  preserveOutput: 'failures-only',
  // The references of screens.spec.ts; `npx playwright test screens --update-snapshots` makes them anew.
  snapshotPathTemplate: '{testDir}/references/{arg}{ext}',
  workers: 1,
  fullyParallel: false,
  forbidOnly: process.env.CI !== undefined,
  retries: 0,
  // What is slow and rarely fails.
  ...(long ? {} : { grepInvert: /@long/ }),
  timeout: 180_000,
  expect: { timeout: 20_000 },
  projects: [
    { name: 'one' },
    // On PostgreSQL, a bucket and two nodes behind nginx.
    { name: 'nodes', metadata: { nodes: true }, testMatch: ON_NODES },
  ],
});

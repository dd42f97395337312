import { defineConfig } from '@playwright/test';

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
  timeout: 180_000,
  expect: { timeout: 20_000 },
});

// Adds up what the test runners wrote into one folder and prints the closing line of `./dev test`.
// `node tests/tools/tally.mjs FOLDER --ran "GROUP ..." --failed [STEP ...]`; exit 1 when anything failed or a group that ran
// left no result behind.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const [folder, , ran, , ...failedSteps] = process.argv.slice(2);
const total = { passed: 0, failed: 0, skipped: 0 };
const add = (passed, failed, skipped) => {
  total.passed += passed;
  total.failed += failed;
  total.skipped += skipped;
};

const readers = {
  'gtest-': (text) => {
    const report = JSON.parse(text);
    const cases = report.testsuites.flatMap((suite) => suite.testsuite);
    const skipped = cases.filter((one) => one.result === 'SKIPPED').length;
    add(report.tests - report.failures - report.disabled - skipped, report.failures, report.disabled + skipped);
  },
  'vitest.json': (text) => {
    const report = JSON.parse(text);
    add(report.numPassedTests, report.numFailedTests, report.numPendingTests + report.numTodoTests);
  },
  'node-': (text) => {
    const last = (name) => Number([...text.matchAll(new RegExp(`^# ${name} (\\d+)$`, 'gm'))].at(-1)?.[1] ?? 0);
    add(last('pass'), last('fail') + last('cancelled'), last('skipped') + last('todo'));
  },
  'playwright.json': (text) => {
    const { stats } = JSON.parse(text);
    add(stats.expected + stats.flaky, stats.unexpected, stats.skipped);
  },
};

const files = readdirSync(folder);
for (const file of files) {
  const read = Object.entries(readers).find(([prefix]) => file.startsWith(prefix))?.[1];
  try {
    read?.(readFileSync(join(folder, file), 'utf8'));
  } catch (error) {
    console.error(`${file} could not be read: ${error.message}`);
    total.failed += 1;
  }
}
/** How the names of a group's result files begin. A group that is not listed here leaves no results. */
const left = {
  tidy: 'node-tidy',
  unit: 'gtest-dev',
  'unit-tsan': 'gtest-tsan',
  web: 'vitest.json',
  contract: 'node-contract',
  integration: 'node-integration',
  faults: 'node-faults',
  e2e: 'playwright.json',
};
for (const group of ran.split(' ')) {
  if (left[group] && !files.some((file) => file.startsWith(left[group]))) {
    console.error(`No result of ${group}: its runner did not finish.`);
    total.failed += 1;
  }
}
// A step may fail without a failed test (lint, a crash); it counts as one failure.
if (failedSteps.length > 0) {
  console.error(`Failed: ${failedSteps.join(', ')}`);
  total.failed = Math.max(total.failed, failedSteps.length);
}
console.log(`${total.passed} passed, ${total.failed} failed, ${total.skipped} skipped`);
const counts = ran.split(' ').some((group) => left[group]);
process.exit(total.failed > 0 || (counts && total.passed === 0) ? 1 : 0);

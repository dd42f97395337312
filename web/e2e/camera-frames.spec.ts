/** Every frame that the camera delivers is in the recording or in its loss report, even on a busy machine. */
import { type ChildProcess, spawn } from 'node:child_process';
import { expect, test } from '@playwright/test';
import { readChunks } from './harness/chunks';
import { startFakeLive } from './harness/fake-live';
import { cloneCounts, countClones } from './harness/frame-counter';
import { buildSite, stop, untilState, visit } from './harness/live-site';
import { on, type Row } from './harness/recording';
import type { LivePage } from './live/page';

declare const live: LivePage;
test.beforeAll(buildSite);

const LONG = process.env.TEST_LONG === '1';
const SECONDS = LONG ? 60 : 12;
/** Each thread rounds timestamps to 100 µs in its own way; frames are 33 ms apart. */
const SAME_FRAME_US = 5000;

/** Two busy loops that use both processors. */
const busyLoops = (): ChildProcess[] =>
  [0, 1].map(() => spawn(process.execPath, ['-e', 'for (;;) {}'], { stdio: 'ignore' }));

const deviceUs = ({ value }: Row): number =>
  Number(value.timestamp.seconds ?? 0) * 1e6 + Number(value.timestamp.nanos ?? 0) / 1000;

/** The `times` that match none of the `others`. Both must be in order. */
const without = (times: readonly number[], others: readonly number[]): number[] => {
  let at = 0;
  return times.filter((time) => {
    while (at < others.length && (others[at] ?? 0) < time - SAME_FRAME_US) at++;
    return Math.abs((others[at] ?? Number.POSITIVE_INFINITY) - time) > SAME_FRAME_US;
  });
};

const skippedFrames = (rows: readonly Row[], reason?: string): number =>
  on(rows, '/events')
    .map(({ value }) => value)
    .filter((event) => event.kind === 'video_skipped' && (!reason || event.reason === reason))
    .reduce((sum, { count }) => sum + count, 0);

/** `heldUpMs`: how long the VideoWorker is blocked in the middle of the session. */
const ways = [
  { name: 'a busy machine', busy: true, heldUpMs: 0 },
  ...(LONG
    ? [
        { name: 'a Worker that is held up on a busy machine', busy: true, heldUpMs: 1700 },
        { name: 'a quiet machine', busy: false, heldUpMs: 0 },
        { name: 'a Worker that is held up', busy: false, heldUpMs: 400 },
      ]
    : []),
];

for (const { name, busy, heldUpMs } of ways) {
  test(`${name}: a clone of the camera counts what is recorded and what is told as lost`, async () => {
    test.setTimeout((SECONDS + 90) * 1000);
    const model = await startFakeLive();
    const visited = await visit(model, { camera: true, before: countClones });
    const { page, server } = visited;
    const loops = busy ? busyLoops() : [];
    try {
      await untilState(page, 'live');
      await page.waitForTimeout((SECONDS / 2) * 1000);
      const worker = page.workers().find((each) => each.url().includes('video-worker'));
      await worker?.evaluate((ms) => {
        const until = performance.now() + ms;
        while (performance.now() < until);
      }, heldUpMs);
      await page.waitForTimeout((SECONDS / 2) * 1000);
      await page.evaluate(() => live.hangUp());
      const clone = await cloneCounts(page);
      const rows = await readChunks(server.chunks);
      const recorded = on(rows, '/camera/video').map(deviceUs);
      const [first = 0, last = 0] = [recorded[0], recorded.at(-1)];
      const inside = clone.read.filter(
        (time) => time > first - SAME_FRAME_US && time < last + SAME_FRAME_US,
      );
      const lost = skippedFrames(rows);
      const report = {
        recorded: recorded.length,
        lost,
        byReason: ['not_read', 'encoder_busy'].map((reason) => skippedFrames(rows, reason)),
        clone: inside.length,
        onlyInClone: without(inside, recorded).length,
        cloneBefore: clone.read.filter((time) => time < first - SAME_FRAME_US).length,
        onlyRecorded: without(recorded, clone.read).length,
        cloneLost: clone.delivered - clone.read.length,
      };
      console.log(`${name}: ${JSON.stringify(report)}`);
      const about = JSON.stringify(report);
      expect(recorded.length, about).toBeGreaterThan(SECONDS * 10);
      if (heldUpMs > 1000) expect(lost, about).toBeGreaterThan(10);
      expect(report.onlyInClone, about).toBeLessThanOrEqual(lost);
      // A frame that is not recorded may be one that the clone did not get either, or that the clone got before our
      // reader existed.
      const told = recorded.length + lost;
      expect(told, about).toBeGreaterThanOrEqual(inside.length);
      const most = inside.length + report.cloneBefore + report.cloneLost;
      expect(told, about).toBeLessThanOrEqual(most);
      expect(on(rows, '/health').at(-1)?.value.frames_skipped).toBeLessThanOrEqual(lost);
    } finally {
      for (const loop of loops) loop.kill();
      await stop(visited, model);
    }
  });
}

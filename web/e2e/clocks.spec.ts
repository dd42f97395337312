/** The clocks of window and Workers differ, jump and drift, but pictures and words stay in place. */
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@playwright/test';
import { hangUp, newestRecording, startLive, untilComplete } from './harness/app';
import { launch } from './harness/browser';
import { flash, writeY4m } from './harness/camera';
import { clapperReport, WARM_UP_SECONDS } from './harness/clapper-report';
import { decodeSound, loudParts } from './harness/media';
import { on, type Row } from './harness/recording';
import { startStack } from './harness/servers';
import { type ClockShift, shiftClocks } from './harness/shifted-clocks';
import { beeps, track, writeWav } from './harness/speech';

const LONG = process.env.TEST_LONG === '1';
const HOUR = 3_600_000;
/** The file begins with this many seconds of beeps and flashes; words follow. */
const BEEPS_SECONDS = 10;
const WORDS_AT = 12;
const SECONDS = 17;

type Channel = { readonly channel: string; readonly missing: number };
type Way = {
  readonly name: string;
  readonly window: ClockShift;
  readonly workers: ClockShift;
  readonly said: RegExp | null;
};
const JUMP_AT_MS = 8000;
/** Changes one clock at a time, for `--long`. */
const alone = (name: string, window: ClockShift, workers: ClockShift): Way => ({
  name,
  window,
  workers,
  said: null,
});
const SHIFTS: readonly (readonly [string, number])[] = [
  ['0.4 s ahead', 400],
  ['0.4 s behind', -400],
  ['3 h ahead', 3 * HOUR],
  ['3 h behind', -3 * HOUR],
  ['a day ahead', 24 * HOUR],
  ['a day behind', -24 * HOUR],
];

const ways: readonly Way[] = [
  {
    name: 'the computer slept for 3 h, its clock is 3 h ahead, and is set back by a day in mid-session',
    window: {
      originMs: -3 * HOUR,
      originJumpMs: -24 * HOUR,
      wallMs: 3 * HOUR,
      wallJumpMs: -24 * HOUR,
      jumpAtMs: JUMP_AT_MS,
    },
    workers: { originJumpMs: 3 * HOUR, wallJumpMs: -24 * HOUR, jumpAtMs: JUMP_AT_MS },
    said: /Device clock 3 hours ahead/,
  },
  ...(LONG
    ? [
        alone(
          'the Workers began a day ago and drift by 200 ppm',
          {},
          { nowMs: 24 * HOUR, ppm: 200, originMs: -400 },
        ),
        ...SHIFTS.map(([words, ms]) =>
          alone(`the clocks of the window are ${words}`, { originMs: ms, nowMs: ms }, {}),
        ),
        ...SHIFTS.map(([words, ms]) =>
          alone(
            `the clocks of the Workers are ${words} and drift by -200 ppm`,
            {},
            { originMs: ms, nowMs: ms, ppm: -200 },
          ),
        ),
        ...SHIFTS.slice(0, 4).map(([words, ms]) =>
          alone(
            `the Workers' clocks jump ${words} in mid-session`,
            {},
            { nowJumpMs: ms, jumpAtMs: JUMP_AT_MS },
          ),
        ),
        // Not 3 h behind: the sound device reads the same clock (getOutputTimestamp), and the test cannot set that one.
        ...SHIFTS.slice(0, 3).map(([words, ms]) =>
          alone(
            `the window's clock jumps ${words} in mid-session`,
            { nowJumpMs: ms, jumpAtMs: JUMP_AT_MS },
            {},
          ),
        ),
      ]
    : []),
];

/** How far the Workers' own clocks were from the page clock. If they were not shifted, the test would prove nothing. */
const threadOffsetsMs = (rows: readonly Row[]): number[] =>
  on(rows, '/clock')
    .filter(({ value }) => value.kind === 'thread')
    .map(({ value }) => (value.thread_us - value.page_us) / 1000);

for (const way of ways) {
  test(`pictures and words stay in place when ${way.name}`, async () => {
    const folder = mkdtempSync(join(tmpdir(), 'reprise-clocks-'));
    const microphone = join(folder, 'mic.wav');
    const camera = join(folder, 'flash.y4m');
    const scenario = join(folder, 'silent.yaml');
    const sound = track([{ atSeconds: WORDS_AT, say: 'tell me a long story' }], 60);
    sound.set(beeps(BEEPS_SECONDS));
    writeWav(microphone, sound);
    writeY4m(camera, flash, 4);
    writeFileSync(scenario, 'answers: none\n');
    const stack = await startStack({ scenario });
    const { context } = await launch({ microphone, camera });
    try {
      const wallAtStart = Date.now();
      await shiftClocks(context, way.window, way.workers);
      const page = context.pages()[0] ?? (await context.newPage());
      await startLive(page, stack.server.url);
      await page.waitForTimeout(SECONDS * 1000);
      const hungUpAt = Date.now();
      await hangUp(page);
      await untilComplete(stack, page);
      const { id } = await newestRecording(stack.server.url);
      const { url } = stack.server;
      const { report, rows, media } = await clapperReport(url, id, folder, BEEPS_SECONDS + 0.5);
      const view = await (await fetch(`${url}/api/recordings/${id}`)).json();
      const about = JSON.stringify(report);
      console.log(`${way.name}: ${about}`);

      // Every picture is shown in step with the sound.
      const video = on(rows, '/camera/video');
      expect(report.fromCamera, about).toBeGreaterThan(video.length - 30);
      // Pictures may be wrong for a second while a clock jumps, but not before or after it.
      const jumps = way.window.nowJumpMs !== undefined || way.workers.nowJumpMs !== undefined;
      const pairs = BEEPS_SECONDS * 0.8 - WARM_UP_SECONDS - (jumps ? 2 : 0);
      expect(report.pairs, about).toBeGreaterThan(pairs);
      expect(jumps ? Math.abs(report.p50_ms) : report.p95_abs_ms, about).toBeLessThanOrEqual(20);
      const skipped = on(rows, '/events')
        .filter(({ value }) => value.kind === 'video_skipped')
        .reduce((sum, { value }) => sum + value.count, 0);
      // Rows that were placed by a jumping clock are reported, and no others.
      const told = view.events.filter(({ kind }: { kind: string }) => kind === 'clock_doubted');
      expect(told.length).toBeLessThanOrEqual(jumps ? 1 : 0);
      expect(view.events.filter(({ kind }: { kind: string }) => kind === 'left_out')).toEqual([]);
      for (const { channel, missing } of view.loss.channels as Channel[]) {
        expect(missing, channel).toBe(channel === 'camera' ? skipped : 0);
      }

      // The words are where they are heard.
      const said = loudParts(decodeSound(media).left).filter(
        ({ start }) => start > BEEPS_SECONDS + 0.5,
      );
      const turn = view.turns.find(
        (one: { speaker: string; text: string }) =>
          one.speaker === 'person' && /story/i.test(one.text),
      );
      expect(turn, JSON.stringify(view.turns)).toBeDefined();
      expect(Math.abs(turn.start_ms / 1000 - (said[0]?.start ?? 0))).toBeLessThan(0.4);

      // All rows use the same clock, whatever the Workers' own clocks showed.
      const offsets = threadOffsetsMs(rows);
      expect(offsets.length).toBeGreaterThan(SECONDS);
      const apart = Math.max(...offsets) - Math.min(...offsets);
      // A clock that goes back is not believed (steady-clock.ts), one that goes ahead is.
      const ahead = Math.max(way.window.nowJumpMs ?? 0, way.workers.nowJumpMs ?? 0) > 0;
      if (ahead) expect(apart).toBeGreaterThan(300);
      else expect(apart).toBeLessThan(1000);
      const { nowMs = 0 } = way.workers;
      // On a busy machine a Worker starts some seconds after this test.
      if (nowMs > 0) expect(Math.min(...offsets) + wallAtStart).toBeGreaterThan(nowMs - 60_000);
      if (way.window.nowJumpMs === undefined) {
        const times = rows.map(({ logTimeUs }) => logTimeUs);
        const longest = (SECONDS + 15) * 1000 + Math.abs(way.workers.nowJumpMs ?? 0);
        expect((Math.max(...times) - Math.min(...times)) / 1000).toBeLessThan(longest);
      }

      // The server's clock dates the recording.
      expect(Math.abs(Date.parse(view.started_at) + SECONDS * 1000 - hungUpAt)).toBeLessThan(
        15_000,
      );
      await page.getByRole('button', { name: 'Play session' }).click();
      const header = page.locator('.player__title');
      await page.waitForTimeout(1500);
      if (way.said) await expect(header).toHaveText(way.said);
      else await expect(header).not.toHaveText(/Device clock/);
    } finally {
      await context.close();
      await stack.stop();
    }
  });
}

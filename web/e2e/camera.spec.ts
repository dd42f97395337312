import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, type Page, test } from '@playwright/test';
import { download, hangUp, newestRecording, startLive } from './harness/app';
import { launch } from './harness/browser';
import { breathe, writeY4m } from './harness/camera';
import { decodePictures, probe } from './harness/media';
import { startStack } from './harness/servers';
import { track, writeWav } from './harness/speech';

const folder = mkdtempSync(join(tmpdir(), 'reprise-camera-'));
const microphone = join(folder, 'mic.wav');
const camera = join(folder, 'camera.y4m');
/** The goal is 150 ms (bench); a busy machine gets ten times as much. */
const SEEK_MS_MAX = 1500;
/** Black pictures stand in every two seconds; more than this without a picture would be a hole. */
const HOLE_SECONDS_MAX = 2.2;

test.beforeAll(() => {
  writeWav(microphone, track([{ atSeconds: 2, say: 'what do you see' }], 40));
  writeY4m(camera, breathe, 4);
});

const toggleCamera = (page: Page) => page.getByRole('button', { name: 'Turn camera off' }).click();

const ways: {
  name: string;
  camera: boolean;
  talk: (page: Page) => Promise<void>;
  picture: boolean;
  /** Seconds of media time in which the picture must be black, and in which it must not. */
  black: readonly [number, number] | null;
}[] = [
  {
    name: 'none at all',
    camera: false,
    talk: (page) => page.waitForTimeout(8000),
    picture: false,
    black: null,
  },
  {
    name: 'off from the start, on late',
    camera: true,
    talk: async (page) => {
      await toggleCamera(page);
      await page.waitForTimeout(7000);
      await toggleCamera(page);
      await page.waitForTimeout(4000);
    },
    picture: true,
    black: [2, 6],
  },
  {
    name: 'off in the middle',
    camera: true,
    talk: async (page) => {
      await page.waitForTimeout(4000);
      await toggleCamera(page);
      await page.waitForTimeout(5000);
      await toggleCamera(page);
      await page.waitForTimeout(4000);
    },
    picture: true,
    black: [6, 8],
  },
];

for (const way of ways) {
  test(`camera ${way.name}: the recording plays and seeks everywhere`, async () => {
    const stack = await startStack();
    const { context } = await launch({ microphone, camera: way.camera ? camera : null });
    try {
      const page = context.pages()[0] ?? (await context.newPage());
      await startLive(page, stack.server.url);
      await way.talk(page);
      await hangUp(page);
      await expect
        .poll(async () => (await newestRecording(stack.server.url)).state)
        .toBe('complete');
      const { id } = await newestRecording(stack.server.url);
      const file = join(folder, `${way.name}.webm`);
      await expect
        .poll(async () => (await fetch(`${stack.server.url}/api/recordings/${id}/media`)).status)
        .toBe(200);
      writeFileSync(file, await download(stack.server.url, `/api/recordings/${id}/media`));
      const { streams, duration } = probe(file);
      expect(streams.some((stream) => stream.codec_type === 'video')).toBe(way.picture);

      if (way.picture) {
        const pictures = decodePictures(file);
        const times = [0, ...pictures.map(({ atSeconds }) => atSeconds), duration];
        const holes = times.slice(1).map((at, index) => at - (times[index] ?? 0));
        expect(Math.max(...holes)).toBeLessThan(HOLE_SECONDS_MAX);
        const [from, to] = way.black ?? [0, 0];
        const off = pictures.filter(({ atSeconds }) => atSeconds > from && atSeconds < to);
        expect(off.length).toBeGreaterThan(0);
        expect(Math.max(...off.map(({ mean }) => mean))).toBeLessThan(20);
        expect(pictures.at(-5)?.mean ?? 0).toBeGreaterThan(20);
      }

      await page.getByRole('button', { name: 'Play session' }).click();
      await expect(page.locator('video')).toBeVisible();
      const places = [0.05, 0.3, 0.55, 0.7, 0.95, 0.4].map((part) => part * duration);
      const seeks = await page
        .locator('video')
        .evaluate(async (video: HTMLVideoElement, targets) => {
          const took: number[] = [];
          for (const target of targets) {
            const before = performance.now();
            const seeked = new Promise((resolve) =>
              video.addEventListener('seeked', resolve, { once: true }),
            );
            video.currentTime = target;
            await seeked;
            took.push(performance.now() - before);
          }
          return took;
        }, places);
      expect(Math.max(...seeks), `seeks ${seeks.map(Math.round)}`).toBeLessThan(SEEK_MS_MAX);
    } finally {
      await context.close();
      await stack.stop();
    }
  });
}

import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, type Page, test } from '@playwright/test';
import { download, hangUp, newestRecording, startLive, untilComplete } from './harness/app';
import { launch } from './harness/browser';
import { breathe, writeY4m } from './harness/camera';
import { decodePictures, type Frame, probe } from './harness/media';
import { startStack } from './harness/servers';
import { track, writeWav } from './harness/speech';

const folder = mkdtempSync(join(tmpdir(), 'reprise-camera-'));
const microphone = join(folder, 'mic.wav');
const camera = join(folder, 'camera.y4m');
/** The goal is 150 ms (bench); a busy machine gets ten times as much. */
const SEEK_MS_MAX = 1500;
/** A picture is held every two seconds; a longer time without a picture would be a hole. */
const HOLE_SECONDS_MAX = 2.2;
/** For this long around a switch of the camera both pictures are right. */
const SWITCH_SECONDS = 1;

test.beforeAll(() => {
  writeWav(microphone, track([{ atSeconds: 2, say: 'what do you see' }], 40));
  writeY4m(camera, breathe, 4);
});

const toggleCamera = (page: Page) => page.getByRole('button', { name: 'Turn camera off' }).click();

/** Runs in the page: keeps the camera's tracks where `resizeCamera` finds them. */
const keepCameras = () => {
  const cameras: MediaStreamTrack[] = [];
  Object.assign(window, { cameras });
  const { mediaDevices } = navigator;
  const open = mediaDevices.getUserMedia.bind(mediaDevices);
  mediaDevices.getUserMedia = async (constraints) => {
    const stream = await open(constraints);
    cameras.push(...stream.getVideoTracks());
    return stream;
  };
};

/** Gives the camera another size, as when a phone is turned. */
const resizeCamera = (page: Page, width: number, height: number) =>
  page.evaluate(
    async (size) => {
      const { cameras } = window as unknown as { cameras: MediaStreamTrack[] };
      await cameras.at(-1)?.applyConstraints(size);
    },
    { width, height },
  );

const ways: {
  name: string;
  camera: boolean;
  talk: (page: Page) => Promise<void>;
  /** Sizes of the pictures in their order. */
  sizes: string[];
  long?: boolean;
}[] = [
  {
    name: 'none at all',
    long: true,
    camera: false,
    talk: (page) => page.waitForTimeout(8000),
    sizes: [],
  },
  {
    name: 'off from the start, on late',
    long: true,
    camera: true,
    talk: async (page) => {
      await toggleCamera(page);
      await page.waitForTimeout(7000);
      await toggleCamera(page);
      await page.waitForTimeout(4000);
    },
    sizes: ['640x480'],
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
    sizes: ['640x480'],
  },
  {
    name: 'with another resolution in the middle',
    long: true,
    camera: true,
    talk: async (page) => {
      await page.waitForTimeout(4000);
      await resizeCamera(page, 320, 240);
      await page.waitForTimeout(4000);
      await resizeCamera(page, 640, 480);
      await page.waitForTimeout(4000);
    },
    sizes: ['640x480', '320x240', '640x480'],
  },
];

type Event = { readonly at_ms: number; readonly kind: string; readonly detail?: unknown };

/** Stretches of media time, in seconds, in which the camera was off according to the record. */
function offParts(events: readonly Event[], duration: number): { from: number; to: number }[] {
  const switches = events
    .filter(({ kind }) => kind === 'camera')
    .map(({ at_ms, detail }) => ({ at: at_ms / 1000, on: (detail as { on: boolean }).on }));
  return switches
    .map(({ at, on }, index) => ({ from: at, to: switches[index + 1]?.at ?? duration, on }))
    .filter(({ on }) => !on);
}

for (const way of ways) {
  const tag = way.long ? ['@long'] : [];
  test(`camera ${way.name}: the recording plays and seeks everywhere`, { tag }, async () => {
    const stack = await startStack();
    const { context } = await launch({ microphone, camera: way.camera ? camera : null });
    try {
      const page = context.pages()[0] ?? (await context.newPage());
      await page.addInitScript(keepCameras);
      await startLive(page, stack.server.url);
      await way.talk(page);
      await hangUp(page);
      await untilComplete(stack, page);
      const { id } = await newestRecording(stack.server.url);
      const file = join(folder, `${way.name}.webm`);
      await expect
        .poll(async () => (await fetch(`${stack.server.url}/api/recordings/${id}/media`)).status)
        .toBe(200);
      writeFileSync(file, await download(stack.server.url, `/api/recordings/${id}/media`));
      const { streams, duration } = probe(file);
      expect(streams.some((stream) => stream.codec_type === 'video')).toBe(way.sizes.length > 0);
      const log = await download(stack.server.url, `/api/recordings/${id}/events`);
      const events: Event[] = new TextDecoder()
        .decode(log)
        .split('\n')
        .filter((line) => line !== '')
        .map((line) => JSON.parse(line));

      if (way.sizes.length > 0) {
        const pictures = decodePictures(file);
        const times = [0, ...pictures.map(({ atSeconds }) => atSeconds), duration];
        const holes = times.slice(1).map((at, index) => at - (times[index] ?? 0));
        expect(Math.max(...holes)).toBeLessThan(HOLE_SECONDS_MAX);
        const isOff = ({ atSeconds }: Frame, margin: number) =>
          offParts(events, duration).some(
            ({ from, to }) => atSeconds > from + margin && atSeconds < to - margin,
          );
        const off = pictures.filter((picture) => isOff(picture, SWITCH_SECONDS));
        const on = pictures.filter(
          (picture) => picture.atSeconds > SWITCH_SECONDS && !isOff(picture, -SWITCH_SECONDS),
        );
        expect(off.length > 0).toBe(way.name.includes('off'));
        expect(on.length).toBeGreaterThan(20);
        // No picture may be black: while the camera is off, one picture is held.
        expect(pictures.filter(({ mean }) => mean < 20)).toEqual([]);
        expect(new Set(off.map(({ mean }) => Math.round(mean))).size).toBeLessThan(2);
        const sizes = on.map(({ size }) => size);
        expect(sizes.filter((size, index) => size !== sizes[index - 1])).toEqual(way.sizes);
      }

      await page.getByRole('button', { name: 'Play session' }).click();
      await expect(page.locator('video')).toBeVisible();
      // Without pictures the words are shown in their place.
      await expect(page.locator('.picture__words')).toHaveCount(way.sizes.length > 0 ? 0 : 1);
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

test('nothing shifts on a phone while a session with a camera begins', async () => {
  const wide = join(folder, 'wide.y4m');
  writeY4m(wide, breathe, 1, 1280, 720);
  const stack = await startStack();
  const { context } = await launch({ microphone, camera: wide });
  try {
    const page = context.pages()[0] ?? (await context.newPage());
    await page.setViewportSize({ width: 390, height: 844 });
    await page.addInitScript(() => {
      const shifts: string[] = [];
      Object.assign(window, { shifts });
      new PerformanceObserver((list) => {
        for (const entry of list.getEntries() as (PerformanceEntry & {
          value: number;
          sources: { node: Node | null }[];
        })[]) {
          const names = entry.sources.map(({ node }) => (node as Element | null)?.className);
          if (document.querySelector('.live')) shifts.push(`${entry.value.toFixed(4)} ${names}`);
        }
      }).observe({ type: 'layout-shift' });
    });
    await page.goto(stack.server.url);
    await page.getByRole('button', { name: 'Start live' }).first().click();
    await page.getByRole('dialog').getByRole('button', { name: 'Start live' }).click();
    await expect(page.locator('.live__header')).toContainText('Connected');
    await expect(page.locator('.mirror video')).toBeVisible();
    await hangUp(page);
    const shifts = await page.evaluate(() => (window as unknown as { shifts: string[] }).shifts);
    const sum = shifts.reduce((all, shift) => all + Number.parseFloat(shift), 0);
    expect(sum, shifts.join('\n')).toBeLessThan(0.02);
  } finally {
    await context.close();
    await stack.stop();
  }
});

/** The page in e2e/live, its servers and its browser. */
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { BrowserContext, Page } from '@playwright/test';
import { build } from 'vite';
import type { LivePage } from '../live/page';
import { launch } from './browser';
import { breathe, writeY4m } from './camera';
import { type ChunkServer, startChunkServer } from './chunk-server';
import type { FakeLive } from './fake-live';
import { on, type Row } from './recording';
import { track, writeWav } from './speech';
import { installTap, TAP_WORKLET, TAP_WORKLET_NAME } from './tap';

declare const live: LivePage;
export const folder = mkdtempSync(join(tmpdir(), 'reprise-live-'));
const site = join(folder, 'site');
const microphone = join(folder, 'mic.wav');
const camera = join(folder, 'camera.y4m');
const recordingId = '019361a0-0000-7000-8000-00000000000a';

/** Builds the page and the fake devices, once for each test file. */
export const buildSite = async (): Promise<void> => {
  writeWav(microphone, track([{ atSeconds: 1, say: 'one two three four five six' }], 60));
  writeY4m(camera, breathe, 4);
  await build({
    configFile: false,
    root: fileURLToPath(new URL('../live', import.meta.url)),
    logLevel: 'error',
    worker: { format: 'es' },
    build: { outDir: site, assetsInlineLimit: 0, target: 'es2023', modulePreload: false },
  });
  writeFileSync(join(site, TAP_WORKLET_NAME), TAP_WORKLET);
};

export type Options = {
  readonly record?: boolean;
  readonly camera?: boolean;
  readonly address?: string;
  /** The file for the fake camera; null: no camera. */
  readonly device?: string | null;
  readonly tap?: 'stream' | 'worklet';
  /** Prepares the browser before the page is loaded. The page's policy is off then. */
  readonly before?: (context: BrowserContext) => Promise<void>;
};
export type Visit = { context: BrowserContext; page: Page; server: ChunkServer; errors: string[] };
export const visit = async (model: FakeLive, options: Options = {}): Promise<Visit> => {
  const address = options.address ?? model.url;
  const server = await startChunkServer(site, address.replace('http', 'ws'));
  const { context } = await launch({
    microphone,
    camera: options.device === undefined ? camera : options.device,
    bypassCSP: options.before !== undefined,
  });
  await options.before?.(context);
  await installTap(context, options.tap);
  const page = context.pages()[0] ?? (await context.newPage());
  const errors: string[] = [];
  page.on('pageerror', (error) => errors.push(String(error)));
  page.on('console', (line) => {
    // Chromium's warning about frames that wait in a transferred stream when the camera stops: they have no owner that
    // could close them.
    if (line.text().startsWith('A VideoFrame was garbage collected')) return;
    if (line.type() === 'error' && !line.text().includes('404')) errors.push(line.text());
  });
  await page.goto(server.url);
  await page.waitForFunction(() => 'live' in window);
  await page.evaluate((start) => live.set(start), {
    grant: {
      liveSessionId: '019361a0-0000-7000-8000-00000000000b',
      recordingId: options.record === false ? null : recordingId,
      baseUrl: address,
      apiVersion: 'v1beta',
      token: 'auth_tokens/secret-token-1',
      model: 'gemini-3.8-live',
      config: { responseModalities: ['AUDIO'], outputAudioTranscription: {} },
      history: [],
    },
    record: options.record !== false,
    camera: options.camera ?? false,
  });
  await page.click('#start');
  return { context, page, server, errors };
};
export const untilState = (page: Page, state: string) =>
  page.waitForFunction((wanted) => live.snapshot().state === wanted, state, { timeout: 15_000 });

export const stop = async ({ context, server }: Visit, model: FakeLive) => {
  await context.close();
  await server.stop();
  await model.stop();
};

export const kinds = (rows: readonly Row[], topic: string) =>
  on(rows, topic).map(({ value }) => value.kind);

/** `seconds` of a sound that is never 0 and differs everywhere. */
export const voice = (seconds: number, seed: number): Buffer => {
  const pcm = new Int16Array(Math.round(seconds * 24_000));
  for (let i = 0; i < pcm.length; i++) {
    pcm[i] = Math.round(9000 * Math.sin((i * (7 + seed)) / 97) + ((i * 7919) % 2000)) || 1;
  }
  return Buffer.from(pcm.buffer);
};

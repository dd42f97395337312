/** The page in e2e/journal, its server and its browser. */
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type BrowserContext, expect, type Page } from '@playwright/test';
import { build } from 'vite';
import type { JournalPage } from '../journal/page';
import { launch } from './browser';
import { breathe, writeY4m } from './camera';
import type { ChunkServer } from './chunk-server';
import { readChunks } from './chunks';
import { track, writeWav } from './speech';

declare const journal: JournalPage;
export const folder = mkdtempSync(join(tmpdir(), 'reprise-journal-'));
export const site = join(folder, 'site');
const microphone = join(folder, 'mic.wav');
const camera = join(folder, 'camera.y4m');
export const recordingId = '019361a0-0000-7000-8000-000000000001';

/** Builds the page and the fake devices, once for each test file. */
export const buildSite = async (): Promise<void> => {
  writeWav(microphone, track([{ atSeconds: 1, say: 'one two three four five six' }], 30));
  writeY4m(camera, breathe, 4);
  await build({
    configFile: false,
    root: fileURLToPath(new URL('../journal', import.meta.url)),
    logLevel: 'error',
    worker: { format: 'es' },
    build: { outDir: site, assetsInlineLimit: 0, target: 'es2023', modulePreload: false },
  });
};

export type Visit = { context: BrowserContext; page: Page; profile: string };
export const visit = async (server: ChunkServer, profile?: string): Promise<Visit> => {
  const { context, profile: used } = await launch({ microphone, camera }, profile);
  const page = context.pages()[0] ?? (await context.newPage());
  await page.goto(server.url);
  await page.waitForFunction(() => 'journal' in window);
  return { context, page, profile: used };
};

export const lastState = (page: Page) =>
  page.evaluate(() => journal.spoolEvents.filter((event) => event.type === 'state').at(-1));
export const sealedSeqs = (server: ChunkServer) => [...server.chunks.keys()].sort((a, b) => a - b);
export const upTo = (last: number) => Array.from({ length: last + 1 }, (_, seq) => seq);

/** Every block of the microphone has arrived, once and in its place. */
export async function wholeMicrophone(server: ChunkServer, page: Page): Promise<void> {
  const mic = (await readChunks(server.chunks)).filter((row) => row.topic === '/mic/pcm');
  expect(mic.map((row) => row.sequence)).toEqual(mic.map((_, index) => index * 320));
  expect(mic.length).toBe(await page.evaluate(() => journal.micBlocks()));
}

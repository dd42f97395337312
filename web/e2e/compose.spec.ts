/** The profile `proxy` in containers, from a clone: the scripts as a person runs them, then everything through its one address. */
import { mkdtempSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, type Page, test } from '@playwright/test';
import { startLive } from './harness/app';
import { launch } from './harness/browser';
import { breathe, writeY4m } from './harness/camera';
import { account, sendForm, statusOf, toIssuer } from './harness/login';
import { fromTests } from './harness/paths';
import { track, writeWav } from './harness/speech';

type Machine = {
  readonly origin: string;
  readonly password: string;
  setUp(): Promise<void>;
  script(name: string, ...args: string[]): Promise<string>;
  kill(service: string): Promise<void>;
  podman(...args: string[]): Promise<string>;
  logs(): Promise<string>;
  remove(): Promise<void>;
};
type Containers = { readonly Machine: { start(): Promise<Machine> } };

test.skip(process.env.TEST_LONG !== '1', 'builds images, which takes minutes: TEST_LONG=1');
test.skip(process.getuid?.() !== 0, 'containers for tests need root');
test.setTimeout(3_600_000);

const BIG = 7 * 1024 * 1024;
const PERSON = 'dev';
const SOON = { timeout: 120_000 };

async function logIn(page: Page, machine: Machine): Promise<void> {
  await toIssuer(page, machine.origin);
  await sendForm(page, PERSON, machine.password);
  await expect(account(page)).toBeVisible();
}

type Kept = { readonly id: string; readonly state: string; readonly chunks_stored: number };
/** The newest recording, by a script of the page that is shown; null while nothing answers. */
const newest = (page: Page) =>
  page.evaluate(async () => {
    const answer = await fetch('/api/recordings').catch(() => null);
    if (!answer?.ok) return null;
    const [first] = ((await answer.json()) as { recordings: Kept[] }).recordings;
    return first ? { id: first.id, state: first.state, chunks_stored: first.chunks_stored } : null;
  });
/** The film goes on, which it does by itself after `Play session`. */
async function plays(page: Page): Promise<void> {
  await expect
    .poll(
      () => page.locator('video').evaluate((video: HTMLVideoElement) => video.currentTime),
      SOON,
    )
    .toBeGreaterThan(1);
}

/** A typed message: how many pieces of its answer came, and how many of them before the last one. */
const streamed = (page: Page) =>
  page.evaluate(async () => {
    const post = async (path: string, body: object) => {
      const headers = { 'content-type': 'application/json' };
      const answer = await fetch(path, { method: 'POST', headers, body: JSON.stringify(body) });
      return await answer.json();
    };
    const chat = await post('/api/chats', { title: 'typed' });
    const at = `/api/chats/${chat.id}/messages`;
    const sent = await post(at, {
      client_id: 'typed-1',
      text: 'tell me a long story',
      upload_ids: [],
    });
    const answer = await fetch(`${at}/${sent.answer.id}/stream`);
    const reader = answer.body?.pipeThrough(new TextDecoderStream()).getReader();
    const times: number[] = [];
    let text = '';
    for (;;) {
      const piece = await reader?.read();
      if (!piece || piece.done) break;
      times.push(performance.now());
      text += piece.value;
    }
    return { type: answer.headers.get('content-type'), pieces: times.length, text };
  });

/** Sends a file that counts as a sound; its id, and the hash of its content. */
const sendFile = (page: Page, bytes: number) =>
  page.evaluate(async (size) => {
    const content = new Uint8Array(size);
    for (let at = 0; at < size; at += 65_536) {
      crypto.getRandomValues(content.subarray(at, at + 65_536));
    }
    content.set(new TextEncoder().encode('fLaC'));
    const form = new FormData();
    form.append('file', new Blob([content], { type: 'audio/flac' }), 'long.flac');
    const headers = { 'x-reprise': '1' };
    const answer = await fetch('/api/uploads', { method: 'POST', headers, body: form });
    const text = await answer.text();
    if (answer.status !== 201) throw new Error(`${answer.status} ${text}`);
    const hash = new Uint8Array(await crypto.subtle.digest('SHA-256', content)).join();
    return { id: JSON.parse(text).id as string, hash };
  }, bytes);
const hashOf = (page: Page, upload: string) =>
  page.evaluate(async (id) => {
    const content = await (await fetch(`/api/uploads/${id}`)).arrayBuffer();
    return new Uint8Array(await crypto.subtle.digest('SHA-256', content)).join();
  }, upload);

/** A talk during which the services that it does not pass are killed; its recording is whole. */
async function talkWhileServicesDie(page: Page, machine: Machine): Promise<Kept> {
  await startLive(page, machine.origin);
  const log = page.locator('[role=log]');
  await expect(log).toContainText(/story/i);
  for (const service of ['app', 'dex', 'db']) {
    await page.waitForTimeout(4000);
    await machine.kill(service);
  }
  await page.waitForTimeout(10_000);
  await page.getByRole('button', { name: 'Hang up' }).click();
  // What was said meanwhile is sent when the database has recovered.
  await expect(page.getByRole('button', { name: 'Play session' })).toBeVisible(SOON);
  await expect.poll(async () => (await newest(page))?.state, SOON).toBe('complete');
  const kept = await newest(page);
  if (!kept) throw new Error('there is no recording');
  return kept;
}

test('a fresh clone: set up, start, log in, talk while services die, play, stop, start, all is there', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'reprise-compose-'));
  const microphone = join(folder, 'mic.wav');
  const camera = join(folder, 'camera.y4m');
  writeWav(microphone, track([{ atSeconds: 3, say: 'tell me a long story' }], 120));
  writeY4m(camera, breathe, 4);
  const { Machine } = await fromTests<Containers>('containers.mjs');
  const machine = await Machine.start();
  const { context } = await launch({ microphone, camera });
  try {
    await machine.setUp();
    expect(await machine.script('start-app.sh')).toContain(`Reprise is at ${machine.origin}`);
    const page = context.pages()[0] ?? (await context.newPage());
    await logIn(page, machine);

    const answer = await streamed(page);
    expect(answer.type).toContain('text/event-stream');
    expect(answer.pieces, answer.text).toBeGreaterThan(2);
    expect(answer.text).toContain('event: done');

    const talk = await talkWhileServicesDie(page, machine);
    await page.getByRole('button', { name: 'Play session' }).click();
    await plays(page);
    const file = await sendFile(page, BIG);
    expect(await hashOf(page, file.id)).toBe(file.hash);

    await machine.kill('proxy');
    await expect
      .poll(
        () =>
          page.evaluate(() =>
            fetch('/api/me').then(
              ({ status }) => status,
              () => 0,
            ),
          ),
        SOON,
      )
      .toBe(200);

    expect(await machine.script('stop-app.sh')).toContain('goes on with it');
    expect((await machine.podman('ps', '-q')).trim()).toBe('');
    expect(await machine.script('start-app.sh', '--no-build')).toContain('Reprise is at');
    await page.goto(`${machine.origin}/recordings/${talk.id}`);
    // It plays by itself, too, once the person has pressed anything in this window.
    await page.locator('video').evaluate((video: HTMLVideoElement) => video.play());
    await plays(page);
    expect(await newest(page)).toEqual(talk);
    expect(await hashOf(page, file.id)).toBe(file.hash);
    await page.goto(machine.origin);
    await account(page).click();
    await page.getByText('Log out', { exact: true }).click();
    await expect(page.getByRole('button', { name: 'Continue with Dex' })).toBeVisible();
    expect(await statusOf(page, '/api/me')).toBe(401);
  } catch (error) {
    await context.pages()[0]?.screenshot({ path: test.info().outputPath('failed.png') });
    throw new Error(`${error}\n${await machine.logs()}`);
  } finally {
    await context.close();
    await machine.remove();
    await rm(folder, { recursive: true, force: true });
  }
});

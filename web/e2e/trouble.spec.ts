/** What a person sees when something is missing or breaks, and that the offered action works. */
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, type Page, test } from '@playwright/test';
import { download, hangUp, newestRecording, startLive, untilComplete } from './harness/app';
import { breathe, writeY4m } from './harness/camera';
import { inApp } from './harness/in-app';
import { on, readRecording } from './harness/recording';
import { track, writeWav } from './harness/speech';

const folder = mkdtempSync(join(tmpdir(), 'reprise-trouble-'));
const microphone = join(folder, 'mic.wav');
const camera = join(folder, 'camera.y4m');

test.beforeAll(() => {
  writeWav(microphone, track([{ atSeconds: 2, say: 'what time is it' }], 60));
  writeY4m(camera, breathe, 4);
});

/** The scenario of a model that does not answer. */
function silentModel(): { readonly scenario: string } {
  const scenario = join(folder, 'silent.yaml');
  writeFileSync(scenario, 'answers: none\n');
  return { scenario };
}

/** Opens the start dialog, up to the question for consent. */
const openStart = async (page: Page, url: string) => {
  await page.goto(url);
  await page.getByRole('button', { name: 'New chat' }).first().click();
  await page.getByRole('button', { name: 'Start live' }).first().click();
  await expect(page.getByRole('dialog')).toBeVisible();
};
const agree = (page: Page) =>
  page.getByRole('dialog').getByRole('button', { name: 'Start live' }).click();

test('a browser that blocks the microphone is told apart, and nothing starts', () =>
  inApp({ microphone, camera, allowed: false }, async ({ page, stack }) => {
    await openStart(page, stack.server.url);
    await agree(page);
    const dialog = page.getByRole('dialog');
    await expect(dialog.getByText('The browser blocks the microphone')).toBeVisible();
    await expect(dialog.getByRole('button', { name: 'Check again' })).toBeVisible();
    await expect(dialog.getByRole('button', { name: 'Start live' })).toBeDisabled();
    expect((await (await fetch(`${stack.server.url}/api/recordings`)).json()).recordings).toEqual(
      [],
    );
  }));

test('without a camera one talks with the voice only', () =>
  inApp({ microphone, camera: null }, async ({ page, stack }) => {
    await openStart(page, stack.server.url);
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('button', { name: 'Agree, check devices' }).click();
    await expect(dialog.getByText('No camera found')).toBeVisible();
    await dialog.getByRole('button', { name: 'Start with voice only' }).click();
    await expect(page.getByText('Connected')).toBeVisible();
    await expect(page.getByText('Voice only')).toBeVisible();
    await page.waitForTimeout(3000);
    await hangUp(page);
    await untilComplete(stack, page);
  }));

test('an emulator that is down, comes back, and goes away in the middle', { tag: '@long' }, () =>
  inApp({ microphone, camera }, async ({ page, stack }) => {
    await openStart(page, stack.server.url);
    await stack.emulator.stop();
    await agree(page);
    await expect(page.getByText('The emulator does not answer')).toBeVisible();
    await stack.restartEmulator();
    await page.getByRole('button', { name: 'Check again' }).click();
    await expect(page.getByText('Connected')).toBeVisible();
    await page.waitForTimeout(3000);

    await stack.emulator.stop('SIGKILL');
    // It is tried again as long as what is said is kept: half a minute.
    await expect(page.getByText('Reconnecting, keep talking')).toBeVisible();
    await expect(page.getByRole('button', { name: 'Start again' })).toBeVisible({
      timeout: 60_000,
    });
    await untilComplete(stack, page);
    expect(await newestRecording(stack.server.url)).toMatchObject({ reason: 'lost' });

    await stack.restartEmulator();
    await page.getByRole('button', { name: 'Start again' }).click();
    await expect(page.getByText('Connected')).toBeVisible();
    await page.waitForTimeout(1500);
    await page.getByRole('button', { name: 'Hang up' }).click();
    // Both sessions are in the same chat.
    await expect(page.getByRole('button', { name: 'Play session' })).toHaveCount(2);
  }),
);

test('a server that is down is said at the start and bridged in the middle', () =>
  inApp({ microphone, camera }, async ({ page, stack }) => {
    await openStart(page, stack.server.url);
    await stack.server.stop();
    await agree(page);
    await expect(page.getByText('The server does not answer').first()).toBeVisible();
    await stack.restartServer();
    await page.getByRole('button', { name: 'Try again' }).click();
    await expect(page.getByText('Connected')).toBeVisible();

    await stack.server.stop('SIGKILL');
    await expect(page.getByText(/kept in (this|the) browser/i).first()).toBeVisible();
    await stack.restartServer();
    await expect(page.getByText(/kept in (this|the) browser/i)).toHaveCount(0);
    await hangUp(page);
    await untilComplete(stack, page);
  }));

test('leaving a live session asks first', () =>
  inApp({ microphone, camera }, async ({ page, stack }) => {
    await startLive(page, stack.server.url);
    await expect(page.getByText('Connected')).toBeVisible();
    const asked: string[] = [];
    page.on('dialog', (dialog) => {
      asked.push(dialog.type());
      void dialog.dismiss();
    });
    await page.evaluate(() => void setTimeout(() => location.reload()));
    await expect.poll(() => asked).toEqual(['beforeunload']);
    await expect(page.getByRole('button', { name: 'Hang up' })).toBeVisible();
    await hangUp(page);
    await expect(page.getByRole('button', { name: 'Start live' })).toBeVisible();
  }));

test('a microphone that sends digital silence is said, noted, and well again when it is heard', {
  tag: '@long',
}, () => {
  const silent = join(folder, 'silent.wav');
  writeWav(
    silent,
    track(
      [
        { atSeconds: 1, say: 'hello' },
        { atSeconds: 17, say: 'here I am again' },
      ],
      40,
    ),
  );
  return inApp(
    { microphone: silent, camera: null },
    async ({ page, stack }) => {
      await openStart(page, stack.server.url);
      const dialog = page.getByRole('dialog');
      await dialog.getByRole('button', { name: 'Agree, check devices' }).click();
      await dialog.getByRole('button', { name: 'Start with voice only' }).click();
      const notice = page.getByText('We hear nothing from');
      const stage = page.getByRole('region', { name: 'Live session' });
      await expect(stage).toBeVisible();
      const before = await stage.boundingBox();
      await expect(notice).toBeVisible();
      expect(await stage.boundingBox(), 'a note moves nothing').toEqual(before);
      await expect(notice).toHaveCount(0);
      await hangUp(page);
      const { id } = await untilComplete(stack, page);
      const rows = await readRecording(
        await download(stack.server.url, `/api/recordings/${id}/recording.mcap`),
      );
      const states = on(rows, '/events')
        .filter(({ value }) => value.kind === 'microphone')
        .map(({ value }) => [value.state, value.page_us]);
      expect(states.map(([state]) => state)).toEqual(['silent', 'heard']);
      // Noticed after 8 s of zeros; the file has 15 s of them.
      expect((states[1]?.[1] - states[0]?.[1]) / 1e6).toBeGreaterThan(3);
    },
    silentModel(),
  );
});

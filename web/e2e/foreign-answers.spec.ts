/**
 * Something between browser and server answers instead of the server: nothing is lost, and no state is shown that the
 * server has not confirmed.
 */
import { expect, type Page, test } from '@playwright/test';
import { type Foreign, startChunkServer } from './harness/chunk-server';
import {
  buildSite,
  lastState,
  recordingId,
  sealedSeqs,
  site,
  upTo,
  visit,
  wholeMicrophone,
} from './harness/journal-site';
import type { JournalPage } from './journal/page';

declare const journal: JournalPage;

test.beforeAll(buildSite);

const page200 = { status: 200, type: 'text/html', body: '<html>Sign in to the network</html>' };
const always =
  (answer: ReturnType<Foreign>): Foreign =>
  () =>
    answer;

const portals: readonly (readonly [string, Foreign])[] = [
  ['a captive portal', always(page200)],
  [
    'a proxy that restarts',
    always({ status: 404, type: 'text/plain', body: '404 page not found' }),
  ],
  ['a redirect', always({ status: 302, type: '', body: '' })],
];

test('whatever answers for some seconds in the middle of a talk: all of it arrives', async () => {
  for (const [name, foreign] of portals) {
    await test.step(name, async () => {
      const server = await startChunkServer(site);
      const { context, page } = await visit(server);
      try {
        await page.evaluate((id) => journal.startWorkers(id), recordingId);
        await page.waitForTimeout(1500);
        server.behaviour = foreign;
        await expect.poll(async () => (await lastState(page))?.server).toBe('unreachable');
        await expect
          .poll(async () => (await lastState(page))?.waitingChunks)
          .toBeGreaterThanOrEqual(2);
        server.behaviour = 'ok';
        await page.evaluate(() => journal.hangUp());
        const last = server.finishes[0]?.last_seq ?? -1;
        expect(last).toBeGreaterThanOrEqual(2);
        expect(sealedSeqs(server)).toEqual(upTo(last));
        await wholeMicrophone(server, page);
        expect(await page.evaluate(() => journal.journalNames())).toEqual([]);
        const kinds = await page.evaluate(() => journal.spoolEvents.map(({ type }) => type));
        expect(kinds).not.toContain('journal-failed');
      } finally {
        await context.close();
        await server.stop();
      }
    });
  }
});

test('a sign-in page that answers finish does not erase the journal', async () => {
  const server = await startChunkServer(site);
  const { context, page } = await visit(server);
  try {
    await page.evaluate((id) => journal.startWorkers(id), recordingId);
    await page.waitForTimeout(1500);
    server.behaviour = (method) => (method === 'POST' ? page200 : null);
    await page.evaluate(() => journal.hangUp());
    expect(await page.evaluate(() => journal.spoolEvents.at(-1))).toEqual({
      type: 'ended',
      outcome: 'left',
    });
    expect(server.finishes).toEqual([]);
    server.behaviour = 'ok';
    await page.evaluate(() => void journal.createRecoveryClient());
    await expect.poll(() => server.finishes.length).toBe(1);
    await expect.poll(() => page.evaluate(() => journal.journalNames())).toEqual([]);
  } finally {
    await context.close();
    await server.stop();
  }
});

const recover = (page: Page) =>
  page.evaluate(() => Object.assign(window, { recovery: journal.createRecoveryClient() }) && null);
const orphan = (page: Page) =>
  page.evaluate(() => {
    const { recovery } = window as unknown as {
      recovery: ReturnType<JournalPage['createRecoveryClient']>;
    };
    return recovery.snapshot()[0];
  });

test('one chunk that a firewall never lets through is kept, named, handed out, and heals later', {
  tag: '@long',
}, async () => {
  const denied: Foreign = (method, path) =>
    method === 'PUT' && path.endsWith('/chunks/1')
      ? { status: 403, type: 'text/html', body: 'Denied by policy' }
      : null;
  const server = await startChunkServer(site);
  server.behaviour = denied;
  const { context, page, profile } = await visit(server);
  try {
    await page.evaluate((id) => journal.startWorkers(id), recordingId);
    await expect
      .poll(async () => (await lastState(page))?.kept, { timeout: 30_000 })
      .toEqual({ chunks: 1, by: 'network', words: '403 text/html' });
    expect(await lastState(page)).toMatchObject({ server: 'reachable' });
    expect(await page.evaluate(() => journal.hangUp())).toBeLessThan(5000);
    const last = server.finishes[0]?.last_seq ?? -1;
    expect(sealedSeqs(server)).toEqual(upTo(last).filter((seq) => seq !== 1));
    const names = await page.evaluate(() => journal.journalNames());
    expect(names).toContain(`${recordingId}/000001.mcap`);

    await recover(page);
    await expect.poll(async () => (await orphan(page))?.state, { timeout: 40_000 }).toBe('kept');
    expect(await orphan(page)).toMatchObject({
      missingChunks: 1,
      kept: { words: '403 text/html' },
    });
    const sizes = await page.evaluate(async (id) => {
      const { recovery } = window as unknown as {
        recovery: ReturnType<JournalPage['createRecoveryClient']>;
      };
      const blob = await recovery.download(id);
      const bytes = new Uint8Array(await blob.arrayBuffer());
      return { bytes: bytes.length, magic: [...bytes.subarray(512, 518)] };
    }, recordingId);
    expect(sizes.magic).toEqual([0x89, ...Buffer.from('MCAP0')]);
    expect(sizes.bytes % 512).toBe(0);
  } finally {
    await context.close();
  }
  server.behaviour = 'ok';
  const again = await visit(server, profile);
  try {
    await recover(again.page);
    await expect.poll(async () => (await orphan(again.page))?.state).toBe('done');
    const last = server.finishes[0]?.last_seq ?? -1;
    expect(sealedSeqs(server)).toEqual(upTo(last));
    expect(await again.page.evaluate(() => journal.journalNames())).toEqual([]);
  } finally {
    await again.context.close();
    await server.stop();
  }
});

test('what was discarded is not sent, neither now nor at the next visit', async () => {
  const server = await startChunkServer(site);
  const { context, page, profile } = await visit(server);
  let stored: number[] = [];
  try {
    await page.evaluate((id) => journal.startWorkers(id), recordingId);
    await page.waitForTimeout(1500);
    server.behaviour = 'unreachable';
    await page.waitForTimeout(2500);
    await page.evaluate(() => journal.hangUp());
    stored = sealedSeqs(server);
    await recover(page);
    await expect.poll(async () => (await orphan(page))?.state).toBe('waiting');
    await page.evaluate(async (id) => {
      const { recovery } = window as unknown as {
        recovery: ReturnType<JournalPage['createRecoveryClient']>;
      };
      await recovery.discard(id);
    }, recordingId);
    expect((await orphan(page))?.state).toBe('discarded');
    const names = await page.evaluate(() => journal.journalNames());
    expect(names.filter((name) => name.endsWith('.mcap'))).toEqual([]);
  } finally {
    await context.close();
  }
  server.behaviour = 'ok';
  const again = await visit(server, profile);
  try {
    await recover(again.page);
    await expect.poll(() => server.finishes.length).toBe(1);
    await expect.poll(() => again.page.evaluate(() => journal.journalNames())).toEqual([]);
    expect(sealedSeqs(server)).toEqual(stored);
    expect(server.finishes[0]?.last_seq).toBeGreaterThan(stored.at(-1) ?? -1);
  } finally {
    await again.context.close();
    await server.stop();
  }
});

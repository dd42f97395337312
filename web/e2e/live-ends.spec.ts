/** How a live session works without a recording, without a model, without a camera; and how it ends. */
import { expect, test } from '@playwright/test';
import { readChunks } from './harness/chunks';
import { startFakeLive } from './harness/fake-live';
import { buildSite, stop, untilState, visit, voice } from './harness/live-site';
import { on, samples } from './harness/recording';
import type { LivePage } from './live/page';

declare const live: LivePage;
test.beforeAll(buildSite);

test('talking without recording writes nothing and works', async () => {
  const model = await startFakeLive();
  const visited = await visit(model, { record: false });
  const { page, server, errors } = visited;
  try {
    await untilState(page, 'live');
    model.speak(voice(0.5, 1), [' Hi']);
    await page.waitForFunction(() => live.snapshot().captions[0]?.heard === 'Hi');
    expect(model.frames.length).toBeGreaterThan(5);
    expect((await page.evaluate(() => live.snapshot())).recording).toBe(false);
    await page.evaluate(() => live.hangUp());
    expect(server.log).toEqual(['END hangup']);
    expect(errors).toEqual([]);
  } finally {
    await stop(visited, model);
  }
});

test('a lost socket without a handle ends the session and finishes the recording as lost', async () => {
  const model = await startFakeLive();
  const visited = await visit(model);
  const { page, server } = visited;
  try {
    await untilState(page, 'live');
    // After this a new session would lack what was said.
    model.speak(voice(0.5, 1), [' Hi']);
    await page.waitForTimeout(1000);
    model.cut();
    await untilState(page, 'ended');
    const { end, connection } = await page.evaluate(() => live.snapshot());
    expect([end, connection]).toEqual([{ reason: 'lost', problem: null }, 'lost']);
    expect(server.finishes).toMatchObject([{ reason: 'lost' }]);
    expect(server.log).toContain('END lost');
    const rows = await readChunks(server.chunks);
    expect(on(rows, '/session').at(-1)?.value).toMatchObject({ kind: 'ended', reason: 'lost' });
    samples(rows, '/mic/pcm');
  } finally {
    await stop(visited, model);
  }
});

for (const [name, refuse, problem] of [
  ['refuses', { code: 1008, reason: 'auth_tokens/secret-token-1 is spent' }, 'model-refused'],
  ['is not there', null, 'model-unreachable'],
] as const) {
  test(`a model that ${name} ends the session before it began`, async () => {
    const model = await startFakeLive(refuse);
    const visited = await visit(model, refuse ? {} : { address: 'http://localhost:9' });
    const { page, server } = visited;
    try {
      await untilState(page, 'ended');
      const { end } = await page.evaluate(() => live.snapshot());
      expect(end).toMatchObject({ reason: 'never_connected', problem: { kind: problem } });
      expect(JSON.stringify(end)).not.toContain('secret');
      expect(server.log).toContain('END never_connected');
      expect(server.finishes).toMatchObject([{ reason: 'error' }]);
    } finally {
      await stop(visited, model);
    }
  });
}

test('a camera that is not there is said before anything is recorded', async () => {
  const model = await startFakeLive();
  const visited = await visit(model, { camera: true, device: null });
  const { page, server } = visited;
  try {
    await untilState(page, 'ended');
    const { end } = await page.evaluate(() => live.snapshot());
    expect(end).toEqual({ reason: 'never_connected', problem: { kind: 'no-camera' } });
    expect([...server.log, ...model.requests]).toEqual([]);
  } finally {
    await stop(visited, model);
  }
});

test('one live session at a time in all tabs', async () => {
  const model = await startFakeLive();
  const visited = await visit(model);
  const { page, context, server } = visited;
  try {
    await untilState(page, 'live');
    const second = await context.newPage();
    await second.goto(server.url);
    await second.evaluate((grant) => live.set({ grant, record: true, camera: false }), {
      liveSessionId: 'x',
      recordingId: null,
      baseUrl: model.url,
      apiVersion: 'v1beta',
      token: 'auth_tokens/b',
      model: 'm',
      config: {},
      history: [],
    });
    await second.click('#start');
    await untilState(second, 'ended');
    const { end } = await second.evaluate(() => live.snapshot());
    expect(end?.problem).toEqual({ kind: 'open-elsewhere' });
    await page.evaluate(() => live.hangUp());
  } finally {
    await stop(visited, model);
  }
});

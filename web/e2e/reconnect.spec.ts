/**
 * What happens to a talk when its socket ends, comes late or falls silent: the real engine against a scripted Live
 * socket.
 */
import { expect, type Page, test } from '@playwright/test';
import { readChunks } from './harness/chunks';
import { type FakeLive, startFakeLive } from './harness/fake-live';
import { buildSite, kinds, stop, untilState, type Visit, visit, voice } from './harness/live-site';
import { on, type Row, samples } from './harness/recording';
import { expectSchemas } from './harness/schemas';
import type { LivePage } from './live/page';

declare const live: LivePage;
test.beforeAll(buildSite);

/** The handle of the talk. No record may contain it. */
const HANDLE = 'handle-of-this-talk';
/** Between two sockets. The goal is two seconds; a busy machine gets twice that. */
const GAP_MS_MAX = 4000;
const offerHandle = (model: FakeLive) =>
  model.send({ sessionResumptionUpdate: { newHandle: HANDLE, resumable: true } });
const untilConnection = (page: Page, connection: string) =>
  page.waitForFunction((wanted) => live.snapshot().connection === wanted, connection, {
    timeout: 15_000,
  });
const setupsAsked = (model: FakeLive, count: number) =>
  expect.poll(() => model.setups.length, { timeout: 15_000 }).toBe(count);

/** Runs a talk; returns the rows of its recording. */
async function record(visited: Visit, talk: () => Promise<void>): Promise<Row[]> {
  const { page, server } = visited;
  await untilState(page, 'live');
  await talk();
  await page.evaluate(() => live.hangUp());
  const rows = await readChunks(server.chunks);
  expectSchemas(rows);
  const texts = JSON.stringify(rows.filter(({ topic }) => !topic.endsWith('pcm')));
  expect(texts).not.toContain(HANDLE);
  expect(texts).not.toContain('auth_tokens/');
  return rows;
}

/** How often each block of the microphone was sent, by `/wire/tx`. The key is its first sample. */
const timesSent = (rows: readonly Row[]): Map<number, number> => {
  const times = new Map<number, number>();
  for (const { value } of on(rows, '/wire/tx')) {
    const first = value.audio?.first_sample;
    if (first !== undefined) times.set(first, (times.get(first) ?? 0) + 1);
  }
  return times;
};
/** Every block up to the last one that was sent must have been sent; blocks under way at the end must be marked. */
const expectAllSent = (rows: readonly Row[]) => {
  const times = timesSent(rows);
  const lost = on(rows, '/mic/pcm')
    .map(({ sequence }) => sequence)
    .filter((first) => !times.has(first) && first < Math.max(...times.keys()));
  expect(lost).toEqual([]);
};
/** The microphone's samples and those that the model got on one socket must be the same. */
const expectSame = (rows: readonly Row[], model: FakeLive, socket: number) => {
  const mic = samples(rows, '/mic/pcm');
  const said = on(rows, '/wire/tx').filter(
    ({ value }) => value.socket === socket && value.audio !== undefined,
  );
  const got = model.frames.filter((frame) => frame.socket === socket);
  const sounds = got.flatMap(({ text }) => JSON.parse(text).realtimeInput?.audio ?? []);
  expect(sounds.length).toBeGreaterThan(0);
  expect(said.length).toBe(sounds.length);
  for (const [n, { value }] of said.entries()) {
    const { first_sample: first, sample_count: count } = value.audio;
    const bytes = Buffer.from(sounds[n].data, 'base64');
    expect(new Int16Array(new Uint8Array(bytes).buffer)).toEqual(mic.slice(first, first + count));
  }
};

for (const [code, end] of [
  [1006, (model: FakeLive) => model.cut()],
  [1011, (model: FakeLive) => model.close(1011, 'Internal error encountered.')],
  [1000, (model: FakeLive) => model.close(1000, '')],
] as const) {
  // One way in each run: the end is handled the same, whatever its code.
  const tag = code === 1006 ? [] : ['@long'];
  test(`a socket that ends with ${code} in mid-talk is followed by another one`, {
    tag,
  }, async () => {
    const model = await startFakeLive();
    const visited = await visit(model);
    const { page, server, errors } = visited;
    try {
      const rows = await record(visited, async () => {
        model.speak(voice(0.5, 1), [' Hi']);
        model.send({ serverContent: { turnComplete: true } });
        offerHandle(model);
        await page.waitForTimeout(2000);
        end(model);
        await setupsAsked(model, 2);
        await page.waitForTimeout(1500);
        model.speak(voice(0.5, 2), [' again']);
        await page.waitForFunction(() =>
          live.snapshot().captions.some(({ heard }) => heard.includes('again')),
        );
      });
      expect(server.tokens).toEqual([HANDLE]);
      expect(model.requests[1]).toContain('auth_tokens/secret-token-2');
      expect(JSON.parse(model.setups[0] ?? '').setup.sessionResumption).toEqual({});
      expect(JSON.parse(model.setups[1] ?? '').setup.sessionResumption).toEqual({ handle: HANDLE });
      const events = on(rows, '/events').map(({ value }) => value);
      const closed = events.find(({ kind }) => kind === 'socket_closed');
      expect(closed).toMatchObject({ socket: 0, code });
      const back = events.find(({ kind }) => kind === 'reconnected');
      expect(back).toMatchObject({ socket: 1, dropped_samples: 0 });
      expect(back.gap_ms).toBeLessThan(GAP_MS_MAX);
      expectAllSent(rows);
      expectSame(rows, model, 1);
      expect(on(rows, '/session').map(({ value }) => value.kind)).toEqual(['started', 'ended']);
      expect(server.finishes).toMatchObject([{ reason: 'hangup' }]);
      expect(server.log.filter((line) => line.startsWith('END'))).toEqual(['END hangup']);
      expect(errors.filter((line) => !line.includes('WebSocket'))).toEqual([]);
    } finally {
      await stop(visited, model);
    }
  });
}

test('go away: the old socket is closed before the next one is opened, and nothing is lost', async () => {
  const model = await startFakeLive();
  const visited = await visit(model);
  const { page } = visited;
  try {
    const rows = await record(visited, async () => {
      offerHandle(model);
      // In the middle of the counting there is no pause until the time is nearly over.
      await page.waitForTimeout(1500);
      model.send({ goAway: { timeLeft: '5.2s' } });
      await setupsAsked(model, 2);
      await page.waitForTimeout(3000);
    });
    const events = kinds(rows, '/events').filter((kind) => /socket|away|connect/.test(kind));
    expect(events).toEqual([
      'socket_opening',
      'socket_open',
      'go_away',
      'reconnecting',
      'socket_closed',
      'socket_opening',
      'socket_open',
      'reconnected',
      'socket_closed',
    ]);
    const at = (kind: string) => on(rows, '/events').find(({ value }) => value.kind === kind);
    expect(at('reconnected')?.value.gap_ms).toBeLessThan(GAP_MS_MAX);
    expectAllSent(rows);
    // The new socket gets the sentence again from its beginning.
    expect([...timesSent(rows).values()].filter((times) => times === 2).length).toBeGreaterThan(10);
  } finally {
    await stop(visited, model);
  }
});

test('a handle that is refused ends the talk after one attempt, with the reason', async () => {
  const model = await startFakeLive();
  const visited = await visit(model);
  const { page, server } = visited;
  try {
    await untilState(page, 'live');
    offerHandle(model);
    await page.waitForTimeout(1000);
    model.refuse = { code: 1008, reason: 'BidiGenerateContent session not found' };
    model.cut();
    await untilState(page, 'ended');
    const { end } = await page.evaluate(() => live.snapshot());
    const problem = { kind: 'resume-refused', code: 1008, reason: model.refuse.reason };
    expect(end).toEqual({ reason: 'error', problem });
    expect(model.setups).toHaveLength(2);
    expect(server.finishes).toMatchObject([{ reason: 'error' }]);
    const rows = await readChunks(server.chunks);
    expect(kinds(rows, '/events')).toContain('reconnecting');
  } finally {
    await stop(visited, model);
  }
});

test('a talk that cannot be continued counts down to its end', async () => {
  const model = await startFakeLive();
  const visited = await visit(model);
  const { page } = visited;
  try {
    await untilState(page, 'live');
    model.speak(voice(0.5, 1), [' Hi']);
    model.send({ serverContent: { turnComplete: true } });
    model.send({ goAway: { timeLeft: '50s' } });
    const left = await page.waitForFunction(() => {
      const { endsAtMs } = live.snapshot();
      return endsAtMs === null ? 0 : endsAtMs - performance.now();
    });
    expect(await left.jsonValue()).toBeGreaterThan(45_000);
    model.close(1011, 'Deadline expired before operation could complete.');
    await untilState(page, 'ended');
    const { end } = await page.evaluate(() => live.snapshot());
    expect(end?.problem).toMatchObject({ kind: 'model-refused', code: 1011 });
  } finally {
    await stop(visited, model);
  }
});

test('what is said while the first socket connects is sent when it is open', async () => {
  const model = await startFakeLive();
  model.setupDelayMs = 5000;
  const visited = await visit(model);
  const { page } = visited;
  try {
    const rows = await record(visited, () => page.waitForTimeout(2000));
    const times = timesSent(rows);
    expect(Math.min(...times.keys())).toBe(0);
    expect(new Set(times.values())).toEqual(new Set([1]));
    expectAllSent(rows);
    expectSame(rows, model, 0);
    expect(on(rows, '/events').filter(({ value }) => value.topic === '/mic/pcm')).toEqual([]);
    const loud = samples(rows, '/mic/pcm').slice(16_000, 64_000);
    expect(Math.max(...loud)).toBeGreaterThan(1000);
  } finally {
    await stop(visited, model);
  }
});

test('a model that says nothing is noticed, and the person can reconnect', {
  tag: '@long',
}, async () => {
  const model = await startFakeLive();
  const visited = await visit(model);
  const { page } = visited;
  try {
    const rows = await record(visited, async () => {
      offerHandle(model);
      await page.waitForFunction(() => live.snapshot().modelSilent, undefined, { timeout: 30_000 });
      await page.evaluate(() => live.session().reconnect());
      await setupsAsked(model, 2);
      await untilConnection(page, 'connected');
      expect(await page.evaluate(() => live.snapshot().modelSilent)).toBe(false);
      await page.waitForTimeout(500);
    });
    const silent = on(rows, '/events').filter(({ value }) => value.kind === 'model_silent');
    expect(silent.map(({ value }) => value.on)).toEqual([true, false]);
    // The unanswered question is asked again.
    expect([...timesSent(rows).values()].filter((times) => times === 2).length).toBeGreaterThan(25);
  } finally {
    await stop(visited, model);
  }
});

test('a microphone that the system mutes, and another default one, are said and recorded', async () => {
  const model = await startFakeLive();
  const visited = await visit(model);
  const { page } = visited;
  const trouble = () => page.evaluate(() => live.snapshot().microphoneTrouble);
  try {
    const rows = await record(visited, async () => {
      await page.evaluate(() => live.muteMicrophone(true));
      expect(await trouble()).toBe('muted');
      await page.evaluate(() => live.muteMicrophone(false));
      expect(await trouble()).toBeNull();
      await page.evaluate(() => live.changeDefault('Headset'));
      await page.waitForFunction(() => live.snapshot().notice?.kind === 'default-microphone');
      expect(await page.evaluate(() => live.snapshot().notice)).toMatchObject({
        device: 'Headset',
      });
    });
    const events = on(rows, '/events').map(({ value }) => value);
    expect(events.filter(({ kind }) => kind === 'microphone').map(({ state }) => state)).toEqual([
      'muted',
      'heard',
    ]);
    expect(events.find(({ kind }) => kind === 'default_microphone')).toMatchObject({
      label: 'Headset',
    });
  } finally {
    await stop(visited, model);
  }
});

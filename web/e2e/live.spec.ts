/** The live engine in real Chromium against a scripted Live socket, with the real journal and the strict page policy. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@playwright/test';
import { readChunks } from './harness/chunks';
import { quantile } from './harness/clapper';
import { type FakeLive, startFakeLive } from './harness/fake-live';
import {
  interruptToSilence,
  messageToAudible,
  micToSocket,
  outputMap,
  renderMap,
} from './harness/latency';
import { buildSite, folder, kinds, stop, untilState, visit, voice } from './harness/live-site';
import { compare, renderFromSpans } from './harness/playout-model';
import { on, type Row, samples } from './harness/recording';
import { expectSchemas } from './harness/schemas';
import { tapped } from './harness/tap';
import type { LivePage } from './live/page';

declare const live: LivePage;
test.beforeAll(buildSite);

const asSamples = (bytes: Buffer): number[] => [
  ...new Int16Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length)),
];
const sentByMicrophone = (model: FakeLive): Buffer =>
  Buffer.concat(
    model.frames.flatMap(({ text }) => {
      const audio = JSON.parse(text).realtimeInput?.audio;
      return audio ? [Buffer.from(audio.data, 'base64')] : [];
    }),
  );

test('a talk with a barge-in is recorded as it was sent, received and rendered', async () => {
  const model = await startFakeLive();
  const visited = await visit(model, { camera: true });
  const { page, server, errors } = visited;
  try {
    await untilState(page, 'live');
    await page.waitForTimeout(2000);
    model.speak(voice(4, 1), [' Once', ' upon', ' a', ' time']);
    await page.waitForTimeout(1500);
    model.send({ serverContent: { interrupted: true } }, false);
    model.speak(voice(0.2, 2)); // late sound of the turn that was cut
    model.send({ serverContent: { turnComplete: true } });
    await page.waitForTimeout(600);
    model.send({ serverContent: { inputTranscription: { text: 'stop' } } });
    model.speak(voice(1, 3), [' All', ' right']);
    model.send({ serverContent: { generationComplete: true } });
    model.send({ sessionResumptionUpdate: { newHandle: 'secret-handle', resumable: true } });
    await page.waitForTimeout(1600);
    const levels = await page.evaluate(() => live.readLevels());
    expect(levels?.interruptions).toHaveLength(1);
    await page.evaluate(() => live.session().setMuted(true));
    await page.waitForTimeout(600);
    await page.evaluate(() => live.session().setCamera(false));
    const before = await page.evaluate(() => live.snapshot());
    expect(
      before.captions.map(({ speaker, heard, interrupted }) => [speaker, heard, interrupted]),
    ).toEqual([
      ['model', expect.stringMatching(/^Once/), true],
      ['person', 'stop', false],
      ['model', 'All right', false],
    ]);
    expect(before.modelSawAtMs).not.toBeNull();
    const rendered = await tapped(page);
    const hangUpMs = await page.evaluate(() => live.hangUp());
    const after = await page.evaluate(() => live.snapshot());
    expect(after).toMatchObject({ state: 'ended', end: { reason: 'hangup', problem: null } });
    expect(server.finishes).toEqual([{ last_seq: server.chunks.size - 1, reason: 'hangup' }]);
    expect(server.log).toContain('END hangup');
    expect(errors).toEqual([]);

    const rows = await readChunks(server.chunks);
    expectSchemas(rows);
    expect(JSON.stringify(rows)).not.toMatch(/secret-(token|handle)/);
    expect(model.requests[0]).toContain('access_token=auth_tokens/secret-token-1');
    const [started, ended] = on(rows, '/session').map(({ value }) => value);
    expect([started.kind, ended.kind]).toEqual(['started', 'ended']);

    // The microphone: no sample is missing from the first frame to the last, and what was sent is in it byte for byte.
    const mic = samples(rows, '/mic/pcm');
    expect(on(rows, '/mic/pcm')[0]?.sequence).toBe(0);
    expect(mic.length).toBe(Math.ceil(ended.context_frame / 3));
    const sent = on(rows, '/wire/tx').flatMap(({ value }) => {
      const { first_sample: first, sample_count: count } = value.audio ?? {};
      return first === undefined ? [] : [...mic.subarray(first, first + count)];
    });
    expect(sent).toEqual(asSamples(sentByMicrophone(model)));
    expect(sent.length + notSent(rows, '/mic/pcm')).toBe(mic.length);
    const muted = on(rows, '/events').find(({ value }) => value.kind === 'mute')?.value
      .context_frame;
    expect(mic.subarray(muted / 3 + 4800).every((sample) => sample === 0)).toBe(true);
    expect(mic.some((sample) => Math.abs(sample) > 1000)).toBe(true);

    // The model: every byte, every message in order, and what was rendered.
    expect([...samples(rows, '/model/pcm')]).toEqual(asSamples(Buffer.concat(model.pcm)));
    const media = (text: string) => text.replace(/"data": "[^"]*"/, '"data": "…"');
    const handle = (text: string) => text.replace(/"newHandle": "[^"]*"/, '"newHandle": "…"');
    expect(on(rows, '/wire/rx').map(({ value }) => handle(media(value.text)))).toEqual(
      model.sent.map((text) => handle(media(text))),
    );
    const graph = compare(renderFromSpans(rows), rendered);
    expect(graph).toMatchObject({ wrong: 0 });
    expect(graph.compared).toBeGreaterThan(100_000);
    expect(kinds(rows, '/playout').filter((kind) => kind === 'underrun')).toEqual([]);
    const flushes = on(rows, '/playout').filter(({ value }) => value.kind === 'flush');
    expect(flushes).toHaveLength(1);
    expect(flushes[0]?.value.dropped_samples).toBeGreaterThan(24_000);
    expect(kinds(rows, '/playout').filter((kind) => kind === 'item')).toHaveLength(2);

    expect(kinds(rows, '/events')).toEqual(
      expect.arrayContaining([
        'permission',
        'socket_opening',
        'socket_open',
        'setup_complete',
        'interrupted',
        'mute',
        'camera',
        'caption_shown',
        'hang_up',
        'socket_closed',
      ]),
    );
    const seconds = ended.context_frame / 48_000;
    const clock = kinds(rows, '/clock');
    for (const [kind, perSecond] of [
      ['output', 4],
      ['render', 4],
      ['mic', 1],
      ['microphone', 4],
    ] as const) {
      expect(clock.filter((one) => one === kind).length).toBeGreaterThan(
        (seconds - 1.5) * perSecond * 0.7,
      );
    }
    expect(on(rows, '/health').length).toBeGreaterThan(seconds - 3);

    const map = renderMap(rows);
    const toSocket = micToSocket(rows, map);
    const audible = messageToAudible(rows, outputMap(rows));
    const silence = interruptToSilence(rows, outputMap(rows));
    report('live', {
      micToSocketMs: [quantile(toSocket, 0.5), quantile(toSocket, 0.99)],
      messageToAudibleMs: audible,
      interruptToSilenceMs: silence,
      outputLatencyMs: started.audio.output_latency_s * 1000,
      hangUpMs,
      jumps: on(rows, '/clock').filter(({ value }) => value.kind === 'discontinuity').length,
      graph,
    });
    expect(quantile(toSocket, 0.5)).toBeLessThan(400);
    expect(Math.max(...silence)).toBeLessThan(200);
  } finally {
    await stop(visited, model);
  }
});

const notSent = (rows: readonly Row[], topic: string): number =>
  on(rows, '/events')
    .filter(({ value }) => value.kind === 'not_sent' && value.topic === topic)
    .reduce((sum, { value }) => sum + value.count, 0);

const report = (name: string, figures: object) => {
  console.log(name, JSON.stringify(figures));
  writeFileSync(join(folder, `${name}.json`), JSON.stringify(figures));
};

test('a busy main thread delays no sound', async () => {
  const model = await startFakeLive();
  const visited = await visit(model, { tap: 'worklet' });
  const { page, server } = visited;
  try {
    await untilState(page, 'live');
    await page.evaluate(() => {
      live.jank(400, 500);
    });
    for (let n = 0; n < 12; n++) {
      model.speak(voice(0.3, n));
      model.send({ serverContent: { generationComplete: true, turnComplete: true } });
      await new Promise((resolve) => setTimeout(resolve, 470));
    }
    await new Promise((resolve) => setTimeout(resolve, 500));
    const arrivals = model.frames.map(({ atMs }) => atMs);
    const rendered = await tapped(page);
    expect(await page.evaluate(() => live.longTasks())).toBeGreaterThan(5);
    await page.evaluate(() => live.hangUp());
    const rows = await readChunks(server.chunks);
    samples(rows, '/mic/pcm');
    const gaps = arrivals.slice(1).map((atMs, n) => atMs - (arrivals[n] ?? 0));
    const audible = messageToAudible(rows, outputMap(rows));
    report('jank', {
      gapMs: [quantile(gaps, 0.5), quantile(gaps, 0.99), Math.max(...gaps)],
      messageToAudibleMs: [quantile(audible, 0.5), Math.max(...audible)],
      underruns: kinds(rows, '/playout').filter((kind) => kind === 'underrun').length,
    });
    // Anything that waits for the main thread waits 0.2 s on average here.
    expect(audible).toHaveLength(12);
    expect(quantile(audible, 0.5)).toBeLessThan(180);
    expect(quantile(gaps, 0.9)).toBeLessThan(180);
    expect(compare(renderFromSpans(rows), rendered)).toMatchObject({ wrong: 0 });
  } finally {
    await stop(visited, model);
  }
});

test('a microphone that goes away is replaced; another one can be chosen', async () => {
  const model = await startFakeLive();
  const visited = await visit(model);
  const { page, server } = visited;
  try {
    await untilState(page, 'live');
    await page.waitForTimeout(500);
    await page.evaluate(() => live.loseMicrophone());
    await page.waitForFunction(() => live.snapshot().notice?.kind === 'device-lost');
    expect((await page.evaluate(() => live.snapshot())).microphone?.label).toContain('Fake');
    const others = await page.evaluate(async () => {
      const devices = await navigator.mediaDevices.enumerateDevices();
      return devices.filter(({ kind }) => kind === 'audioinput').map(({ deviceId }) => deviceId);
    });
    const other = others.at(-1) ?? '';
    await page.evaluate((id) => live.session().chooseDevice('microphone', id), other);
    expect((await page.evaluate(() => live.snapshot())).microphone?.deviceId).toBe(other);
    const refused = await page.evaluate(() =>
      live
        .session()
        .chooseDevice('microphone', 'nowhere')
        .then(
          () => 'opened',
          (error: { problem: { kind: string } }) => error.problem.kind,
        ),
    );
    expect(refused).toBe('no-microphone');
    await page.waitForTimeout(1000);
    await page.evaluate(() => live.hangUp());
    const rows = await readChunks(server.chunks);
    const mic = samples(rows, '/mic/pcm');
    const length = on(rows, '/session').at(-1)?.value.context_frame;
    expect(mic.length).toBe(Math.ceil(length / 3));
    expect(kinds(rows, '/events').filter((kind) => kind.startsWith('device_'))).toEqual([
      'device_changed',
      'device_lost',
      'device_changed',
    ]);
  } finally {
    await stop(visited, model);
  }
});

test('camera frames that a busy Worker never got are in the record, as a count', async () => {
  const model = await startFakeLive();
  const visited = await visit(model, { camera: true });
  const { page, server } = visited;
  try {
    await untilState(page, 'live');
    await page.waitForTimeout(2500);
    const worker = page.workers().find((each) => each.url().includes('video-worker'));
    const HELD_UP_MS = 2000;
    await worker?.evaluate((ms) => {
      const until = performance.now() + ms;
      while (performance.now() < until);
    }, HELD_UP_MS);
    await page.waitForTimeout(4500);
    await page.evaluate(() => live.hangUp());
    const rows = await readChunks(server.chunks);
    const skipped = on(rows, '/events')
      .map(({ value }) => value)
      .filter(({ kind, reason }) => kind === 'video_skipped' && reason === 'not_read')
      .reduce((sum, { count }) => sum + count, 0);
    // Two seconds at up to 30 pictures a second. The newest ones wait in the queue and are read afterwards.
    expect(skipped).toBeGreaterThan(5);
    const kept = on(rows, '/camera/video').map(({ logTimeUs }) => logTimeUs);
    const rate = (kept.length + skipped) / (((kept.at(-1) ?? 0) - (kept[0] ?? 0)) / 1e6);
    expect(rate).toBeLessThan(33);
    expect(on(rows, '/health').at(-1)?.value.frames_skipped).toBeGreaterThanOrEqual(skipped);
  } finally {
    await stop(visited, model);
  }
});

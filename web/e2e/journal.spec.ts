/** The journal, its uploads and its recovery in real Chromium, against a server that misbehaves on demand. */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@playwright/test';
import { startChunkServer } from './harness/chunk-server';
import { readChunks } from './harness/chunks';
import {
  buildSite,
  folder,
  lastState,
  recordingId,
  sealedSeqs,
  site,
  upTo,
  visit,
} from './harness/journal-site';
import { killRenderers } from './harness/renderer';
import type { JournalPage } from './journal/page';

declare const journal: JournalPage;

test.beforeAll(buildSite);

test('a recording with camera arrives whole, keyed and in step; nothing is left behind', async () => {
  const server = await startChunkServer(site);
  const { context, page } = await visit(server);
  try {
    await page.evaluate(async (id) => {
      journal.startWorkers(id);
      await journal.startVideo({ width: 640, height: 480 });
    }, recordingId);
    await page.waitForTimeout(10_000);
    const hangUpMs = await page.evaluate(() => journal.hangUp());
    const events = await page.evaluate(() => journal.spoolEvents);
    expect(events.at(-1)).toEqual({ type: 'ended', outcome: 'finished' });
    expect(events.filter((event) => event.type === 'journal-failed')).toEqual([]);
    const last = server.finishes[0]?.last_seq ?? -1;
    expect(server.finishes).toEqual([{ last_seq: last, reason: 'hangup' }]);
    expect(sealedSeqs(server)).toEqual(upTo(last));
    expect(last).toBeGreaterThanOrEqual(8);
    expect(await page.evaluate(() => journal.journalNames())).toEqual([]);

    const rows = await readChunks(server.chunks);
    const mic = rows.filter((row) => row.topic === '/mic/pcm');
    expect(mic.map((row) => row.sequence)).toEqual(mic.map((_, index) => index * 320));
    expect(mic.length).toBe(await page.evaluate(() => journal.micBlocks()));

    const video = rows.filter((row) => row.topic === '/camera/video');
    expect(video.map((row) => row.sequence)).toEqual(video.map((_, index) => index));
    const counts = await page.evaluate(() =>
      journal.videoEvents.filter((event) => event.type === 'counts').at(-1),
    );
    expect(counts).toMatchObject({
      captured: video.length + (counts as { skipped: number }).skipped,
    });
    const keys = video.filter((row) => row.value.frame_id === 'key 640x480');
    expect(keys[0]).toBe(video[0]);
    // Up to the last frame before the next key frame; how late that comes depends on the machine.
    const deltas = video.filter((row) => row.value.frame_id === 'delta 640x480');
    for (const delta of deltas) {
      const key = keys.findLast((row) => row.sequence < delta.sequence);
      expect(delta.logTimeUs - (key?.logTimeUs ?? 0)).toBeLessThanOrEqual(2_000_000);
    }
    expect(decodedFrames(video.map((row) => row.value.data))).toBe(video.length);

    const jpegs = rows.filter((row) => row.topic === '/frames/jpeg');
    const shown = await page.evaluate(() => journal.jpegs);
    expect(jpegs.length).toBeGreaterThanOrEqual(8);
    expect(jpegs.length).toBeLessThanOrEqual(11);
    expect(
      jpegs.map((row) => ({
        frame: row.sequence,
        sha256: createHash('sha256').update(row.value.data).digest('hex'),
        width: 640,
        height: 480,
      })),
    ).toEqual(shown);

    const clock = rows
      .filter((row) => row.topic === '/clock' && row.value.kind === 'microphone')
      .map((row) => row.value);
    const frames = clock.flatMap((batch) => batch.blocks.map((block: number[]) => block[2]));
    const seconds = frames.reduce((sum, count) => sum + count, 0) / clock[0].sample_rate;
    const envelope = Buffer.concat(clock.map((batch) => Buffer.from(batch.envelope, 'base64')));
    expect(Math.abs(envelope.length / 1000 - seconds)).toBeLessThan(0.1);
    expect(Math.max(...envelope)).toBeGreaterThan(60); // the person speaks
    expect(envelope.filter((value) => value < 5).length).toBeGreaterThan(500); // and pauses
    const span = (rows: readonly { logTimeUs: number }[]) =>
      ((rows.at(-1)?.logTimeUs ?? 0) - (rows[0]?.logTimeUs ?? 0)) / 1e6;
    console.log(
      `${last + 1} chunks, ${video.length} frames in ${span(video).toFixed(1)} s, ${keys.length} keys, ` +
        `skipped ${JSON.stringify(counts)}, ${jpegs.length} JPEGs, ${seconds.toFixed(2)} s of microphone, ` +
        `hang-up ${hangUpMs.toFixed(0)} ms, state ${JSON.stringify(await lastState(page))}`,
    );
  } finally {
    await context.close();
    await server.stop();
  }
});

// The same with the whole app: crash.spec.ts.
test('a killed tab loses at most a second; the next visit sends the rest', {
  tag: '@long',
}, async () => {
  const server = await startChunkServer(site);
  const first = await visit(server);
  let killedAtUs = 0;
  try {
    await first.page.evaluate(async (id) => {
      journal.startWorkers(id);
      await journal.startVideo({ width: 640, height: 480 });
    }, recordingId);
    await first.page.waitForTimeout(3000);
    server.behaviour = 'unreachable';
    await first.page.waitForTimeout(3300);
    killedAtUs = Date.now() * 1000;
    expect(killRenderers(first.profile)).toBeGreaterThan(0);
  } finally {
    await first.context.close();
  }
  const before = server.chunks.size;
  const again = await visit(server, first.profile);
  try {
    // The server is still out of reach: the page says so and loses nothing.
    await again.page.evaluate(() => {
      const recovery = journal.createRecoveryClient();
      Object.assign(window, { recovery });
    });
    const orphan = () =>
      again.page.evaluate(() => {
        const { recovery } = window as unknown as {
          recovery: ReturnType<JournalPage['createRecoveryClient']>;
        };
        return recovery.snapshot()[0];
      });
    await expect.poll(async () => (await orphan())?.state).toBe('waiting');
    server.behaviour = 'ok';
    // By now the wait between attempts is at most 15 s.
    await expect.poll(async () => (await orphan())?.state, { timeout: 60_000 }).toBe('done');
    const { chunksTotal, chunksSent, durationSeconds } = (await orphan()) ?? {};
    expect(chunksSent).toBe(chunksTotal);
    expect(durationSeconds).toBeGreaterThan(2);
    const last = Math.max(...server.chunks.keys());
    expect(server.finishes).toEqual([{ last_seq: last, reason: 'crash' }]);
    expect(sealedSeqs(server)).toEqual(upTo(last));
    expect(server.chunks.size).toBe(before + (chunksTotal ?? 0));
    expect(await again.page.evaluate(() => journal.journalNames())).toEqual([]);
    const rows = await readChunks(server.chunks);
    const lostMs = (topic: string) => {
      const times = rows.filter((row) => row.topic === topic).map((row) => row.logTimeUs);
      return (killedAtUs - Math.max(...times)) / 1000;
    };
    console.log(`lost: mic ${lostMs('/mic/pcm')} ms, camera ${lostMs('/camera/video')} ms`);
    expect(lostMs('/mic/pcm')).toBeLessThanOrEqual(1000);
    expect(lostMs('/camera/video')).toBeLessThanOrEqual(1000);
  } finally {
    await again.context.close();
    await server.stop();
  }
});

test('a server that refuses, is full, or is cut off gets everything in the end', async () => {
  const server = await startChunkServer(site);
  const { context, page } = await visit(server);
  try {
    await page.evaluate((id) => journal.startWorkers(id), recordingId);
    await page.waitForTimeout(1500);
    server.behaviour = 'unreachable';
    await expect.poll(async () => (await lastState(page))?.server).toBe('unreachable');
    await expect.poll(async () => (await lastState(page))?.waitingSeconds).toBeGreaterThan(2);
    server.behaviour = 507;
    await expect
      .poll(async () => (await lastState(page))?.server, { intervals: [50] })
      .toBe('disk-full');
    server.behaviour = 'ok';
    await expect
      .poll(async () => (await lastState(page))?.server, { timeout: 25_000 })
      .toBe('reachable');
    await context.setOffline(true);
    await expect.poll(async () => (await lastState(page))?.server).toBe('unreachable');
    await context.setOffline(false);
    await expect.poll(async () => (await lastState(page))?.waitingChunks).toBeLessThanOrEqual(1);
    await page.evaluate(() => journal.hangUp());
    const last = server.finishes[0]?.last_seq ?? -1;
    expect(sealedSeqs(server)).toEqual(upTo(last));
    // Not too often: at most a request every few hundred milliseconds.
    const full = server.log.filter((line) => line.endsWith('507'));
    expect(full.length).toBeLessThanOrEqual(3);
  } finally {
    await context.close();
    await server.stop();
  }
});

test('a server that is away at hang-up gets the rest later, from the same page', async () => {
  const server = await startChunkServer(site);
  const { context, page } = await visit(server);
  try {
    await page.evaluate((id) => journal.startWorkers(id), recordingId);
    await page.waitForTimeout(2500);
    server.behaviour = 'unreachable';
    await page.waitForTimeout(1500);
    const hangUpMs = await page.evaluate(() => journal.hangUp());
    expect(await page.evaluate(() => journal.spoolEvents.at(-1))).toEqual({
      type: 'ended',
      outcome: 'left',
    });
    // It gives the server five seconds; a busy machine gets more.
    expect(hangUpMs).toBeGreaterThan(4500);
    expect(hangUpMs).toBeLessThan(15_000);
    server.behaviour = 'ok';
    await page.evaluate(() => void journal.createRecoveryClient());
    await expect.poll(() => server.finishes.length).toBe(1);
    const last = Math.max(...server.chunks.keys());
    expect(server.finishes).toEqual([{ last_seq: last, reason: 'hangup' }]);
    expect(sealedSeqs(server)).toEqual(upTo(last));
    await expect.poll(() => page.evaluate(() => journal.journalNames())).toEqual([]);
  } finally {
    await context.close();
    await server.stop();
  }
});

test('an erased recording stops being recorded and leaves nothing in the browser', async () => {
  const server = await startChunkServer(site);
  const { context, page } = await visit(server);
  try {
    await page.evaluate((id) => journal.startWorkers(id), recordingId);
    await page.waitForTimeout(1500);
    server.behaviour = 410;
    await expect
      .poll(() => page.evaluate(() => journal.spoolEvents.map((event) => event.type)))
      .toContain('journal-failed');
    await page.evaluate(() => journal.hangUp());
    expect(await page.evaluate(() => journal.journalNames())).toEqual([]);
  } finally {
    await context.close();
    await server.stop();
  }
});

test('camera off, on with another size, and sound only: each picture stream begins with a key', async () => {
  const server = await startChunkServer(site);
  const { context, page } = await visit(server);
  try {
    await page.evaluate(async (id) => {
      journal.startWorkers(id);
      await journal.startVideo({ width: 640, height: 480 });
    }, recordingId);
    await page.waitForTimeout(1500);
    await page.evaluate(() => journal.cameraOff());
    await page.waitForTimeout(700);
    await page.evaluate(() => journal.openCamera(320, 240));
    await page.waitForTimeout(1500);
    await page.evaluate(() => journal.openCamera(640, 480));
    await page.waitForTimeout(1000);
    await page.evaluate(() => journal.soundOnly(true));
    await page.waitForTimeout(1300);
    await page.evaluate(() => journal.soundOnly(false));
    await page.waitForTimeout(1000);
    await page.evaluate(() => journal.hangUp());
    const rows = await readChunks(server.chunks);
    const video = rows.filter((row) => row.topic === '/camera/video');
    expect(video.map((row) => row.sequence)).toEqual(video.map((_, index) => index));
    const ids: string[] = video.map((row) => row.value.frame_id);
    const sizes = ids.map((id) => id.split(' ')[1]);
    const runs = sizes.filter((size, index) => size !== sizes[index - 1]);
    expect(runs).toEqual(['640x480', '320x240', '640x480']);
    for (const [index, id] of ids.entries()) {
      const pausedUs = (video[index]?.logTimeUs ?? 0) - (video[index - 1]?.logTimeUs ?? 0);
      if (sizes[index] !== sizes[index - 1] || pausedUs > 600_000) expect(id).toMatch(/^key /);
    }
    const formats = await page.evaluate(() =>
      journal.videoEvents.flatMap((event) => (event.type === 'format' ? [event.width] : [])),
    );
    expect(formats).toEqual([640, 320, 640]);
    const skipped = await page.evaluate(() =>
      journal.videoEvents.flatMap((event) =>
        event.type === 'skipped' && event.reason === 'disk_low' ? [event.count] : [],
      ),
    );
    expect(skipped.reduce((sum, count) => sum + count, 0)).toBeGreaterThan(20);
    for (const size of ['640x480', '320x240'] as const) {
      const packets = video
        .filter((_, index) => sizes[index] === size)
        .map((row) => row.value.data);
      expect(decodedFrames(packets)).toBe(packets.length);
    }
  } finally {
    await context.close();
    await server.stop();
  }
});

test('a browser without room says so, keeps what it has, and sends it', {
  tag: '@long',
}, async () => {
  const server = await startChunkServer(site);
  const { context, page } = await visit(server);
  try {
    const devtools = await context.newCDPSession(page);
    await devtools.send('Storage.overrideQuotaForOrigin', {
      origin: server.url,
      quotaSize: 48_000_000,
    });
    server.behaviour = 'unreachable';
    await page.evaluate((id) => {
      journal.startWorkers(id);
      journal.flood();
    }, recordingId);
    const kinds = () => page.evaluate(() => journal.spoolEvents.map((event) => event.type));
    await expect.poll(kinds, { timeout: 40_000 }).toContain('journal-failed');
    const order = (await kinds()).filter((kind) => kind !== 'state');
    expect(order).toEqual(['opened', 'disk-low', 'journal-failed']);
    const failed = await page.evaluate(() =>
      journal.spoolEvents.filter((event) => event.type === 'journal-failed'),
    );
    expect(failed).toHaveLength(1);
    // On an overloaded machine opening a file may take many seconds, while two megabytes a second arrive.
    expect(failed[0]?.message).toMatch(/no room left|file system is too slow/);
    server.behaviour = 'ok';
    await page.evaluate(() => journal.hangUp());
    expect(server.finishes).toHaveLength(1);
    const last = server.finishes[0]?.last_seq ?? -1;
    expect(sealedSeqs(server)).toEqual(upTo(last));
    const mic = (await readChunks(server.chunks)).filter((row) => row.topic === '/mic/pcm');
    expect(mic.map((row) => row.sequence)).toEqual(mic.map((_, index) => index * 320));
    expect(await page.evaluate(() => journal.journalNames())).toEqual([]);
  } finally {
    await context.close();
    await server.stop();
  }
});

/** Decodes with ffmpeg, from an IVF file around the packets; returns how many pictures came out without an error. */
function decodedFrames(packets: readonly Uint8Array[]): number {
  const header = Buffer.alloc(32);
  header.write('DKIF\0\0\x20\0VP90', 'latin1');
  header.writeUInt16LE(640, 12);
  header.writeUInt16LE(480, 14);
  header.writeUInt32LE(30, 16);
  header.writeUInt32LE(1, 20);
  header.writeUInt32LE(packets.length, 24);
  const parts = packets.flatMap((packet, index) => {
    const head = Buffer.alloc(12);
    head.writeUInt32LE(packet.length, 0);
    head.writeUInt32LE(index, 4);
    return [head, Buffer.from(packet)];
  });
  const path = join(folder, 'camera.ivf');
  writeFileSync(path, Buffer.concat([header, ...parts]));
  const frames = execFileSync('ffprobe', [
    ...['-v', 'error', '-count_frames', '-select_streams', 'v:0'],
    ...['-show_entries', 'stream=nb_read_frames', '-of', 'csv=p=0', path],
  ]);
  return Number(frames.toString().trim());
}

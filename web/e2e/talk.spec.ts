import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import AxeBuilder from '@axe-core/playwright';
import { expect, test } from '@playwright/test';
import { download, hangUp, newestRecording, startLive, untilComplete } from './harness/app';
import { launch } from './harness/browser';
import { breathe, writeY4m } from './harness/camera';
import { decodeSound, loudParts, probe } from './harness/media';
import { compare, renderFromSpans } from './harness/playout-model';
import { on, type Row, readRecording, samples } from './harness/recording';
import { startStack } from './harness/servers';
import { secondsOf, speak, track, writeWav } from './harness/speech';
import { installTap, tapped } from './harness/tap';
import { startWireProxy } from './harness/wire-proxy';

/** The whole talk: ask for the long story, cut in, hang up. Times are seconds of the fake microphone's file. */
const ASK = { atSeconds: 3, say: 'tell me a long story' };
const CUT = { atSeconds: 13, say: 'stop' };
const folder = mkdtempSync(join(tmpdir(), 'reprise-talk-'));

type Wire = { readonly frames: readonly { direction: string; text: string }[] };

/** All samples that were sent in one direction, in order. */
function wireSamples(wire: Wire, direction: 'tx' | 'rx'): Int16Array {
  const parts: Buffer[] = [];
  for (const frame of wire.frames.filter((one) => one.direction === direction)) {
    const message = JSON.parse(frame.text);
    if (message.realtimeInput?.audio)
      parts.push(Buffer.from(message.realtimeInput.audio.data, 'base64'));
    for (const part of message.serverContent?.modelTurn?.parts ?? []) {
      if (part.inlineData) parts.push(Buffer.from(part.inlineData.data, 'base64'));
    }
  }
  const all = Buffer.concat(parts);
  return new Int16Array(all.buffer.slice(all.byteOffset, all.byteOffset + all.byteLength));
}

/** The samples of `/mic/pcm` that were sent according to `/wire/tx`. */
function sentSamples(rows: readonly Row[]): Int16Array {
  const mic = samples(rows, '/mic/pcm');
  const parts = on(rows, '/wire/tx')
    .map((row) => row.value.audio)
    .filter((audio) => audio !== undefined)
    .map((audio) => mic.subarray(audio.first_sample, audio.first_sample + audio.sample_count));
  const all = new Int16Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

test('talk, interrupt the long story, hang up, and play it back', async () => {
  const microphone = join(folder, 'mic.wav');
  const camera = join(folder, 'camera.y4m');
  writeWav(microphone, track([ASK, CUT], 40));
  writeY4m(camera, breathe, 4);
  const proxy: { current?: Awaited<ReturnType<typeof startWireProxy>> } = {};
  const stack = await startStack({
    between: async (url) => {
      proxy.current = await startWireProxy(url);
      return proxy.current;
    },
  });
  const { context } = await launch({ microphone, camera });
  try {
    await installTap(context);
    const page = context.pages()[0] ?? (await context.newPage());
    await startLive(page, stack.server.url);
    await expect(page.getByText('You cut in', { exact: false })).toBeVisible({ timeout: 60_000 });
    await page.waitForTimeout(4000);
    const rendered = await tapped(page);
    await hangUp(page);
    const hungUpAt = Date.now();
    await page.getByRole('button', { name: 'Play session' }).click();
    await expect(page.locator('video')).toBeVisible();
    await expect
      .poll(() => page.locator('video').evaluate((video: HTMLVideoElement) => video.currentTime))
      .toBeGreaterThan(0);
    // The goal is one second (bench); a busy machine gets ten.
    expect(Date.now() - hungUpAt).toBeLessThan(10_000);

    await test.step('the player has no serious accessibility findings', async () => {
      const { violations } = await new AxeBuilder({ page }).analyze();
      const serious = violations.filter(
        ({ impact }) => impact === 'serious' || impact === 'critical',
      );
      expect(serious.map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`)).toEqual([]);
    });

    const { id } = await newestRecording(stack.server.url);
    await untilComplete(stack, page);
    const rows = await readRecording(
      await download(stack.server.url, `/api/recordings/${id}/recording.mcap`),
    );

    await test.step('the record holds every sample that crossed the wire', async () => {
      const wire = proxy.current as Wire;
      expect(samples(rows, '/model/pcm')).toEqual(wireSamples(wire, 'rx'));
      expect(sentSamples(rows)).toEqual(wireSamples(wire, 'tx'));
    });

    await test.step('no secret is in the record', async () => {
      expect(on(rows, '/wire/tx').length).toBeGreaterThan(100);
      const texts = JSON.stringify(
        rows.filter((row) => !row.topic.endsWith('pcm')).map((row) => row.value),
      );
      expect(texts).not.toContain('auth_tokens/');
    });

    await test.step('what the spans say is what the worklet rendered', async () => {
      const result = compare(renderFromSpans(rows), rendered);
      expect(result.compared).toBeGreaterThan(48_000 * 4);
      expect(result.wrong, JSON.stringify(result)).toBe(0);
    });

    const media = join(folder, 'view.webm');
    writeFileSync(media, await download(stack.server.url, `/api/recordings/${id}/media`));
    const view = JSON.parse(
      new TextDecoder().decode(await download(stack.server.url, `/api/recordings/${id}`)),
    );

    await test.step('the person is on the left, the model on the right, each at its time', async () => {
      const { left, right } = decodeSound(media);
      const said = loudParts(left);
      expect(said.length).toBe(2);
      const [ask, cut] = said;
      // On a busy machine the fake microphone itself loses up to a tenth of a second. The clapper test measures to the
      // millisecond.
      expect((cut?.start ?? 0) - (ask?.start ?? 0)).toBeCloseTo(CUT.atSeconds - ASK.atSeconds, 0);
      expect((ask?.end ?? 0) - (ask?.start ?? 0)).toBeCloseTo(secondsOf(speak(ASK.say)), 0);
      const playout = on(rows, '/playout').map((row) => row.value);
      const flush = playout.find((row) => row.kind === 'flush' && row.dropped_samples > 0);
      const silentFrom = flush.context_frame / 48_000;
      const next = playout.find(
        (row) => row.kind === 'span' && row.context_frame > flush.context_frame,
      );
      const soundAgain = next ? next.context_frame / 48_000 : Number.POSITIVE_INFINITY;
      // Opus spreads a cut over a block or two. After that nothing is heard until the next answer begins.
      const quiet = right.subarray((silentFrom + 0.06) * 48_000, (soundAgain - 0.06) * 48_000);
      expect(quiet.length).toBeGreaterThan(48_000 / 2);
      expect(loudParts(quiet, 100)).toEqual([]);
      const story = loudParts(right.subarray(0, silentFrom * 48_000), 200, 1.5);
      expect(story.length).toBe(1);
      expect(story[0]?.end ?? 0).toBeGreaterThan(silentFrom - 0.5);
      expect(silentFrom).toBeGreaterThan(cut?.start ?? 0);
    });

    await test.step('the transcript says what was said and heard', async () => {
      const person = view.turns.filter((turn: { speaker: string }) => turn.speaker === 'person');
      expect(person[0].text.toLowerCase()).toContain('story');
      const cut = view.turns.find((turn: { interrupted: boolean }) => turn.interrupted);
      expect(cut.speaker).toBe('model');
      expect(cut.ghost_ms).toBeGreaterThan(1000);
      expect(cut.words.some((word: { heard: boolean }) => word.heard)).toBe(true);
      expect(cut.words.some((word: { heard: boolean }) => !word.heard)).toBe(true);
    });

    await test.step('a chat that nobody named has the first words as its title', async () => {
      const title = async () => {
        const { chats } = await (await fetch(`${stack.server.url}/api/chats`)).json();
        return chats[0].title;
      };
      await expect.poll(title).toMatch(/story/i);
    });

    await test.step('durations agree', async () => {
      const { duration, streams } = probe(media);
      expect(streams.map((stream) => stream.codec_name).sort()).toEqual(['opus', 'vp9']);
      expect(Math.abs(duration * 1000 - view.media.duration_ms)).toBeLessThan(60);
      const ended = on(rows, '/session')
        .map((row) => row.value)
        .find((row) => row.kind === 'ended');
      expect(Math.abs(duration - ended.context_frame / 48_000)).toBeLessThan(0.1);
    });
  } finally {
    await context.close();
    await stack.stop();
  }
});

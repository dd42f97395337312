/** The chosen loudspeaker: the test sound and the model's voice go to it, and only there. */
import { expect, type Page, test } from '@playwright/test';
import { inApp } from './harness/in-app';
import { track, writeWav } from './harness/speech';

type Output = { readonly sinkId: unknown; readonly peak: number };
declare const outputs: () => Output[];

/** Runs before any script of the page: measures what each context sends to its loudspeaker. */
const MEASURE = () => {
  const meters = new Map<BaseAudioContext, { analyser: AnalyserNode; peak: number }>();
  const connect = AudioNode.prototype.connect as (this: AudioNode, ...args: unknown[]) => unknown;
  AudioNode.prototype.connect = function (this: AudioNode, ...args: unknown[]) {
    if (args[0] instanceof AudioDestinationNode) {
      const analyser = meters.get(this.context)?.analyser ?? this.context.createAnalyser();
      meters.set(this.context, { analyser, peak: 0 });
      connect.call(this, analyser);
    }
    return connect.apply(this, args);
  } as typeof AudioNode.prototype.connect;
  const samples = new Float32Array(2048);
  setInterval(() => {
    for (const meter of meters.values()) {
      meter.analyser.getFloatTimeDomainData(samples);
      for (const sample of samples) meter.peak = Math.max(meter.peak, Math.abs(sample));
    }
  }, 20);
  Object.assign(globalThis, {
    outputs: () =>
      [...meters].map(([context, { peak }]) => ({
        sinkId: (context as unknown as { sinkId: unknown }).sinkId,
        peak,
      })),
  });
};

/** Louder than rounding, quieter than the test sound. */
const AUDIBLE = 0.02;
/** The loudspeakers on which something was heard. */
const heardOn = async (page: Page) =>
  (await page.evaluate(() => outputs()))
    .filter(({ peak }) => peak > AUDIBLE)
    .map(({ sinkId }) => sinkId);

test('the test sound and the model are heard on the chosen speaker', async () => {
  const microphone = test.info().outputPath('silence.wav');
  writeWav(microphone, track([], 60));
  await inApp({ microphone, camera: null }, async ({ page, context, stack }) => {
    await context.addInitScript(MEASURE);
    await page.goto(`${stack.server.url}/chats/new`);
    await page.getByRole('button', { name: 'Start live' }).click();
    await page.getByRole('button', { name: 'Agree, check devices' }).click();
    const speaker = page.getByRole('combobox', { name: 'Speaker' });
    await expect.poll(() => speaker.locator('option').count()).toBeGreaterThan(1);
    await speaker.selectOption({ index: 1 });
    const chosen = await speaker.inputValue();
    expect(chosen).not.toBe('');
    await page.getByRole('button', { name: 'Test sound' }).click();
    await expect.poll(() => heardOn(page)).toEqual([chosen]);
    await page.getByRole('dialog').getByRole('button', { name: 'Start live' }).click();
    await page.getByRole('button', { name: '“Hello”' }).click();
    // The context of the test sound and that of the talk.
    await expect.poll(() => heardOn(page)).toEqual([chosen, chosen]);
  });
});

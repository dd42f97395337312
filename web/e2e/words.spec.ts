/** Words of any script, and answers in all forms of the API: the live view and the recording agree. */
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, type Page, test } from '@playwright/test';
import { download, hangUp, startLive, untilComplete } from './harness/app';
import { launch } from './harness/browser';
import { breathe, writeY4m } from './harness/camera';
import { voice } from './harness/live-site';
import { startStack } from './harness/servers';
import { track, writeWav } from './harness/speech';
import { startWireProxy, type WireProxy } from './harness/wire-proxy';

const folder = mkdtempSync(join(tmpdir(), 'reprise-words-'));
const content = (fields: object) => ({ serverContent: fields });
const input = (text: string) => content({ inputTranscription: { text } });
const output = (text: string) => content({ outputTranscription: { text } });
const sound = (seconds: number) => {
  const data = voice(seconds, 1).toString('base64');
  const inlineData = { mimeType: 'audio/pcm;rate=24000', data };
  return content({ modelTurn: { parts: [{ inlineData }] } });
};
const written = (text: string) => content({ modelTurn: { parts: [{ text }] } });
const kGenerated = content({ generationComplete: true });
const kComplete = content({ turnComplete: true });

/** A question with the model's messages for it, and the time that listening takes. */
const kTalk: readonly { readonly messages: readonly object[]; readonly waitMs: number }[] = [
  {
    // Half a character is at the end of one frame, the other half at the beginning of the next.
    messages: [input('क्षमा कीजिए, \ud83d'), input('\udc4b नमस्ते।')],
    waitMs: 400,
  },
  {
    messages: [output('สวัสดีครับ คุณสบายดีไหม'), sound(1.2), output(' 👩‍👩‍👧‍👦🇩🇪'), kGenerated],
    waitMs: 1500,
  },
  { messages: [kComplete], waitMs: 1200 },
  { messages: [input('كم كتابًا عندك؟')], waitMs: 300 },
  {
    messages: [output('مرحبا! عندي 123 كتابًا في Reprise.'), sound(1.2), kGenerated],
    waitMs: 1500,
  },
  { messages: [kComplete], waitMs: 1200 },
  { messages: [input('tell me a story')], waitMs: 300 },
  { messages: [output('Once upon a time there was a keeper'), sound(4)], waitMs: 1000 },
  { messages: [content({ interrupted: true })], waitMs: 500 },
  // There is no turnComplete, but the answer comes all the same, in one burst.
  {
    messages: [input('stop'), output('All right.'), sound(0.6), kGenerated, kComplete],
    waitMs: 2000,
  },
  { messages: [input('the time?'), written('It is 5.'), kGenerated, kComplete], waitMs: 2200 },
  {
    messages: [
      input('why?'),
      written('**Considering the request** I weigh it.'),
      content({ turnComplete: true, turnCompleteReason: 'RESPONSE_REJECTED' }),
    ],
    waitMs: 500,
  },
];
const kTurns = [
  'You क्षमा कीजिए, 👋 नमस्ते।',
  'Model สวัสดีครับ คุณสบายดีไหม 👩‍👩‍👧‍👦🇩🇪',
  'You كم كتابًا عندك؟',
  'Model مرحبا! عندي 123 كتابًا في Reprise.',
  'You tell me a story',
  expect.stringMatching(/^Model Once upon( a)?( time)?$/),
  'You stop',
  'Model All right.',
  'You the time?',
  'Model · in writing It is 5.',
  'You why?',
];

const play = async (page: Page, proxy: WireProxy) => {
  for (const { messages, waitMs } of kTalk) {
    for (const message of messages) proxy.say(message);
    await page.waitForTimeout(waitMs);
  }
};

type View = {
  readonly chat_title: string;
  readonly turns: readonly { speaker: string; text: string; written: boolean }[];
  readonly events: readonly { kind: string; detail?: object }[];
};

test('words of any script look the same live and in the recording', async () => {
  const microphone = join(folder, 'mic.wav');
  const camera = join(folder, 'camera.y4m');
  const scenario = join(folder, 'none.yaml');
  writeWav(microphone, track([], 60));
  writeY4m(camera, breathe, 4);
  writeFileSync(scenario, 'answers: none\n');
  let proxy: WireProxy | undefined;
  const stack = await startStack({
    scenario,
    between: async (emulatorUrl) => {
      proxy = await startWireProxy(emulatorUrl);
      return proxy;
    },
  });
  const { context } = await launch({ microphone, camera });
  try {
    const page = context.pages()[0] ?? (await context.newPage());
    await startLive(page, stack.server.url);
    await expect(page.locator('.live__header')).toContainText('Connected');
    if (!proxy) throw new Error('no proxy');
    await play(page, proxy);
    await expect(page.getByText('Gemini rejected the model’s answer.')).toBeVisible();
    const turns = page.getByRole('log', { name: 'Captions' }).getByRole('listitem');
    const live = await turns.evaluateAll((items) =>
      items.map((item) =>
        [item.querySelector('.who'), item.querySelector('.captions__words')]
          .map((part) => part?.textContent)
          .join(' '),
      ),
    );
    expect(live).toEqual(kTurns);
    const arabic = turns.nth(3).locator('.captions__words');
    expect(await arabic.evaluate((words) => getComputedStyle(words).direction)).toBe('rtl');
    await page.screenshot({ path: test.info().outputPath('live.png') });
    await hangUp(page);
    const { id } = await untilComplete(stack, page);
    const bytes = await download(stack.server.url, `/api/recordings/${id}/captions.vtt`);
    const vtt = new TextDecoder().decode(bytes);
    expect(vtt).toContain('<v Model>مرحبا! عندي 123 كتابًا في Reprise.');
    expect(vtt).toContain('<v Model>สวัสดีครับ คุณสบายดีไหม 👩‍👩‍👧‍👦🇩🇪');
    expect(vtt).toContain('\u2068[interrupted]\u2069');
    const view = (await (await fetch(`${stack.server.url}/api/recordings/${id}`)).json()) as View;
    const folded = view.turns.map(
      ({ speaker, text, written: inWriting }) =>
        `${speaker === 'person' ? 'You' : 'Model'}${inWriting ? ' · in writing' : ''} ${text}`,
    );
    expect(folded).toEqual(kTurns);
    expect(view.events).toContainEqual(
      expect.objectContaining({ kind: 'empty_turn', detail: { reason: 'RESPONSE_REJECTED' } }),
    );
    expect(view.chat_title).toBe('क्षमा कीजिए, 👋 नमस्ते।');
    await page.getByRole('button', { name: 'Play session' }).click();
    await expect(page.getByRole('list', { name: 'Transcript' })).toContainText('in writing');
    await page.screenshot({ path: test.info().outputPath('player.png') });
  } finally {
    await context.close();
    await stack.stop();
  }
});

/** A talk that continues: what is said gets an answer although the socket changes, breaks or comes late. */
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, type Page, test } from '@playwright/test';
import { download, hangUp, newestRecording, startLive, untilComplete } from './harness/app';
import { launch } from './harness/browser';
import { breathe, writeY4m } from './harness/camera';
import { on, type Row, readRecording } from './harness/recording';
import { type Stack, type StackOptions, startStack } from './harness/servers';
import { type Line, track, writeWav } from './harness/speech';
import { startWireProxy, type WireProxy } from './harness/wire-proxy';

const folder = mkdtempSync(join(tmpdir(), 'reprise-talk-on-'));
const camera = join(folder, 'camera.y4m');
test.beforeAll(() => writeY4m(camera, breathe, 4));

type Options = Pick<StackOptions, 'between'> & {
  readonly lines: readonly Line[];
  readonly scenario?: string;
};

/** Talks in the app with an emulator of its own; returns the rows of the only recording. */
async function talk(
  { lines, scenario, between }: Options,
  flow: (page: Page, stack: Stack) => Promise<void>,
): Promise<{ rows: Row[]; events: Row['value'][]; words: string[] }> {
  const microphone = join(folder, 'mic.wav');
  writeWav(microphone, track(lines, 60));
  const file = join(folder, 'scenario.yaml');
  writeFileSync(file, scenario ?? '');
  const stack = await startStack({ scenario: file, ...(between && { between }) });
  const { context } = await launch({ microphone, camera });
  try {
    const page = context.pages()[0] ?? (await context.newPage());
    await startLive(page, stack.server.url);
    await flow(page, stack);
    await hangUp(page);
    await untilComplete(stack, page);
    const { id } = await newestRecording(stack.server.url);
    const path = `/api/recordings/${id}`;
    const rows = await readRecording(await download(stack.server.url, `${path}/recording.mcap`));
    const view = JSON.parse(new TextDecoder().decode(await download(stack.server.url, path)));
    const { recordings } = await (await fetch(`${stack.server.url}/api/recordings`)).json();
    expect(recordings).toHaveLength(1);
    return {
      rows,
      events: on(rows, '/events').map(({ value }) => value),
      words: view.turns.map(
        (turn: { speaker: string; text: string }) => `${turn.speaker}: ${turn.text}`,
      ),
    };
  } finally {
    await context.close();
    await stack.stop();
  }
}
/** Waits until the model has counted to five. The person never says "three". */
const untilCounted = async (page: Page) => {
  await expect(page.getByRole('log').getByText(/three/i).first()).toBeVisible({ timeout: 40_000 });
  await page.waitForTimeout(5000);
};

test('go away while the person speaks: the whole sentence is understood on the next socket', {
  tag: '@long',
}, async () => {
  const { events, words } = await talk(
    {
      lines: [
        { atSeconds: 2, say: 'good morning' },
        { atSeconds: 9.3, say: 'count to five please' },
      ],
      // A fifth of a second later the socket must be left, in the middle of the sentence.
      scenario: 'go_away: {after_ms: 9600, time_left_ms: 5200}',
    },
    untilCounted,
  );
  const kinds = events.map(({ kind }) => kind);
  const first = (kind: string) => kinds.indexOf(kind);
  expect(first('go_away')).toBeLessThan(first('reconnecting'));
  expect(first('reconnecting')).toBeLessThan(first('socket_closed'));
  expect(first('socket_closed')).toBeLessThan(kinds.lastIndexOf('socket_opening'));
  const back = events.find(({ kind }) => kind === 'reconnected');
  expect(back.dropped_samples).toBe(0);
  expect(back.gap_ms).toBeLessThan(2000);
  expect(back.kept_samples).toBeGreaterThan(0);
  expect(words.join('\n')).toMatch(/model: .*three.*five/i);
});

test('a network that is away for three seconds: what was said meanwhile is answered', async () => {
  const proxy: { current?: WireProxy } = {};
  const { events, words } = await talk(
    {
      lines: [
        { atSeconds: 2, say: 'good morning' },
        // The handle of the first turn comes at about seven seconds; then the network is cut.
        { atSeconds: 8.5, say: 'count to five please' },
      ],
      between: async (url) => {
        proxy.current = await startWireProxy(url);
        return proxy.current;
      },
    },
    async (page) => {
      const handle = () =>
        proxy.current?.frames.some(({ text }) => text.includes('sessionResumptionUpdate'));
      await expect.poll(handle, { timeout: 30_000 }).toBe(true);
      proxy.current?.down(3000);
      await expect(page.getByText('Reconnecting, keep talking')).toBeVisible();
      await expect(page.getByText(/^Back\./)).toBeVisible();
      await untilCounted(page);
    },
  );
  const back = events.find(({ kind }) => kind === 'reconnected');
  expect(back.dropped_samples).toBe(0);
  expect(back.gap_ms).toBeGreaterThan(2000);
  expect(events.filter(({ kind, topic }) => kind === 'not_sent' && topic === '/mic/pcm')).toEqual(
    [],
  );
  expect(words.join('\n')).toMatch(/model: .*three.*five/i);
});

test('a first socket that comes five seconds late: what was said before is answered', {
  tag: '@long',
}, async () => {
  const { rows, words } = await talk(
    {
      lines: [{ atSeconds: 1.5, say: 'count to five please' }],
      scenario: 'setup_delay_ms: 5000',
    },
    untilCounted,
  );
  const first = on(rows, '/wire/tx').find(({ value }) => value.audio !== undefined);
  expect(first?.value.audio.first_sample).toBe(0);
  expect(words.join('\n')).toMatch(/model: .*three.*five/i);
});

import { expect, type Page, test } from '@playwright/test';
import { launch } from './harness/browser';
import { inApp } from './harness/in-app';
import { layoutFaults, type Size, sizes } from './harness/layout';
import { startStack } from './harness/servers';
import { syntheticRecording } from './harness/synthetic';

/**
 * From the smallest phone to a large desktop, including 200 % zoom on a laptop (720 × 450) and a phone on its side (844
 * × 390).
 */
const WIDTHS = [320, 360, 390, 480, 559, 560, 640, 641, 683, 720, 820, 844, 880, 901, 1080, 1280];
const WIDE = [1440, 1800, 2560];
const HEIGHTS = [390, 450, 568, 640, 700, 701, 768, 900, 1180, 1440];
/** A narrow window is a phone, and is not lower than this, except with a keyboard. */
const LOWEST_NARROW = 568;
const ALL = sizes([...WIDTHS, ...WIDE], HEIGHTS).filter(
  ({ width, height }) => width >= 560 || height >= LOWEST_NARROW,
);

const PLAYER = {
  apart: ['.player__header', '.picture', '.player__panel', '.transport', '.seek', '.lanes'],
  inView: [
    '.transport__play',
    '[role="slider"][aria-label="Seek"]',
    '.picture',
    '.player__panel',
    '.transport__clock',
    '.player__header > :nth-last-child(1 of :not(:empty))',
    '[aria-label="Search the transcript"]',
  ],
  atLeast: [
    ['.transcript', 96],
    ['.picture', 120],
  ],
} as const;
const BUTTONS = {
  apart: [
    '.transport__clock',
    ...['Previous turn', 'Play', 'Next turn', 'Captions', 'Zoom in', 'Full screen'].map(
      (name) => `.transport [aria-label="${name}"]`,
    ),
    '.transport__rate',
    '.transport [aria-label="Sound and view"]',
  ],
  inView: [],
  atLeast: [],
} as const;

/** Windows that are lower than a phone, and those in which text takes the most room; also 1366 × 600 at 200 % zoom. */
const TIGHT = [
  { width: 683, height: 300 },
  { width: 568, height: 320 },
  { width: 320, height: 568 },
  { width: 360, height: 800 },
  { width: 844, height: 390 },
  { width: 720, height: 450 },
  { width: 1366, height: 600 },
];
/** The spacing that people may set for text (WCAG 1.4.12). */
const SPACING = `* { line-height: 1.5 !important; letter-spacing: 0.12em !important; word-spacing: 0.16em !important }
  p { margin-bottom: 2em !important }`;
const setSpacing = (page: Page) =>
  page.evaluate((css) => {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(css);
    document.adoptedStyleSheets.push(sheet);
  }, SPACING);

test('the player fits into every window', async () => {
  const stack = await startStack();
  const { context } = await launch({ microphone: null, camera: null });
  try {
    const id = await syntheticRecording(stack.server.url, 20);
    const page = context.pages()[0] ?? (await context.newPage());
    await page.goto(`${stack.server.url}/recordings/${id}`);
    await expect(page.locator('.lanes__drawing')).toBeVisible();
    const faults: string[] = [];
    const look = async (size: Size, how: string) => {
      await page.setViewportSize(size);
      for (const expected of [PLAYER, BUTTONS]) {
        for (const fault of await layoutFaults(page, expected)) {
          faults.push(`${size.width} × ${size.height}${how}: ${fault}`);
        }
      }
    };
    for (const size of [...ALL, ...TIGHT]) await look(size, '');
    await setSpacing(page);
    for (const size of TIGHT) await look(size, ', with text spacing');
    expect(faults).toEqual([]);
  } finally {
    await context.close();
    await stack.stop();
  }
});

declare const window: { shifted?: number };

/** How much an answer is late that the first screen needs. */
const LATE_MS = 400;
/** The sum of layout shifts that is allowed; a button that moves by its height is 0.05. */
const SHIFT_MAX = 0.005;

/** Opens the first screen with one late answer; returns how much moved. */
async function shiftOf(page: Page, url: string, late: string): Promise<number> {
  await page.route(`**/api/${late}*`, async (route) => {
    await new Promise((resolve) => setTimeout(resolve, LATE_MS));
    await route.continue();
  });
  await page.goto(url);
  await page.waitForTimeout(2 * LATE_MS);
  await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
  await page.unroute(`**/api/${late}*`);
  return page.evaluate(() => window.shifted ?? 0);
}

/** Where the rows of the lists stand, and what is in them. */
const placesOfRows = (page: Page) =>
  page.locator('.chat-list li, .recording-row, .recording-row h3 a, .row-seam').evaluateAll((all) =>
    all.map((element) => {
      const { x, y, width, height } = element.getBoundingClientRect();
      return `${element.localName} ${[x, y, width, height].map(Math.round).join(' ')}`;
    }),
  );

/** Opens a page whose app comes late; returns where its rows stand before and when the app is there. */
async function rowsBeforeAndAfter(page: Page, url: string) {
  let release = () => {};
  const released = new Promise<void>((resolve) => {
    release = resolve;
  });
  await page.route('**/assets/start-*.js', async (route) => {
    await released;
    await route.continue();
  });
  await page.goto(url);
  await expect(page.locator('.recording-row h3').first()).toBeVisible();
  const before = await placesOfRows(page);
  release();
  await expect(page.getByRole('button', { name: 'Start live' })).toBeVisible();
  await page.unroute('**/assets/start-*.js');
  return { before, after: await placesOfRows(page) };
}

/** Adds up in each document how much moves. */
const watchShifts = (page: Page) =>
  page.addInitScript(() => {
    window.shifted = 0;
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries() as (PerformanceEntry & { value: number })[]) {
        window.shifted = (window.shifted ?? 0) + entry.value;
      }
    }).observe({ type: 'layout-shift', buffered: true });
  });

test('nothing moves while the player loads', () =>
  inApp({ microphone: null, camera: null }, async ({ page, stack }) => {
    await watchShifts(page);
    const id = await syntheticRecording(stack.server.url, 20);
    const faults: string[] = [];
    for (const [width, height] of [
      [1440, 900],
      [820, 1180],
      [390, 844],
      [320, 568],
      [720, 450],
    ] as const) {
      await page.setViewportSize({ width, height });
      await page.goto(`${stack.server.url}/recordings/${id}`);
      await expect(page.locator('.lanes__drawing')).toBeVisible();
      await page.waitForTimeout(LATE_MS);
      const shift = await page.evaluate(() => window.shifted ?? 0);
      if (shift > SHIFT_MAX / 2) faults.push(`${width} × ${height}: ${shift}`);
    }
    expect(faults).toEqual([]);
  }));

test('nothing moves while a page loads', async () => {
  const stack = await startStack();
  const { context } = await launch({ microphone: null, camera: null });
  try {
    const page = context.pages()[0] ?? (await context.newPage());
    await watchShifts(page);
    const faults: string[] = [];
    const { url } = stack.server;
    let recording = '';
    for (const visit of ['first', 'next']) {
      if (visit === 'next') recording = await syntheticRecording(url, 20);
      for (const width of [390, 1440]) {
        await page.setViewportSize({ width, height: 844 });
        for (const late of ['about', 'recordings']) {
          const shift = await shiftOf(page, url, late);
          if (shift > SHIFT_MAX) faults.push(`${visit} visit, ${width} px, late ${late}: ${shift}`);
        }
      }
    }
    const view = await fetch(`${url}/api/recordings/${recording}`);
    const { chat_id: chat } = ((await view.json()) as { recording: { chat_id: string } }).recording;
    for (const width of [390, 1440]) {
      await page.setViewportSize({ width, height: 844 });
      for (const [path, late] of [
        [`/chats/${chat}`, `chats/${chat}`],
        [`/chats/${chat}`, 'answerers'],
        ['/chats/new', 'answerers'],
        ['/tasks', 'tasks'],
      ] as const) {
        const shift = await shiftOf(page, url + path, late);
        if (shift > SHIFT_MAX) faults.push(`${path}, ${width} px, late ${late}: ${shift}`);
      }
    }
    expect(faults).toEqual([]);
    for (const path of ['/', '/recordings']) {
      const { before, after } = await rowsBeforeAndAfter(page, stack.server.url + path);
      expect(before.length).toBeGreaterThan(3);
      expect(after).toEqual(before);
    }
  } finally {
    await context.close();
    await stack.stop();
  }
});

/** The least height of what a finger presses. */
const TOUCH_MIN = 40;

test('each button of the start sheets can be pressed in every window', () =>
  inApp({ microphone: null, camera: null }, async ({ page, stack }) => {
    await page.goto(stack.server.url);
    await page.getByRole('button', { name: 'Start live' }).first().click();
    const sheet = page.getByRole('dialog');
    const faults: string[] = [];
    for (const step of ['consent', 'devices']) {
      for (const [width, height] of [
        [320, 568],
        [390, 844],
        [720, 450],
        [1440, 900],
      ] as const) {
        await page.setViewportSize({ width, height });
        for (const button of await sheet.locator('.dialog__foot').getByRole('button').all()) {
          const box = await button.boundingBox();
          if (box && box.height >= TOUCH_MIN && box.y + box.height <= height) continue;
          faults.push(`${step} ${width} × ${height}: ${await button.textContent()} ${box?.height}`);
        }
      }
      if (step === 'consent')
        await page.getByRole('button', { name: 'Agree, check devices' }).click();
    }
    expect(faults).toEqual([]);
  }));

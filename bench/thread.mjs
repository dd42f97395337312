// A thread of 10 000 messages: how it opens at its newest, and how it scrolls to its beginning.
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { launchPlain } from './modules.mjs';
import { binary, folder, quantile, remove, startReady } from './programs.mjs';

const MESSAGES = 10_000;
const OPENS = 5;
const LONG_MS = 50;
/** A wheel that is turned fast: so much of the height of the view a frame. */
const STEP = 0.25;
/** The whole thread is some thousand screens; a reader who goes on turns them all. */
const STEPS = 1_200;
const OWNER = '00000000-0000-7000-8000-000000000001';
const CHAT = '01936200-0000-7000-8000-000000000001';
const idOf = (n) => `01936200-0000-7001-8000-${String(n).padStart(12, '0')}`;
const MINUTE_NS = 60_000_000_000n;

const ANSWERS = [
  'Yes.',
  'A paragraph with **bold**, *italic* and `code`, and a [link](https://example.com/page). It goes on for a while, so that it takes more than one line of the thread, as answers do.',
  '## What to do\n\n1. Look at it.\n2. Measure it.\n   - twice\n   - by somebody else\n3. Write it down.\n\n> Not before.\n',
  '| name | number |\n|---|---:|\n| one | 1 |\n| two | 22 |\n| three | 333 |\n',
  'Here it is:\n\n```python\ndef greet(name):\n    """Says hello."""\n    return f"Hello, {name}"\n\nprint(greet("you"))\n```\n\nIt prints one line.',
  'With $a^2 + b^2 = c^2$:\n\n$$\\int_0^1 x^2\\,dx = \\frac{1}{3}$$\n',
];

/** Puts the thread into the database of a server that does not run. */
function seed(data) {
  const database = new DatabaseSync(join(data, 'reprise.db'));
  database.exec('begin');
  const now = BigInt(Date.now()) * 1_000_000n;
  database
    .prepare('insert into chat (chat_id, title, created_utc_ns, last_used_utc_ns, untitled, owner_id) values (?, ?, ?, ?, 0, ?)')
    .run(CHAT, 'A long talk', now, now, OWNER);
  const message = database.prepare(
    "insert into message (message_id, chat_id, kind, created_utc_ns, owner_id, parent_id, role, text) values (?, ?, 'text', ?, ?, ?, ?, ?)",
  );
  for (let n = 0; n < MESSAGES; n++) {
    const person = n % 2 === 0;
    const text = person ? `Question ${n / 2}: what about number ${n}?` : ANSWERS[((n - 1) / 2) % ANSWERS.length];
    message.run(idOf(n), CHAT, now - BigInt(MESSAGES - n) * MINUTE_NS, OWNER, n === 0 ? null : idOf(n - 1), person ? 'person' : 'model', text);
  }
  database.exec('commit');
  database.close();
}

function watchTasks() {
  window.longTasks = [];
  new PerformanceObserver((list) => {
    for (const { startTime, duration } of list.getEntries()) window.longTasks.push({ startTime, duration });
  }).observe({ type: 'longtask', buffered: true });
}

/** Until the newest question is in view: milliseconds since the navigation. */
const opened = (page) =>
  page.evaluate(async (last) => {
    const box = () => document.querySelector('.thread__scroll');
    const inView = () => {
      const row = document.getElementById(`message-${last}`)?.getBoundingClientRect();
      return row && row.top >= box().getBoundingClientRect().top && row.bottom <= box().getBoundingClientRect().bottom + 1;
    };
    while (!inView()) await new Promise(requestAnimationFrame);
    return performance.now();
  }, idOf(MESSAGES - 2));

/** Scrolls up as a fast wheel does, a quarter of a view a frame. */
const scrollUp = (page) =>
  page.evaluate(async ([steps, step, long]) => {
    const element = document.querySelector('.thread__scroll');
    const began = performance.now();
    const frames = [];
    let before = began;
    let most = 0;
    for (let n = 0; n < steps; n++) {
      element.scrollTop -= element.clientHeight * step;
      const now = await new Promise(requestAnimationFrame);
      frames.push(now - before);
      before = now;
      most = Math.max(most, document.querySelectorAll('.thread__scroll li.thread__item').length);
    }
    await new Promise((resolve) => setTimeout(resolve, 200));
    const tasks = window.longTasks.filter(({ startTime, duration }) => startTime >= began && duration > long);
    const oldest = Math.min(...[...document.querySelectorAll('.thread__item')].map(({ id }) => Number(id.slice(-12))));
    return { tasks: tasks.map(({ duration }) => duration), frames, most, oldest };
  }, [STEPS, STEP, LONG_MS]);

/** An address of the very first message: until it is in view. */
async function deepLink(browser, url) {
  const page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
  await page.goto(`${url}/chats/${CHAT}#message-${idOf(0)}`);
  const took = await page.evaluate(async (first) => {
    const shown = () => {
      const row = document.getElementById(`message-${first}`)?.getBoundingClientRect();
      return row && row.top >= 0 && row.bottom <= innerHeight;
    };
    while (!shown()) await new Promise(requestAnimationFrame);
    return performance.now();
  }, idOf(0));
  await page.close();
  return took;
}

/** The same for a server that runs and has the thread. */
export async function measure(browser, url) {
  const shown = [];
  let scrolled;
  for (let n = 0; n < OPENS; n++) {
    const context = await browser.newContext({ viewport: { width: 1440, height: 900 } });
    await context.addInitScript(watchTasks);
    const page = await context.newPage();
    await page.goto(`${url}/chats/${CHAT}`);
    shown.push(await opened(page));
    if (n === OPENS - 1) {
      await page.waitForTimeout(1_000);
      scrolled = await scrollUp(page);
    }
    await context.close();
  }
  const name = `thread of ${MESSAGES}`;
  return [
    { name: `${name}: navigation to its newest question in view, p50`, value: quantile(shown, 0.5), unit: 'ms' },
    { name: `${name}: tasks over ${LONG_MS} ms while ${(STEPS * STEP).toFixed(0)} screens scroll up`, value: scrolled.tasks.length, unit: 'tasks', goal: '0' },
    { name: `${name}: longest of them`, value: Math.max(0, ...scrolled.tasks), unit: 'ms' },
    { name: `${name}: frame while scrolling, p95`, value: quantile(scrolled.frames, 0.95), unit: 'ms' },
    { name: `${name}: most messages in the page at once`, value: scrolled.most, unit: 'messages', compared_with: `went from the newest to message ${scrolled.oldest}` },
    { name: `${name}: navigation by an address of the oldest until it is in view`, value: await deepLink(browser, url), unit: 'ms' },
  ];
}

export const start = async (data) => {
  const emulator = await startReady(binary('reprise-emulator'), ['--listen', 'localhost:0', '--seed', '1']);
  const server = await startReady(binary('reprise'), [
    'serve', '--listen', 'localhost:0', '--ops-listen', 'localhost:0', '--data-dir', data, '--gemini-url', emulator.url,
  ]);
  return { url: server.url, stop: () => Promise.all([server.stop(), emulator.stop()]) };
};

/** A data directory with the thread. */
export async function threadData() {
  const data = folder();
  await (await start(data)).stop();
  seed(data);
  return data;
}

/** Rows for `./dev bench chat`, and alone for `./dev bench thread`. */
export async function run() {
  const data = await threadData();
  const stack = await start(data);
  const browser = await launchPlain();
  try {
    return await measure(browser, stack.url);
  } finally {
    await browser.close();
    await stack.stop();
    remove(data);
  }
}

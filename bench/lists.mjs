// Long lists: the library with 10 000 recordings and the sidebar with 10 000 chats, and how much the first screen weighs.
import { linkSync, mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as sleep } from 'node:timers/promises';
import { launchPlain } from './modules.mjs';
import { binary, folder, quantile, remove, startReady } from './programs.mjs';
import { finish, newRecording, putChunks, synthetic } from './recordings.mjs';

const ROWS = 10_000;
const OPENS = 9;
const SECONDS = 20;
const STEPS = 120;
const LONG_MS = 50;
/** Answers to the first screen come meanwhile; what is loaded in advance for later begins two seconds after the start. */
const FIRST_SCREEN_MS = 500;
/** A server looks through its recordings when it starts, and the system writes what was just made. Lists are opened on a server at rest. */
const REST_MS = 10_000;
const DAY_NS = 86_400_000_000_000n;

/** Ids as the server makes them: their text sorts by time. */
const idOf = (kind, n) => `01936200-0000-7${kind}00-8000-${String(n).padStart(12, '0')}`;

/** Server and emulator on a data directory that may be there already. */
async function startOn(data) {
  const emulator = await startReady(binary('reprise-emulator'), ['--listen', 'localhost:0', '--seed', '1']);
  const server = await startReady(binary('reprise'), [
    'serve', '--listen', 'localhost:0', '--ops-listen', 'localhost:0', '--data-dir', data, '--gemini-url', emulator.url,
  ]);
  return { url: server.url, stop: () => Promise.all([server.stop(), emulator.stop()]) };
}

/** A data directory with one true recording, and all further rows as copies of its row, each with its own thumbnail file. */
async function seed(data) {
  const { place, files } = await synthetic(SECONDS);
  const stack = await startOn(data);
  const made = await newRecording(stack.url);
  await putChunks(stack.url, made, files, 0, files.length);
  await finish(stack.url, made, files.length);
  while ((await fetch(`${stack.url}/api/recordings/${made}/media`, { method: 'HEAD' })).status !== 200);
  await stack.stop();
  remove(place);
  const database = new DatabaseSync(join(data, 'reprise.db'));
  copyRows(database, made);
  database.close();
  const [version] = readdirSync(join(data, 'views', made)).filter((name) => /^\d+$/.test(name));
  const picture = join(data, 'views', made, version, 'thumbnail-small.jpg');
  for (let n = 1; n < ROWS; n++) {
    const to = join(data, 'views', idOf(2, n), version);
    mkdirSync(to, { recursive: true });
    linkSync(picture, join(to, 'thumbnail-small.jpg'));
  }
}

function copyRows(database, made) {
  const columns = (table) => database.prepare(`select name from pragma_table_info('${table}')`).all().map(({ name }) => name);
  /** Copies one row with some of its columns changed. */
  const copier = (table, key, changed) => {
    const list = columns(table).map((name) => (name in changed ? changed[name] : name)).join(', ');
    return database.prepare(`insert into ${table} select ${list} from ${table} where ${key} = ?`);
  };
  const { chat_id: chat, live_session_id: session } = database.prepare('select chat_id, live_session_id from recording where recording_id = ?').get(made);
  const chats = copier('chat', 'chat_id', { chat_id: '?', title: '?', last_used_utc_ns: 'last_used_utc_ns - ?' });
  const sessions = copier('live_session', 'live_session_id', { live_session_id: '?', chat_id: '?' });
  const recordings = copier('recording', 'recording_id', {
    recording_id: '?', live_session_id: '?', chat_id: '?', created_utc_ns: 'created_utc_ns - ?', last_seq: '0', chunk_count: '1',
  });
  const views = copier('recording_view', 'recording_id', { recording_id: '?', chunk_count: '1' });
  const pictures = database.prepare(
    "insert into recording_view_file select ?, name, byte_count, sha256_hex from recording_view_file where recording_id = ? and name = 'thumbnail-small.jpg'",
  );
  // The search knows their words already, or it would look for them while we measure.
  const searched = database.prepare('insert into search_recording select ?, words_version from search_recording where recording_id = ?');
  database.exec('begin');
  for (let n = 1; n < ROWS; n++) {
    const [chatId, sessionId, recordingId] = [0, 1, 2].map((kind) => idOf(kind, n));
    const ago = (BigInt(n) * DAY_NS) / 20n; // twenty a day
    chats.run(chatId, `Talk number ${n}`, ago, chat);
    sessions.run(sessionId, chatId, session);
    recordings.run(recordingId, sessionId, chatId, ago, made);
    views.run(recordingId, made);
    pictures.run(recordingId, made);
    searched.run(recordingId, made);
  }
  database.exec('commit');
}

/** In the page, before its scripts: says when the first row of each selector was painted, and keeps all long tasks. */
function watchRows(selectors) {
  window.longTasks = [];
  new PerformanceObserver((list) => {
    for (const { startTime, duration } of list.getEntries()) window.longTasks.push({ startTime, duration });
  }).observe({ type: 'longtask', buffered: true });
  for (const selector of selectors) {
    const found = new MutationObserver(() => {
      if (!document.querySelector(selector)) return;
      found.disconnect();
      requestAnimationFrame(() => requestAnimationFrame(() => console.log('bench', selector, 'at', performance.now())));
    });
    found.observe(document, { childList: true, subtree: true });
  }
}

/** Scrolls as a wheel does, a screen at a time, and waits a frame each; returns the long tasks meanwhile. */
const scrollAll = (page, selector) =>
  page.evaluate(async ([scroller, steps, long]) => {
    const element = document.querySelector(scroller);
    const began = performance.now();
    const frames = [];
    let before = began;
    for (let n = 0; n < steps; n++) {
      element.scrollTop += element.clientHeight * 0.8;
      const now = await new Promise(requestAnimationFrame);
      frames.push(now - before);
      before = now;
      // Pages of rows come while it scrolls.
      if (n % 10 === 9) await new Promise((resolve) => setTimeout(resolve, 100));
    }
    await new Promise((resolve) => setTimeout(resolve, 200));
    const tasks = window.longTasks.filter(({ startTime, duration }) => startTime >= began && duration > long);
    return { tasks: tasks.map(({ duration }) => duration), frames, rows: document.querySelectorAll(`${scroller} li`).length, top: element.scrollTop };
  }, [selector, STEPS, LONG_MS]);

/** The same answer as plain rows: what is left without the app are browser, server and machine. */
const barePage = (api, rows) => `<!doctype html><nav class="chat-list"></nav><div class="library"></div><script>
fetch('${api}').then((answer) => answer.json()).then((list) => {
  document.querySelector('nav').innerHTML = '<ul>' + list['${rows}'].map((one) => '<li><h3>' + one.id + '</h3></li>').join('') + '</ul>';
  document.querySelector('div').innerHTML = document.querySelector('nav').innerHTML;
});
</script>`;

/** Processor time of the page's main thread so far, ms. Unlike the times of a clock, it hardly depends on what else runs. */
async function mainThreadMs(session) {
  const { metrics } = await session.send('Performance.getMetrics');
  return 1000 * metrics.find(({ name }) => name === 'TaskDuration').value;
}

/**
 * One opening in a fresh profile, until the first row of each selector was painted; counts what goes over the line as it
 * goes. `body`: shown in the place of the app.
 */
async function open(browser, address, selectors, body) {
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 } });
  if (body) await context.route(address, (route) => route.fulfill({ contentType: 'text/html', body }));
  await context.addInitScript(watchRows, selectors);
  const page = await context.newPage();
  const session = await context.newCDPSession(page);
  await session.send('Network.enable');
  await session.send('Performance.enable', { timeDomain: 'threadTicks' });
  const files = new Map();
  session.on('Network.responseReceived', ({ requestId, response }) => files.set(requestId, { url: response.url, bytes: 0 }));
  session.on('Network.loadingFinished', ({ requestId, encodedDataLength }) => {
    const file = files.get(requestId);
    if (file) file.bytes = encodedDataLength;
  });
  const said = selectors.map(async (selector) => {
    const start = `bench ${selector} at `;
    const line = await page.waitForEvent('console', (one) => one.text().startsWith(start));
    return { shown: Number(line.text().slice(start.length)), cpuMs: await mainThreadMs(session) };
  });
  await page.goto(address);
  return { context, page, session, files, times: await Promise.all(said) };
}

async function list(browser, url, { name, address, row, own, scroller, bare }) {
  const shown = [];
  const owned = [];
  const cpu = [];
  const plain = [];
  let scrolled;
  let scrolledCpu;
  let requests;
  for (let n = 0; n < OPENS; n++) {
    // The rows of the first script have no keys, those of the app have.
    const opened = await open(browser, `${url}${address}`, [row, own]);
    const [first, taken] = opened.times;
    shown.push(first.shown);
    owned.push(taken.shown);
    cpu.push(taken.cpuMs);
    const other = await open(browser, `${url}${address}`, [row], bare);
    plain.push(other.times[0].shown);
    await other.context.close();
    if (n === OPENS - 1) {
      await opened.page.waitForTimeout(500);
      opened.files.clear();
      const before = await mainThreadMs(opened.session);
      scrolled = await scrollAll(opened.page, scroller);
      scrolledCpu = (await mainThreadMs(opened.session)) - before;
      requests = [...opened.files.values()];
    }
    await opened.context.close();
  }
  if (scrolled.top < 50_000 && scroller === '.library') throw new Error(`scrolled to ${scrolled.top} only`);
  if (requests.some((file) => file.url.includes('/media'))) throw new Error('a film was loaded for a row');
  return [
    { name: `${name}: navigation to first rows, p50`, value: quantile(shown, 0.5), unit: 'ms', goal: '<= 300' },
    { name: `${name}: until the app has put its own in their place, p50`, value: quantile(owned, 0.5), unit: 'ms' },
    { name: `${name}: processor time of the main thread until then, p50`, value: quantile(cpu, 0.5), unit: 'ms' },
    { name: `${name}: the same rows in a bare page, p50`, value: quantile(plain, 0.5), unit: 'ms' },
    { name: `${name}: tasks over 50 ms while ${STEPS} screens scroll`, value: scrolled.tasks.length, unit: 'tasks', goal: '0' },
    { name: `${name}: longest of them`, value: Math.max(0, ...scrolled.tasks), unit: 'ms' },
    { name: `${name}: processor time of the main thread for a screen, mean`, value: scrolledCpu / STEPS, unit: 'ms' },
    { name: `${name}: frame while scrolling, p95`, value: quantile(scrolled.frames, 0.95), unit: 'ms' },
    { name: `${name}: rows in the page at the end`, value: scrolled.rows, unit: 'rows' },
    { name: `${name}: loaded while scrolling`, value: requests.reduce((sum, { bytes }) => sum + bytes, 0) / 1000, unit: 'kB', compared_with: `${requests.length} requests` },
  ];
}

/** What the first screen of `who` needs, and that the SDK is asked for only where the live Worker is. */
async function weight(browser, url, who) {
  // The key of Search comes with the app, whose files are asked for after the first rows.
  const { context, page, files } = await open(browser, url, ['h1', '.side-link__key']);
  await page.waitForTimeout(FIRST_SCREEN_MS);
  const first = [...files.values()];
  const sdk = (await Promise.all(
    first.filter((file) => file.url.endsWith('.js')).map(async (file) => (await (await fetch(file.url)).text()).includes('generativelanguage.googleapis.com')),
  )).filter(Boolean).length;
  await context.close();
  return [
    { name: `first screen of ${who}, all that goes over the line`, value: first.reduce((sum, { bytes }) => sum + bytes, 0) / 1000, unit: 'kB', goal: '<= 180', compared_with: `${first.length} files` },
    { name: `first screen of ${who}, scripts that hold the SDK`, value: sdk, unit: 'files', goal: '0' },
  ];
}

/** The first screen on a server that has nothing yet. */
async function firstVisit() {
  const data = folder();
  try {
    const stack = await startOn(data);
    const browser = await launchPlain();
    try {
      return await weight(browser, stack.url, 'a first visit');
    } finally {
      await browser.close();
      await stack.stop();
    }
  } finally {
    remove(data);
  }
}

/** Rows for `./dev bench player`, and alone for `./dev bench lists`. */
export async function run() {
  const data = folder();
  try {
    const visit = await firstVisit();
    await seed(data);
    const stack = await startOn(data);
    const browser = await launchPlain();
    try {
      await sleep(REST_MS);
      return [
        ...(await list(browser, stack.url, {
          name: `library of ${ROWS}`, address: '/recordings', row: '.library li h3', own: '.library li[data-key] h3', scroller: '.library', bare: barePage('/api/recordings?limit=60', 'recordings'),
        })),
        ...(await list(browser, stack.url, {
          name: `${ROWS} chats`, address: '/', row: '.chat-list li', own: '.chat-list li[data-key]', scroller: '.chat-list', bare: barePage('/api/chats', 'chats'),
        })),
        ...visit,
        ...(await weight(browser, stack.url, 'who comes back')),
      ];
    } finally {
      await browser.close();
      await stack.stop();
    }
  } finally {
    remove(data);
  }
}

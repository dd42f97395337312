// From hanging up to playing: how soon a recording can be played, how soon it opens, how fast it seeks; and the
// server's memory.
import { run as lists } from './lists.mjs';
import { launchPlain } from './modules.mjs';
import { memoryMib, quantile, quiet, remove, sleep, startStack } from './programs.mjs';
import { finish, newRecording, putChunk, putChunks, synthetic } from './recordings.mjs';

const LENGTHS = [{ name: '1 min', seconds: 60 }, { name: '60 min', seconds: 3600 }];
const HANG_UPS = 3;
const OPENS = 5;
const SEEKS = 30;
/** The last chunks arrive as in a session that runs: one a second. */
const LIVE_CHUNKS = 3;
const POLL_MS = 5;

/**
 * Sends a whole recording as fast as it can, except the last seconds, which come at their pace. Finishes it and waits
 * for the media.
 */
export async function hangUp({ url, child }, files, memory) {
  const id = await newRecording(url);
  const before = files.length - LIVE_CHUNKS;
  await putChunks(url, id, files, 0, before, () => memory?.push(memoryMib(child.pid)));
  await quiet(child.pid); // waits until the fold has caught up, as it would have in a real session
  memory?.push(memoryMib(child.pid));
  for (let seq = before; seq < files.length; seq++) {
    await sleep(1000);
    await putChunk(url, id, seq, files[seq]);
  }
  const began = performance.now();
  await finish(url, id, files.length);
  while ((await fetch(`${url}/api/recordings/${id}/media`, { method: 'HEAD' })).status !== 200) await sleep(POLL_MS);
  const view = await (await fetch(`${url}/api/recordings/${id}`)).json();
  if (!view.media) throw new Error('the media is there but the manifest does not say so');
  return { id, ms: performance.now() - began };
}

/**
 * Runs in the page before its scripts. Writes to the console when the first picture was shown and when the Play button
 * was there (ms since the navigation began), and when the film ran (ms since the press). The test must not evaluate
 * anything in the page before the button is there, not even to find it: Playwright does that as a user gesture, and
 * after a gesture the player starts by itself.
 */
function watchVideo() {
  let pressed = null;
  addEventListener('click', () => (pressed ??= performance.now()), { capture: true });
  const told = new Set();
  const tell = (word, ms) => {
    if (!told.has(word)) console.log(`bench ${word}`, ms);
    told.add(word);
  };
  const attach = (video) => {
    const say = () => tell('picture', performance.now());
    video.requestVideoFrameCallback(say);
    // An element that had its picture before it was put into the page presents no new one; then the frame that paints
    // it counts.
    const painted = () => requestAnimationFrame(() => requestAnimationFrame(say));
    if (video.readyState >= HTMLMediaElement.HAVE_CURRENT_DATA) painted();
    else video.addEventListener('loadeddata', painted);
  };
  const known = new Set();
  const look = () => {
    for (const video of document.querySelectorAll('video')) {
      if (!known.has(video)) attach(video);
      known.add(video);
      if (pressed !== null && video.currentTime > 0) tell('running', performance.now() - pressed);
    }
    if (document.querySelector('button[aria-label="Play"]')) tell('button', performance.now());
    if (!told.has('running')) requestAnimationFrame(look);
  };
  look();
}

/** Opens the page once in a fresh profile, so that all caches are empty. */
export async function open(browser, address) {
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 } });
  await context.addInitScript(watchVideo);
  const page = await context.newPage();
  const said = async (word) => {
    const message = await page.waitForEvent('console', (one) => one.text().startsWith(`bench ${word} `));
    return Number(message.text().split(' ')[2]);
  };
  const [picture] = await Promise.all([said('picture'), said('button'), page.goto(address)]);
  const [play] = await Promise.all([said('running'), page.getByRole('button', { name: 'Play', exact: true }).click()]);
  return { page, context, picture, play };
}

/** Seeks the paused video to places everywhere in it; measures until the picture of the place is shown. */
export const seekTimes = (page) =>
  page.evaluate(async (seeks) => {
    const video = document.querySelector('video');
    video.pause();
    const times = [];
    let random = 1;
    for (let n = 0; n < seeks; n++) {
      // The minimal standard generator: the same places in every run.
      random = (random * 48_271) % 2_147_483_647;
      const target = (random / 2_147_483_647) * (video.duration - 1);
      const began = performance.now();
      const seeked = new Promise((resolve) => video.addEventListener('seeked', resolve, { once: true }));
      const shown = new Promise((resolve, reject) => {
        video.requestVideoFrameCallback(resolve);
        setTimeout(() => reject(new Error(`no picture at ${target} s`)), 10_000);
      });
      video.currentTime = target;
      await Promise.all([seeked, shown]);
      times.push(performance.now() - began);
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    return times;
  }, SEEKS);

/** The media file alone, in a page without anything else: which part of the times above is not the player page's. */
async function openAlone(browser, url, id) {
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 } });
  const page = await context.newPage();
  await page.goto(`${url}/healthz`);
  const picture = await page.evaluate(async (address) => {
    const video = document.createElement('video');
    document.body.append(video);
    const began = performance.now();
    const shown = new Promise((resolve) => video.requestVideoFrameCallback(resolve));
    video.src = address;
    await shown;
    return performance.now() - began;
  }, `/api/recordings/${id}/media`);
  return { page, context, picture };
}

async function playing(url, id) {
  const browser = await launchPlain();
  try {
    const seen = { opens: [], seeks: [], alone: [], aloneSeeks: [] };
    for (let n = 0; n < OPENS; n++) {
      const { page, context, ...times } = await open(browser, `${url}/recordings/${id}`);
      seen.opens.push(times);
      if (n === OPENS - 1) seen.seeks = await seekTimes(page);
      await context.close();
      const alone = await openAlone(browser, url, id);
      seen.alone.push(alone.picture);
      if (n === OPENS - 1) seen.aloneSeeks = await seekTimes(alone.page);
      await alone.context.close();
    }
    return seen;
  } finally {
    await browser.close();
  }
}

/** p50 and p95 of one figure. */
export const spread = (name, values, unit, goal) => [
  { name: `${name}, p50`, value: quantile(values, 0.5), unit },
  { name: `${name}, p95`, value: quantile(values, 0.95), unit, ...(goal && { goal }) },
];

async function measure({ name, seconds }) {
  const { place, files } = await synthetic(seconds);
  const stack = await startStack();
  try {
    const memory = [];
    const ended = [];
    for (let n = 0; n < HANG_UPS; n++) ended.push(await hangUp(stack.server, files, n === 0 ? memory : undefined));
    const { opens, seeks, alone, aloneSeeks } = await playing(stack.server.url, ended[0].id);
    const half = memory.slice(memory.length >> 1);
    return [
      ...spread(`${name}: finish asked to media in the manifest`, ended.map(({ ms }) => ms), 'ms', '<= 1000'),
      ...spread(`${name}: navigation to first picture`, opens.map(({ picture }) => picture), 'ms', '<= 500'),
      ...spread(`${name}: Play pressed to running`, opens.map(({ play }) => play), 'ms'),
      ...spread(`${name}: seek to its picture shown`, seeks, 'ms', '<= 100'),
      ...spread(`${name}: the file alone, source set to first picture`, alone, 'ms'),
      ...spread(`${name}: the file alone, seek to its picture shown`, aloneSeeks, 'ms'),
      { name: `${name}: server memory at most, ingest and fold`, value: Math.max(...memory), unit: 'MiB' },
      { name: `${name}: server memory, spread in second half`, value: Math.max(...half) - Math.min(...half), unit: 'MiB', goal: 'flat' },
    ];
  } finally {
    await stack.stop();
    remove(place);
  }
}

export async function run() {
  const rows = [];
  for (const length of LENGTHS) rows.push(...(await measure(length)));
  rows.push(...(await lists()));
  return rows;
}

// A live session of two minutes in real Chromium, with a fake microphone (spoken by flite) and a fake camera, against
// emulator and server. All latencies are read from the recording of the session.
import { join } from 'node:path';
import { harness } from './modules.mjs';
import { folder, quantile, remove, sleep, startStack } from './programs.mjs';

const SECONDS = 120;
/** The sentences, each with its second in the fake microphone's file. */
const LINES = [
  [3, 'hello'],
  [9, 'tell me a long story'],
  [20, 'stop'],
  [27, 'what time is it'],
  [34, 'tell me a long story'],
  [45, 'stop'],
  [52, 'count to five please'],
  [64, 'tell me a long story'],
  [75, 'stop'],
  [82, 'what do you see'],
  [92, 'tell me a long story'],
  [103, 'stop'],
  [110, 'thank you'],
].map(([atSeconds, say]) => ({ atSeconds, say }));

/** Runs in the page: counts layout shifts that no input caused, and tasks over 50 ms. */
function watchPage() {
  window.watched = { shift: 0, tasks: [] };
  const watch = (type, take) => new PerformanceObserver((list) => list.getEntries().forEach(take)).observe({ type });
  watch('layout-shift', ({ value, hadRecentInput }) => {
    if (!hadRecentInput) window.watched.shift += value;
  });
  watch('longtask', ({ startTime, duration }) => window.watched.tasks.push({ startTime, duration }));
}

/**
 * Runs in the page before hanging up. Counts from the press of Hang up until the film of the session has a picture in
 * the page, and until it runs.
 */
function watchHangUp() {
  window.hungUp = { pressedAt: null, pictureMs: null, runsMs: null };
  const times = window.hungUp;
  addEventListener('click', () => (times.pressedAt ??= performance.now()), { capture: true });
  const look = () => {
    const film = document.querySelector('video[src*="/media"]');
    const since = performance.now() - times.pressedAt;
    if (film && film.readyState >= HTMLMediaElement.HAVE_CURRENT_DATA) times.pictureMs ??= since;
    if (film && film.currentTime > 0) times.runsMs = since;
    else requestAnimationFrame(look);
  };
  look();
}

/** Hangs up and presses Play session at once, as somebody in a hurry does. */
async function hangUpAndPlay(page) {
  await page.evaluate(watchHangUp);
  await page.getByRole('button', { name: 'Hang up' }).click();
  await page.getByRole('button', { name: 'Play session' }).click();
  return (await page.waitForFunction(() => window.hungUp.runsMs !== null && window.hungUp)).jsonValue();
}

/** Talks for two minutes and hangs up. Returns the rows of the recording, and what the page counted. */
async function talk(url, place) {
  const { launch } = await harness('browser');
  const { writeY4m, breathe } = await harness('camera');
  const { track, writeWav } = await harness('speech');
  const { startLive, newestRecording, download } = await harness('app');
  const { readRecording } = await harness('recording');
  const microphone = join(place, 'mic.wav');
  const camera = join(place, 'camera.y4m');
  writeWav(microphone, track(LINES, SECONDS + 10));
  writeY4m(camera, breathe, 4);
  const { context, profile } = await launch({ microphone, camera });
  try {
    const page = context.pages()[0] ?? (await context.newPage());
    await page.addInitScript(watchPage);
    await startLive(page, url);
    await sleep(SECONDS * 1000);
    const watched = await page.evaluate(() => window.watched);
    const hungUp = await hangUpAndPlay(page);
    const { id } = await newestRecording(url);
    await download(url, `/api/recordings/${id}/media`); // waits until the recording is complete
    const rows = await readRecording(await download(url, `/api/recordings/${id}/recording.mcap`));
    return { rows, watched, hungUp };
  } finally {
    await context.close();
    remove(profile);
  }
}

/** Time from the capture of each sent block's last sample to its message on the socket, ms. */
function blockToSocket(rows, map) {
  return rows
    .filter(({ topic, value }) => topic === '/wire/tx' && value.audio?.first_sample !== undefined)
    .map(({ value, logTimeUs }) => logTimeUs / 1000 - map(3 * (value.audio.first_sample + value.audio.sample_count)));
}

/** p50, p95 and the maximum of one figure. */
function spread(name, values, goal) {
  if (values.length === 0) throw new Error(`${name}: nothing was measured`);
  const count = `${values.length} measured`;
  return [
    { name: `${name}, p50`, value: quantile(values, 0.5), unit: 'ms', compared_with: count },
    { name: `${name}, p95`, value: quantile(values, 0.95), unit: 'ms', ...(goal && { goal }), compared_with: count },
    { name: `${name}, max`, value: Math.max(...values), unit: 'ms', compared_with: count },
  ];
}

export async function run() {
  const { renderMap, outputMap, micToSocket, messageToAudible, interruptToSilence } = await harness('latency');
  const place = folder();
  const stack = await startStack();
  try {
    const { rows, watched, hungUp } = await talk(stack.server.url, place);
    const rendered = renderMap(rows);
    // The device takes a whole buffer of sound at once, so a frame was rendered at most one buffer later than the map
    // says.
    const { audio } = rows.find(({ topic, value }) => topic === '/session' && value.kind === 'started').value;
    const latest = (frame) => rendered(frame) + audio.base_latency_s * 1000;
    const left = outputMap(rows);
    const tasks = watched.tasks.map(({ startTime, duration }) => `${duration.toFixed(0)} ms at ${(startTime / 1000).toFixed(1)} s`);
    const { value: health } = rows.findLast(({ topic }) => topic === '/health');
    const lost = rows.filter(({ topic, value }) => topic === '/events' && value.kind === 'not_sent').length;
    return [
      ...spread('mic: block of 20 ms complete to socket, at most', blockToSocket(rows, rendered)),
      ...spread('mic: first sample of the block to socket, at most', micToSocket(rows, rendered), '<= 40'),
      ...spread('first sound of a turn received to rendered, at most', messageToAudible(rows, latest), '<= 60'),
      ...spread('first sound of a turn received to left the device', messageToAudible(rows, left)),
      ...spread('interrupted received to last sound rendered, at most', interruptToSilence(rows, latest), '<= 20'),
      ...spread('interrupted received to last sound left the device', interruptToSilence(rows, left)),
      { name: `long tasks of the main thread in ${SECONDS} s (> 50 ms)`, value: health.long_tasks, unit: 'tasks', goal: '0' },
      {
        name: 'long tasks from the first page to hanging up (> 50 ms)',
        value: watched.tasks.length,
        unit: 'tasks',
        goal: '0',
        compared_with: tasks.join(', '),
      },
      { name: 'layout shift from the first page to hanging up', value: watched.shift, unit: '', goal: '<= 0.02' },
      { name: 'Hang up pressed to the film\'s picture in the page', value: hungUp.pictureMs, unit: 'ms', goal: '<= 300', compared_with: 'Play session pressed at once' },
      { name: 'Hang up pressed to the film running', value: hungUp.runsMs, unit: 'ms' },
      { name: `playout underruns in ${SECONDS} s`, value: health.underruns, unit: 'underruns' },
      { name: `camera frames captured in ${SECONDS} s`, value: health.frames_captured, unit: 'frames', compared_with: `${health.frames_skipped} skipped before the encoder` },
      { name: 'stretches kept but not sent to the model', value: lost, unit: 'stretches' },
    ];
  } finally {
    await stack.stop();
    remove(place);
  }
}

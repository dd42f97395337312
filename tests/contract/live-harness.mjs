// Starts the emulator and talks to it with the unmodified official SDK. flite makes the sound when the test runs.
import { execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));
export const fromWeb = createRequire(new URL('../../web/package.json', import.meta.url));
export const { GoogleGenAI, Modality } = fromWeb('@google/genai');

export const MODEL = 'gemini-3.8-live';
export const KEY = 'emulator-key';
export const RATE = 16_000;
export const BINARY = process.env.REPRISE_EMULATOR_BIN ?? join(root, 'build/release/reprise-emulator');

/** `scenario` is YAML text. Resolves when the emulator listens. */
export async function startEmulator({ scenario, args = [] } = {}) {
  const folder = mkdtempSync(join(tmpdir(), 'reprise-emulator-'));
  const file = join(folder, 'scenario.yaml');
  if (scenario) writeFileSync(file, scenario);
  const child = spawn(
    BINARY,
    ['--listen', 'localhost:0', '--seed', '1', ...(scenario ? ['--scenario', file] : []), ...args],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  );
  const ended = new Promise((resolve) => child.once('exit', (code) => resolve(code)));
  const url = await new Promise((resolve, reject) => {
    createInterface(child.stdout).once('line', (line) => resolve(line.replace(/^ready /, '')));
    ended.then((code) => reject(new Error(`the emulator ended with ${code}`)));
  });
  return {
    url,
    async stop() {
      child.kill('SIGTERM');
      const code = await ended;
      rmSync(folder, { recursive: true, force: true });
      return code;
    },
  };
}

export const clientOf = (url, apiKey = KEY, apiVersion = 'v1beta') =>
  new GoogleGenAI({ apiKey, apiVersion, httpOptions: { baseUrl: url } });

const CONFIG = {
  responseModalities: [Modality.AUDIO],
  inputAudioTranscription: {},
  outputAudioTranscription: {},
};

/** A connected session that keeps its messages as `{at, message}`, in ms since it began. */
export async function talkTo(url, { apiKey, apiVersion, config = CONFIG, model = MODEL } = {}) {
  const received = [];
  const began = performance.now();
  let closed;
  const whenClosed = new Promise((resolve) => {
    closed = resolve;
  });
  const session = await clientOf(url, apiKey, apiVersion).live.connect({
    model,
    config,
    callbacks: {
      onmessage: (message) => received.push({ at: performance.now() - began, message }),
      onclose: (event) => closed({ code: event.code, reason: event.reason }),
    },
  });
  const contents = () => received.map(({ message }) => message.serverContent ?? {});
  const talk = {
    session,
    received,
    whenClosed,
    /** Waits until `found(contents)` is truthy and returns it. */
    async until(found, what, timeoutMs = 30_000) {
      const deadline = performance.now() + timeoutMs;
      for (;;) {
        const value = found(contents());
        if (value) return value;
        if (performance.now() > deadline) throw new Error(`${what} did not come: ${talk.summary()}`);
        await sleep(10);
      }
    },
    turnsDone: (count) =>
      talk.until((all) => all.filter((one) => one.turnComplete).length >= count, `turnComplete ${count}`),
    heard: () => contents().map((one) => one.inputTranscription?.text ?? '').join(''),
    said: () => contents().map((one) => one.outputTranscription?.text ?? '').join('').trim(),
    /** The number of samples of the model's sound. */
    audio: () => contents().reduce((sum, one) => sum + samplesOf(one), 0),
    kinds: () => contents().flatMap(kindsOf),
    summary: () => JSON.stringify({ kinds: squeeze(talk.kinds()), heard: talk.heard(), said: talk.said() }),
    close: () => session.close(),
  };
  return talk;
}

const samplesOf = (content) =>
  (content.modelTurn?.parts ?? []).reduce(
    (sum, part) => sum + Buffer.from(part.inlineData?.data ?? '', 'base64').length / 2,
    0,
  );

const kindsOf = (content) => [
  ...(content.inputTranscription ? ['heard'] : []),
  ...(content.outputTranscription ? ['said'] : []),
  ...(content.modelTurn ? ['audio'] : []),
  ...(content.interrupted ? ['interrupted'] : []),
  ...(content.generationComplete ? ['generationComplete'] : []),
  ...(content.turnComplete ? ['turnComplete'] : []),
];

/** The kinds without repetitions. */
export const squeeze = (kinds) => kinds.filter((kind, index) => kind !== kinds[index - 1]);

/** A spoken sentence at 16 kHz. */
export function spoken(text, voice = 'rms') {
  const folder = mkdtempSync(join(tmpdir(), 'reprise-flite-'));
  const file = join(folder, 'speech.wav');
  execFileSync('flite', ['-voice', voice, '-t', text, '-o', file]);
  const bytes = readFileSync(file);
  rmSync(folder, { recursive: true });
  return new Int16Array(bytes.buffer.slice(bytes.byteOffset + 44, bytes.byteOffset + bytes.length));
}

export const silence = (seconds) => new Int16Array(Math.round(seconds * RATE));

export function beep(seconds, hz = 1000) {
  return silence(seconds).map((_, n) => Math.round(12_000 * Math.sin((2 * Math.PI * hz * n) / RATE)));
}

/** White noise from a fixed series, the same in each run. */
export function noise(seconds, amplitude) {
  let state = 12_345;
  return silence(seconds).map(() => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    return Math.round((state / 1_073_741_824 - 1) * amplitude);
  });
}

/** Sends sound in pieces of 40 ms, `pace` times as fast as it plays. */
export async function stream(talk, sounds, pace = 1) {
  const piece = RATE / 25;
  const began = performance.now();
  let sentMs = 0;
  for (const sound of sounds) {
    for (let at = 0; at < sound.length; at += piece) {
      const part = sound.subarray(at, at + piece);
      const data = Buffer.from(part.buffer, part.byteOffset, part.byteLength).toString('base64');
      talk.session.sendRealtimeInput({ audio: { data, mimeType: 'audio/pcm;rate=16000' } });
      sentMs += (1000 * part.length) / RATE;
      const ahead = began + sentMs / pace - performance.now();
      if (ahead > 0) await sleep(ahead);
    }
  }
}

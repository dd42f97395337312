import { describe, expect, test } from 'vitest';
import type { About } from '../../api/about';
import type { LiveProblem } from '../../media/live-session';
import { problemWords } from './problem-words';

const about = (answers: About['answers']): About => ({
  name: 'Reprise',
  version: '0.1.0',
  answers,
  model: 'gemini-3.8-live',
  voice: 'Kore',
  gemini_url: 'http://localhost:8081',
  can_record: false,
  retention: { days: null, days_min: 1, days_max: 36500 },
  storage: { used_bytes: 2_100_000_000, free_bytes: 0, recordings: 38 },
});

const emulator = about('emulator');
const kCases: readonly (readonly [LiveProblem, string, string, string | undefined])[] = [
  [
    { kind: 'microphone-blocked' },
    'The browser blocks the microphone',
    'Allow it in the address bar, then check again. You can still write, or show pictures without talking. You can still write.',
    'check-again',
  ],
  [
    { kind: 'camera-blocked' },
    'The browser blocks the camera',
    'Allow the camera in the address bar to show something. Your voice is enough.',
    'check-again',
  ],
  [
    { kind: 'microphone-busy' },
    'Another program uses the microphone',
    'Close the program that has it, or choose another microphone, then check again. You can still write.',
    'check-again',
  ],
  [
    { kind: 'camera-busy' },
    'Another program uses the camera',
    'To show something, close the program that has it, then check again. Your voice is enough.',
    'check-again',
  ],
  [
    { kind: 'microphone-failed' },
    'The microphone did not start',
    'The system gave up opening it. Unplug it and plug it in again, then check again. You can still write.',
    'check-again',
  ],
  [
    { kind: 'camera-failed' },
    'The camera did not start',
    'To show something, unplug the camera and plug it in again, then check again. Your voice is enough.',
    'check-again',
  ],
  [
    { kind: 'no-microphone' },
    'No microphone found',
    'Plug one in. We notice it by ourselves. Until then the model can see you but not hear you. You can still write.',
    'no-microphone',
  ],
  [
    { kind: 'no-camera' },
    'No camera found',
    'You can switch a camera on later, without starting again. Your voice is enough.',
    'voice-only',
  ],
  [
    { kind: 'resume-refused', code: 1008, reason: 'session not found' },
    'The talk could not be continued',
    'The model gave this reason: session not found.',
    'try-again',
  ],
  [
    { kind: 'disk-full' },
    'The server’s disk is full',
    'New recordings cannot start. 38 recordings use 2.1 GB. Delete some, or give the server more room.',
    'open-library',
  ],
  [
    { kind: 'open-elsewhere' },
    'This session is live in another tab',
    'Hang up there, or go to that tab.',
    'try-again',
  ],
  [
    { kind: 'insecure-page' },
    'Microphone and camera need https or localhost',
    'This page came over plain http. Browsers let no such page use a microphone or a camera. Open Reprise at its https address or, on the machine where it runs, as localhost. You can play recordings here.',
    'open-library',
  ],
  [
    { kind: 'keeps-nothing' },
    'This browser cannot record',
    'It lets this page keep no files: site data are blocked, or the window is a private one. Allow site data and load the page again, or talk without recording.',
    'without-recording',
  ],
  [
    { kind: 'model-unreachable', address: 'http://localhost:8081/' },
    'The emulator does not answer',
    'Nothing listens at localhost:8081. Start it again, then check. Your chats and recordings are not affected.',
    'check-again',
  ],
];

test.each(kCases)('%o has its words and a way on', (problem, title, text, action) => {
  const words = problemWords(problem, emulator);
  expect(words.title).toBe(title);
  expect([words.text, ...(words.also ?? []).map((also) => also.text)].join(' ')).toBe(text);
  for (const { action } of words.also ?? []) expect(words.actions).toContain(action);
  expect(words.actions[0]).toBe(action);
});

test('with Google the silence of the model is between this browser and Google', () => {
  const words = problemWords({ kind: 'model-unreachable', address: 'x' }, about('google'));
  expect(words.title).toBe('Gemini does not answer');
});

const kKinds: readonly LiveProblem[] = [
  ...kCases.map(([problem]) => problem),
  { kind: 'server-unreachable' },
  {
    kind: 'no-token',
    code: 'model-key-wrong',
    detail: 'Google does not know the key. Google says: “API key not valid.” (INVALID).',
  },
  { kind: 'model-refused', code: 1011, reason: 'Quota is used up' },
  { kind: 'browser-unsupported', missing: 'WebCodecs' },
  { kind: 'unexpected', message: 'The device went away.' },
];

describe.each(kKinds)('$kind', (problem) => {
  const words = problemWords(problem, emulator);
  test('is plain: no blame, no code, no exclamation', () => {
    expect(`${words.title} ${words.text} ${JSON.stringify(words.also)}`).not.toMatch(
      /!|oops|sorry|please|1011|_/i,
    );
  });
  test('offers a way on', () => {
    expect(words.actions.length).toBeGreaterThan(0);
  });
});

test.each([
  ['model-key-wrong', true],
  ['model-key-expired', true],
  ['model-api-disabled', true],
  ['model-account', true],
  ['model-quota', false],
  ['model-timeout', false],
])('%s: the page of settings helps: %s', (code, keyHelp) => {
  const problem = { kind: 'no-token', code, detail: 'A sentence.' } as const;
  expect(problemWords(problem, emulator).keyHelp).toBe(keyHelp);
});

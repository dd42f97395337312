// @vitest-environment jsdom
import { beforeEach, expect, test } from 'vitest';
import { consentText, giveConsent, rememberConsent, rememberedConsent } from './consent';

beforeEach(() => localStorage.clear());

const emulator = consentText({ answers: 'emulator', model: 'm' }, 'this computer');
const google = consentText({ answers: 'google', model: 'gemini-3.8-live' }, 'this computer');

test('the text says that it is an AI, what is recorded, where, and who hears it', () => {
  const words = emulator.map(({ title, text }) => `${title} ${text}`).join(' ');
  expect(words).toMatch(/AI.*microphone.*camera.*this computer.*emulator on this machine/s);
  expect(google.at(-1)?.text).toMatch(/Google/);
});

test('where things can be shared it says who sees the recording, and other words are another consent', () => {
  const shared = consentText({ answers: 'emulator', model: 'm' }, 'this computer', 'Only you.');
  expect(shared.at(-1)).toEqual({ title: 'Who can see it', text: 'Only you.' });
  rememberConsent(giveConsent(emulator, 1));
  expect(rememberedConsent(shared)).toBeNull();
});

test('it says how long recordings are kept here', () => {
  const kept = consentText({ answers: 'emulator', model: 'm' }, 'that host', null, 'for 30 days');
  expect(kept.some(({ text }) => text.startsWith('On that host, for 30 days.'))).toBe(true);
});

test('consent is remembered for the words that were agreed to, and asked for again for others', () => {
  expect(rememberedConsent(emulator)).toBeNull();
  const given = giveConsent(emulator, 1_795_531_760_000);
  rememberConsent(given);
  expect(rememberedConsent(emulator)).toEqual(given);
  expect(rememberedConsent(google)).toBeNull();
});

test('the record names the exact text and the moment in microseconds', () => {
  const given = giveConsent(emulator, 1_795_531_760_000);
  expect(given.textSha256).toMatch(/^[0-9a-f]{64}$/);
  expect(given.textSha256).not.toBe(giveConsent(google, 0).textSha256);
  expect(given.givenUs).toBe(1_795_531_760_000_000);
  expect(given.channels).toEqual(['microphone', 'camera', 'model', 'messages']);
});

test.each(['', '{', '{"textVersion":1}', 'null'])('a damaged memory %j asks again', (stored) => {
  localStorage.setItem('reprise.consent', stored);
  expect(rememberedConsent(emulator)).toBeNull();
});

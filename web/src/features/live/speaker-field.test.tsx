// @vitest-environment jsdom
import { cleanup, fireEvent, render, screen } from '@testing-library/react';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { toasts } from '../../ui/toasts';
import { rememberedSpeaker } from './speaker';
import { SpeakerField } from './speaker-field';

let sinks: string[] = [];
let refusal: Error | null = null;
let played = 0;

beforeEach(() => {
  sinks = [];
  refusal = null;
  played = 0;
  localStorage.clear();
  vi.useFakeTimers({ shouldAdvanceTime: true });
  vi.stubGlobal(
    'AudioContext',
    class {
      currentTime = 0;
      setSinkId(deviceId: string) {
        sinks.push(deviceId);
        return refusal ? Promise.reject(refusal) : Promise.resolve();
      }
      resume = async () => {};
      close = async () => {};
    },
  );
  const param = {
    setValueAtTime() {},
    linearRampToValueAtTime() {},
    exponentialRampToValueAtTime() {},
  };
  const node = class {
    gain = param;
    connect = (other: object) => other;
    start = () => void played++;
    stop() {}
  };
  vi.stubGlobal('OscillatorNode', node);
  vi.stubGlobal('GainNode', node);
  const device = (kind: string, deviceId: string, label: string) => ({ kind, deviceId, label });
  const value = Object.assign(new EventTarget(), {
    enumerateDevices: async () => [
      device('audiooutput', 'default', 'Default'),
      device('audiooutput', 'b', 'Headset'),
      device('audioinput', 'm', 'Desk'),
    ],
  });
  Object.defineProperty(navigator, 'mediaDevices', { value, configurable: true });
});
afterEach(() => {
  cleanup();
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

const field = () => screen.getByRole('combobox', { name: 'Speaker' });
const choose = async (label: string) => {
  const option = await screen.findByRole<HTMLOptionElement>('option', { name: label });
  fireEvent.change(field(), { target: { value: option.value } });
};
const testSound = () => fireEvent.click(screen.getByRole('button', { name: 'Test sound' }));

test('the test sound is played on the speaker that was chosen, which is remembered', async () => {
  render(<SpeakerField devicesOpen />);
  await choose('Headset');
  testSound();
  await vi.waitFor(() => expect(played).toBe(2));
  expect(sinks).toEqual(['b']);
  expect(rememberedSpeaker()).toEqual({ deviceId: 'b', label: 'Headset' });
});

test('as the system: no speaker is set', async () => {
  render(<SpeakerField devicesOpen />);
  await screen.findByRole('option', { name: 'Headset' });
  testSound();
  await vi.waitFor(() => expect(played).toBe(2));
  expect(sinks).toEqual([]);
});

test('a speaker that cannot be used is told, and nothing is played elsewhere', async () => {
  refusal = new DOMException('gone', 'NotFoundError');
  render(<SpeakerField devicesOpen />);
  await choose('Headset');
  testSound();
  await vi.waitFor(() => expect(toasts.snapshot()?.text).toBe('This speaker cannot be used now.'));
  expect([sinks, played]).toEqual([['b'], 0]);
});

test('one that is not connected any more is named', async () => {
  localStorage.setItem('reprise.speaker', JSON.stringify({ deviceId: 'x', label: 'Dock' }));
  render(<SpeakerField devicesOpen />);
  expect(await screen.findByText(/Dock.* is not connected/)).toBeTruthy();
  testSound();
  await vi.waitFor(() => expect(played).toBe(2));
  expect(sinks).toEqual([]);
});

// @vitest-environment jsdom
import { cleanup, fireEvent, render, screen, waitFor } from '@testing-library/react';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { StudyDevices } from './study-devices';

let asked: string[] = [];
let broken = '';

beforeEach(() => {
  asked = [];
  broken = '';
  localStorage.clear();
  const getUserMedia = async (constraints: MediaStreamConstraints) => {
    const kind = constraints.audio ? 'microphone' : 'camera';
    asked.push(kind);
    if (broken === kind) throw new DOMException('', 'NotReadableError');
    const track = Object.assign(new EventTarget(), {
      label: `Desk ${kind}`,
      getSettings: () => ({ deviceId: `desk-${kind}` }),
      stop: () => {},
    });
    return { getTracks: () => [track] };
  };
  const mediaDevices = Object.assign(new EventTarget(), {
    getUserMedia,
    enumerateDevices: async () => [],
  });
  vi.stubGlobal('navigator', { ...navigator, mediaDevices, storage: {} });
  vi.stubGlobal(
    'AudioContext',
    class {
      resume = async () => {};
      close = async () => {};
      createAnalyser = () => ({ getFloatTimeDomainData: (to: Float32Array) => to.fill(0.1) });
      createMediaStreamSource = () => ({ connect: () => {} });
    },
  );
  for (const needed of [
    'AudioWorkletNode',
    'Worker',
    'MediaStreamTrackProcessor',
    'VideoEncoder',
  ]) {
    vi.stubGlobal(needed, class {});
  }
  HTMLDialogElement.prototype.showModal = function showModal() {
    this.open = true;
  };
  HTMLDialogElement.prototype.close = function close() {
    this.open = false;
  };
});
afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
});
vi.mock('./use-can-keep', () => ({ useCanKeep: () => true }));
vi.mock('./mirrored-video', () => ({ MirroredVideo: () => null })); // jsdom plays no films

test('a condition without a camera asks for the microphone alone, and shows that it hears', async () => {
  const onStart = vi.fn();
  render(<StudyDevices camera={false} onStart={onStart} onClose={() => {}} />);
  await screen.findByText('We hear you.');
  fireEvent.click(screen.getByRole('button', { name: 'Begin the talk' }));
  expect(onStart).toHaveBeenCalledExactlyOnceWith({ microphone: 'desk-microphone', camera: null });
  expect(asked).toEqual(['microphone']);
});

test('without the camera that the condition needs nothing begins until it is there', async () => {
  broken = 'camera';
  const onStart = vi.fn();
  render(<StudyDevices camera onStart={onStart} onClose={() => {}} />);
  const again = await screen.findByRole('button', { name: 'Check again' });
  expect(screen.queryByRole('button', { name: 'Start with voice only' })).toBeNull();
  const begin = screen.getByRole('button', { name: 'Begin the talk' });
  await waitFor(() => expect(begin).toHaveProperty('disabled', true));
  broken = '';
  fireEvent.click(again);
  await waitFor(() => expect(begin).toHaveProperty('disabled', false));
  await waitFor(() => expect(begin.getAttribute('aria-busy')).toBeNull());
  fireEvent.click(begin);
  expect(onStart).toHaveBeenCalledExactlyOnceWith({
    microphone: 'desk-microphone',
    camera: 'desk-camera',
  });
});

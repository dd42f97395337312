// @vitest-environment jsdom
import { act, cleanup, renderHook, waitFor } from '@testing-library/react';
import { afterEach, expect, test, vi } from 'vitest';
import { useStart } from './use-start';

afterEach(() => {
  cleanup();
  localStorage.clear();
  vi.unstubAllGlobals();
});

const track = (kind: string) =>
  Object.assign(new EventTarget(), {
    label: `Desk ${kind}`,
    getSettings: () => ({ deviceId: `desk-${kind}` }),
    stop: () => {},
  });

/** Devices of which `failing` cannot be opened. */
const setUp = (failing: 'audio' | 'video', name: string) => {
  const asked: MediaStreamConstraints[] = [];
  let broken = true;
  const getUserMedia = async (constraints: MediaStreamConstraints) => {
    asked.push(constraints);
    if (broken && failing in constraints) throw new DOMException('', name);
    const tracks = [track('audio' in constraints ? 'microphone' : 'camera')];
    return { getTracks: () => tracks };
  };
  const mediaDevices = Object.assign(new EventTarget(), {
    getUserMedia,
    enumerateDevices: async () => [],
  });
  vi.stubGlobal('navigator', { ...navigator, mediaDevices });
  vi.stubGlobal(
    'AudioContext',
    class {
      resume = async () => {};
      close = async () => {};
      createAnalyser = () => ({});
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
  return { asked, mend: () => (broken = false) };
};

test.each([
  ['audio', 'NotReadableError', 'microphone-busy', 'check-again'],
  ['video', 'NotReadableError', 'camera-busy', 'check-again'],
  ['video', 'AbortError', 'camera-failed', 'check-again'],
  ['audio', 'TypeError', 'unexpected', 'try-again'],
] as const)(
  '%s: %s says %s, and %4$s asks the device again',
  async (failing, name, kind, action) => {
    localStorage.setItem(`reprise.${failing === 'audio' ? 'microphone' : 'camera'}`, 'chosen');
    const { asked, mend } = setUp(failing, name);
    const onStart = vi.fn();
    const { result } = renderHook(() =>
      useStart({
        elsewhere: false,
        about: undefined,
        recorded: false,
        startWhenReady: false,
        history: false,
        tellTask: false,
        onRecordedChange: () => {},
        onStart,
        onOpenLibrary: () => {},
      }),
    );
    await waitFor(() => expect(result.current.problem?.kind).toBe(kind));
    await waitFor(() => expect(result.current.opening).toBe(false));
    const before = asked.length;
    await act(async () => result.current.act(action));
    await waitFor(() => expect(result.current.problem?.kind).toBe(kind));
    mend();
    await act(async () => result.current.act(action));
    await waitFor(() => expect(result.current.problem).toBeNull());
    expect(asked.slice(before)).toEqual([
      { [failing]: expect.objectContaining({ deviceId: { exact: 'chosen' } }) },
      { [failing]: expect.objectContaining({ deviceId: { exact: 'chosen' } }) },
    ]);
    expect(onStart).not.toHaveBeenCalled();
  },
);

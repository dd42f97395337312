import { describe, expect, it } from 'vitest';
import {
  endingSnapshot,
  endReason,
  lastFrame,
  microphoneNews,
  recordingEnd,
  shownDevice,
} from './live-rules';

describe('how a live session ends', () => {
  it.each([
    ['preparing', 'lost', 'never_connected'],
    ['preparing', 'error', 'never_connected'],
    ['live', 'lost', 'lost'],
    ['live', 'error', 'error'],
    ['ending', 'error', 'error'],
  ] as const)('%s, then %s: %s', (state, cause, want) => {
    expect(endReason(state, cause)).toBe(want);
  });

  it.each([
    ['hangup', 'hangup', 'closed'],
    ['lost', 'lost', 'lost'],
    ['error', 'error', 'closed'],
    ['never_connected', 'error', 'closed'],
  ] as const)('%s ends its recording by %s, the connection is %s', (reason, recording, shown) => {
    expect(recordingEnd(reason)).toBe(recording);
    expect(endingSnapshot(reason)).toMatchObject({ state: 'ending', connection: shown });
  });

  it.each([
    ['both have ended', [480, 960], 960],
    ['one ended at once', [0, 960], 960],
    ['they did not end in time', null, 0],
    ['nobody was asked', [], 0],
  ])('%s', (_name, frames, want) => {
    expect(lastFrame(frames)).toBe(want);
  });
});

describe('what the page shows of a device', () => {
  const stream = {} as MediaStream;
  const device = { label: 'Webcam', deviceId: 'c1', stream };
  const camera = { label: 'Old', deviceId: 'c0' };

  it('a camera that opens', () => {
    expect(shownDevice({ camera: null }, 'camera', device)).toEqual({
      camera: { label: 'Webcam', deviceId: 'c1' },
      cameraOn: true,
      preview: stream,
    });
  });

  it('a camera that closes keeps its name', () => {
    expect(shownDevice({ camera }, 'camera', null)).toEqual({
      camera,
      cameraOn: false,
      preview: null,
    });
  });

  it('a microphone that opens and goes', () => {
    expect(shownDevice({ camera }, 'microphone', device)).toEqual({
      microphone: { label: 'Webcam', deviceId: 'c1' },
    });
    expect(shownDevice({ camera }, 'microphone', null)).toEqual({ microphone: null });
  });
});

describe('what the record says of the microphone', () => {
  it.each([
    [null, null, null],
    [null, 'muted', 'muted'],
    ['muted', 'muted', null],
    ['muted', 'silent', 'silent'],
    ['silent', null, 'heard'],
  ] as const)('%s, then %s: %s', (before, now, want) => {
    expect(microphoneNews(before, now)).toBe(want);
  });
});

import { expect, test } from 'vitest';
import { bothDevicesWords } from './both-devices-words';

test.each([
  ['microphone-blocked', 'camera-blocked', 'The browser blocks microphone and camera'],
  ['microphone-busy', 'camera-busy', 'Other programs use microphone and camera'],
  ['microphone-failed', 'camera-failed', 'Microphone and camera did not start'],
  ['no-microphone', 'no-camera', 'No microphone and no camera found'],
  ['microphone-blocked', 'no-camera', 'The browser blocks the microphone · No camera found'],
  ['no-microphone', 'camera-blocked', 'No microphone found · The browser blocks the camera'],
] as const)('%s and %s are both in the title', (microphone, camera, title) => {
  const words = bothDevicesWords({ kind: microphone }, { kind: camera }, undefined);
  expect(words.title).toBe(title);
  expect(words.actions).toContain('write-only');
});

import { afterEach, expect, test, vi } from 'vitest';
import type { OpenDevice } from './devices';
import { SessionDevices } from './session-devices';

const opened = Promise.withResolvers<OpenDevice>();
vi.mock('./devices', () => ({
  openDevice: () => opened.promise,
  openDeviceOrDefault: () => opened.promise,
}));

afterEach(() => vi.unstubAllGlobals());

test('a camera that is switched off while it is being opened is told as off, and let go', async () => {
  vi.stubGlobal('navigator', {
    mediaDevices: {
      addEventListener() {},
      removeEventListener() {},
      enumerateDevices: async () => [],
    },
  });
  const changed = vi.fn();
  const devices = new SessionDevices({
    changed,
    lost: vi.fn(),
    permission: vi.fn(),
    muted: vi.fn(),
    defaultChanged: vi.fn(),
  });
  const all = devices.openAll(null, { deviceId: 'camera-1' });
  await devices.setCamera(false);
  expect(changed.mock.calls).toEqual([['camera', null]]);
  const stop = vi.fn();
  opened.resolve({ stop } as unknown as OpenDevice);
  await all;
  expect(stop).toHaveBeenCalledOnce();
  expect(changed).toHaveBeenCalledOnce();
  expect(devices.camera).toBeNull();
});

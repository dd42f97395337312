import { expect, test, vi } from 'vitest';
import { openDevice } from '../../media/live/devices';
import { DeviceCheck } from './device-check';

/** A browser that refuses every device and notes what it was asked for. */
const refusing = () => ({
  getUserMedia: vi.fn(() => Promise.reject(new DOMException('No.', 'NotFoundError'))),
  enumerateDevices: async () => [],
  addEventListener: () => {},
  removeEventListener: () => {},
});

test.each(['microphone', 'camera'] as const)(
  'the %s is checked in the format in which it is recorded and sent',
  async (kind) => {
    const media = refusing();
    vi.stubGlobal('navigator', { mediaDevices: media });
    await new DeviceCheck(media as unknown as MediaDevices).open(kind, 'one');
    await openDevice(kind, 'one', { lost: () => {}, muted: () => {} }).catch(() => {});
    const [[checked], [sent]] = media.getUserMedia.mock.calls as unknown as [[unknown], [unknown]];
    expect(checked).toEqual(sent);
    vi.unstubAllGlobals();
  },
);

test('a camera that comes just after the microphone of the same plug is noticed, too', async () => {
  let plugged = false;
  let tell = () => {};
  const media = {
    getUserMedia: vi.fn(async () => {
      if (!plugged) throw new DOMException('No.', 'NotFoundError');
      const track = { label: 'Cam', getSettings: () => ({}), addEventListener() {}, stop() {} };
      return { getTracks: () => [track] };
    }),
    enumerateDevices: async () => [],
    addEventListener: (_: string, listener: () => void) => {
      tell = listener;
    },
    removeEventListener: () => {},
  };
  const check = new DeviceCheck(media as unknown as MediaDevices);
  const opening = check.open('camera', null);
  plugged = true;
  tell();
  await opening;
  expect(check.snapshot().camera).toMatchObject({ state: 'open', problem: null });
  expect(media.getUserMedia).toHaveBeenCalledTimes(2);
  check.close();
});

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

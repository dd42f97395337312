/** Microphone and camera: opening, losing and replacing them. */

import { askForWholePicture } from './whole-picture';

export type DeviceKind = 'microphone' | 'camera';

export type OpenDevice = {
  readonly kind: DeviceKind;
  readonly stream: MediaStream;
  readonly track: MediaStreamTrack;
  readonly label: string;
  readonly deviceId: string;
  stop(): void;
};

export type DeviceEvents = {
  /** The device went away by itself (unplugged, taken by another program), not because of `stop`. */
  readonly lost: (device: OpenDevice) => void;
  /** The system, or a switch on the device, blocks the sound (`on`) or does not block it any more. */
  readonly muted: (device: OpenDevice, on: boolean) => void;
};

/**
 * What is asked of a device, the same in the check before a session and in the session, so that what was checked is
 * what is recorded and sent. A camera without 1280 × 720 gives the nearest size, uncut (`openStream`).
 */
const deviceConstraints = (kind: DeviceKind, deviceId: string | null): MediaStreamConstraints => {
  const device = deviceId === null ? {} : { deviceId: { exact: deviceId } };
  if (kind === 'microphone') {
    return {
      audio: {
        ...device,
        echoCancellation: true,
        noiseSuppression: true,
        autoGainControl: true,
        channelCount: 1,
      },
    };
  }
  return {
    video: { ...device, width: { ideal: 1280 }, height: { ideal: 720 }, frameRate: { ideal: 30 } },
  };
};

/** Opens a device in that format, for the check and for the session. Rejects as `getUserMedia` does. */
export async function openStream(
  media: MediaDevices,
  kind: DeviceKind,
  deviceId: string | null,
): Promise<MediaStream> {
  const wanted = deviceConstraints(kind, deviceId);
  const stream = await media.getUserMedia(wanted);
  const [track] = stream.getTracks();
  if (track && typeof wanted.video === 'object') await askForWholePicture(track, wanted.video);
  return stream;
}

/** Opens one device; null: the default device. Rejects as `getUserMedia` does. */
export const openDevice = async (
  kind: DeviceKind,
  deviceId: string | null,
  events: DeviceEvents,
): Promise<OpenDevice> => {
  const stream = await openStream(navigator.mediaDevices, kind, deviceId);
  const [track] = stream.getTracks();
  if (!track) throw new DOMException('The browser opened no track.', 'NotFoundError');
  const lost = (): void => events.lost(device);
  const muted = (): void => events.muted(device, track.muted);
  const device: OpenDevice = {
    kind,
    stream,
    track,
    label: track.label,
    deviceId: track.getSettings().deviceId ?? '',
    stop: () => {
      track.removeEventListener('ended', lost);
      track.removeEventListener('mute', muted);
      track.removeEventListener('unmute', muted);
      track.stop();
    },
  };
  track.addEventListener('ended', lost, { once: true });
  track.addEventListener('mute', muted);
  track.addEventListener('unmute', muted);
  return device;
};

/** Opens the wanted device, or the default one when it is not there any more. */
export const openDeviceOrDefault = async (
  kind: DeviceKind,
  deviceId: string | null,
  events: DeviceEvents,
): Promise<OpenDevice> => {
  try {
    return await openDevice(kind, deviceId, events);
  } catch (error) {
    if (deviceId === null || !(error instanceof DOMException || error instanceof Error))
      throw error;
    if (error.name !== 'OverconstrainedError' && error.name !== 'NotFoundError') throw error;
    return openDevice(kind, null, events);
  }
};

/** The facts about a device that `/session` keeps. */
export const deviceFacts = (device: OpenDevice): Readonly<Record<string, unknown>> => {
  const settings = device.track.getSettings();
  return device.kind === 'microphone'
    ? { label: device.label, sample_rate: settings.sampleRate ?? null }
    : { label: device.label, width: settings.width ?? null, height: settings.height ?? null };
};

/** Microphone and camera: opening, losing and replacing them. */

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
  /** It went away by itself (unplugged, taken by another program), not after `stop`. */
  readonly lost: (device: OpenDevice) => void;
  /** The system, or a switch on the device, lets no sound through, or does again. */
  readonly muted: (device: OpenDevice, on: boolean) => void;
};

/**
 * What a device is asked for, in the check before a session and in the session: what was checked is
 * what is recorded and sent. A camera without 1280 × 720 gives what is nearest to it.
 */
export const deviceConstraints = (
  kind: DeviceKind,
  deviceId: string | null,
): MediaStreamConstraints => {
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

/** Opens one device; null is the default one. Rejects as `getUserMedia` does. */
export const openDevice = async (
  kind: DeviceKind,
  deviceId: string | null,
  events: DeviceEvents,
): Promise<OpenDevice> => {
  const stream = await navigator.mediaDevices.getUserMedia(deviceConstraints(kind, deviceId));
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

/** The wanted device, or the default one when it is not there any more. */
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

/** What `/session` keeps of a device. */
export const deviceFacts = (device: OpenDevice): Readonly<Record<string, unknown>> => {
  const settings = device.track.getSettings();
  return device.kind === 'microphone'
    ? { label: device.label, sample_rate: settings.sampleRate ?? null }
    : { label: device.label, width: settings.width ?? null, height: settings.height ?? null };
};

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

/**
 * Opens one device; null is the default one. `onLost` is called when the device goes away by itself
 * (unplugged, taken by another program), not after `stop`. Rejects as `getUserMedia` does.
 */
export const openDevice = async (
  kind: DeviceKind,
  deviceId: string | null,
  onLost: (device: OpenDevice) => void,
): Promise<OpenDevice> => {
  const stream = await navigator.mediaDevices.getUserMedia(deviceConstraints(kind, deviceId));
  const [track] = stream.getTracks();
  if (!track) throw new DOMException('The browser opened no track.', 'NotFoundError');
  const lost = (): void => onLost(device);
  const device: OpenDevice = {
    kind,
    stream,
    track,
    label: track.label,
    deviceId: track.getSettings().deviceId ?? '',
    stop: () => {
      track.removeEventListener('ended', lost);
      track.stop();
    },
  };
  track.addEventListener('ended', lost, { once: true });
  return device;
};

/** The wanted device, or the default one when it is not there any more. */
export const openDeviceOrDefault = async (
  kind: DeviceKind,
  deviceId: string | null,
  onLost: (device: OpenDevice) => void,
): Promise<OpenDevice> => {
  try {
    return await openDevice(kind, deviceId, onLost);
  } catch (error) {
    if (deviceId === null || !(error instanceof DOMException || error instanceof Error))
      throw error;
    if (error.name !== 'OverconstrainedError' && error.name !== 'NotFoundError') throw error;
    return openDevice(kind, null, onLost);
  }
};

/** What `/session` keeps of a device. */
export const deviceFacts = (device: OpenDevice): Readonly<Record<string, unknown>> => {
  const settings = device.track.getSettings();
  return device.kind === 'microphone'
    ? { label: device.label, sample_rate: settings.sampleRate ?? null }
    : { label: device.label, width: settings.width ?? null, height: settings.height ?? null };
};

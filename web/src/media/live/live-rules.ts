/** What a live session decides about its end and its devices; others carry it out. Pure. */
import type { LiveSnapshot } from '../live-session';
import type { DeviceKind, OpenDevice } from './devices';

export type EndReason = NonNullable<LiveSnapshot['end']>['reason'];

/** The end reason for a cause. A session that never was live ends as `never_connected`, whatever the cause. */
export const endReason = (state: LiveSnapshot['state'], cause: 'lost' | 'error'): EndReason =>
  state === 'preparing' ? 'never_connected' : cause;

/** How the recording ends when its session ends for `reason`. */
export const recordingEnd = (reason: EndReason): Exclude<EndReason, 'never_connected'> =>
  reason === 'never_connected' ? 'error' : reason;

/** What is shown from the moment at which a session begins to end. */
export const endingSnapshot = (reason: EndReason) =>
  ({
    state: 'ending',
    connection: reason === 'lost' ? 'lost' : 'closed',
    notice: null,
    endsAtMs: null,
    modelSilent: false,
  }) as const satisfies Partial<LiveSnapshot>;

/** The larger of the last frames that both worklets have reported; 0 when they did not end in time. */
export const lastFrame = (frames: readonly number[] | null): number =>
  frames ? Math.max(0, ...frames) : 0;

/**
 * What changes on the screen when a device is opened or (null) closed. A camera that was switched off keeps its name.
 */
export const shownDevice = (
  before: Pick<LiveSnapshot, 'camera'>,
  kind: DeviceKind,
  device: Pick<OpenDevice, 'label' | 'deviceId' | 'stream'> | null,
): Partial<LiveSnapshot> => {
  const shown = device && { label: device.label, deviceId: device.deviceId };
  if (kind === 'microphone') return { microphone: shown };
  return {
    camera: shown ?? before.camera,
    cameraOn: device !== null,
    preview: device?.stream ?? null,
  };
};

type Trouble = LiveSnapshot['microphoneTrouble'];

/** What the record says when the trouble with the microphone changes; null when it has not changed. */
export const microphoneNews = (
  before: Trouble,
  now: Trouble,
): NonNullable<Trouble> | 'heard' | null => (now === before ? null : (now ?? 'heard'));

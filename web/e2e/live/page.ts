/** A page that runs the real live engine without the app around it. The test sets the grant before it clicks Start. */
import { createLiveSession } from '../../src/media/live/live-engine';
import type {
  LiveSession,
  LiveSessionGrant,
  LiveSessionOptions,
  SeamLevels,
} from '../../src/media/live-session';

type Start = {
  readonly grant: LiveSessionGrant;
  readonly record: boolean;
  readonly camera: boolean;
};

const states: string[] = [];
let start: Start | null = null;
let session: LiveSession | null = null;
let longTasks = 0;
new PerformanceObserver((list) => {
  longTasks += list.getEntries().length;
}).observe({ type: 'longtask' });

const consent: LiveSessionOptions['consent'] = {
  textVersion: 'test',
  textSha256: '0'.repeat(64),
  locale: 'en',
  givenUs: 1,
  method: 'button',
  channels: ['microphone', 'camera', 'model', 'messages'],
};

document.getElementById('start')?.addEventListener('click', () => {
  const given = start;
  if (!given) return;
  session = createLiveSession({
    requestGrant: async () => given.grant,
    consent: given.record ? consent : null,
    microphone: { deviceId: null },
    camera: given.camera ? { deviceId: null } : null,
    speakerId: null,
    appVersion: '0.0.0',
  });
  const note = () => {
    if (!session) return;
    const { state, connection } = session.snapshot();
    if (states.at(-1) !== `${state} ${connection}`) states.push(`${state} ${connection}`);
  };
  note();
  session.subscribe(note);
});

const readLevels = (): SeamLevels | null => {
  const levels: SeamLevels = {
    person: new Float32Array(200),
    model: new Float32Array(200),
    coming: new Float32Array(400),
    comingCount: 0,
    newestBar: 0,
    interruptions: [],
    barsPerSecond: 20,
  };
  session?.readLevels(levels);
  return levels;
};

/** Every track that was opened, so that a test can make one go away. */
const tracks: MediaStreamTrack[] = [];
const { mediaDevices } = navigator;
const open = mediaDevices.getUserMedia.bind(mediaDevices);
mediaDevices.getUserMedia = async (constraints) => {
  const stream = await open(constraints);
  tracks.push(...stream.getTracks());
  return stream;
};
const loseMicrophone = (): void => {
  const track = tracks.find(({ kind }) => kind === 'audio');
  track?.stop();
  // `stop` itself fires no event, but unplugging a device does.
  track?.dispatchEvent(new Event('ended'));
};

/** Mutes the microphone as the system does (a switch on the device, another call). */
const muteMicrophone = (on: boolean): void => {
  const track = tracks.findLast(({ kind }) => kind === 'audio');
  if (!track) return;
  Object.defineProperty(track, 'muted', { value: on, configurable: true });
  track.dispatchEvent(new Event(on ? 'mute' : 'unmute'));
};
/** Makes another microphone the system's choice. */
const changeDefault = (label: string): void => {
  const list = mediaDevices.enumerateDevices.bind(mediaDevices);
  mediaDevices.enumerateDevices = async () =>
    (await list()).map((device) =>
      device.kind === 'audioinput' && device.deviceId === 'default'
        ? ({ ...device.toJSON(), label: `Default - ${label}` } as MediaDeviceInfo)
        : device,
    );
  mediaDevices.dispatchEvent(new Event('devicechange'));
};

/** Blocks the main thread for `busyMs` of every `everyMs`. */
const jank = (busyMs: number, everyMs: number): (() => void) => {
  const timer = setInterval(() => {
    const until = performance.now() + busyMs;
    while (performance.now() < until);
  }, everyMs);
  return () => clearInterval(timer);
};

const live = {
  states,
  set: (given: Start) => {
    start = given;
  },
  session: () => session as LiveSession,
  /** Without the preview, which cannot leave the page. */
  snapshot: () => ({ ...(session as LiveSession).snapshot(), preview: null }),
  hangUp: async (): Promise<number> => {
    const from = performance.now();
    await session?.hangUp();
    return performance.now() - from;
  },
  readLevels,
  loseMicrophone,
  muteMicrophone,
  changeDefault,
  jank,
  longTasks: () => longTasks,
};
export type LivePage = typeof live;
Object.assign(window, { live });

import { Listeners } from '../../media/listeners';
import { openStream } from '../../media/live/devices';
import { deviceProblem } from '../../media/live/problems';
import type { LiveProblem } from '../../media/live-session';

export type Device = { readonly deviceId: string; readonly label: string };

export type SourceState = {
  /** `off`: not wanted. `failed`: see `problem`. */
  readonly state: 'off' | 'opening' | 'open' | 'failed';
  readonly device: Device | null;
  readonly problem: LiveProblem | null;
};

export type DeviceSnapshot = {
  readonly microphone: SourceState;
  readonly camera: SourceState & { readonly width: number; readonly height: number };
  readonly microphones: readonly Device[];
  readonly cameras: readonly Device[];
  /** For a muted, mirrored `<video>`; null while no camera is open. */
  readonly preview: MediaStream | null;
};

type Kind = 'microphone' | 'camera';

/** Both devices are opened when the check is made, so this is the first state. */
const kOpening: SourceState = { state: 'opening', device: null, problem: null };
const kOff: SourceState = { state: 'off', device: null, problem: null };
const kAnalyserSize = 1024;

/**
 * Opens microphone and camera to check them before a session; nothing is sent or kept. Each is opened alone, so that a
 * missing camera does not prevent the microphone. A new choice replaces an older, slower one. `close` stops everything.
 */
export class DeviceCheck {
  private state: DeviceSnapshot = {
    microphone: kOpening,
    camera: { ...kOpening, width: 0, height: 0 },
    microphones: [],
    cameras: [],
    preview: null,
  };
  private readonly listeners = new Listeners();
  private readonly streams: Record<Kind, MediaStream | null> = { microphone: null, camera: null };
  private readonly generation: Record<Kind, number> = { microphone: 0, camera: 0 };
  /** Devices came or went while this one was being opened: a failure may already be out of date. */
  private readonly changed: Record<Kind, boolean> = { microphone: false, camera: false };
  private context: AudioContext | null = null;
  private analyser: AnalyserNode | null = null;
  private readonly samples = new Float32Array(kAnalyserSize);
  private readonly media: MediaDevices;

  constructor(media: MediaDevices) {
    this.media = media;
    media.addEventListener('devicechange', this.onDeviceChange);
  }

  readonly subscribe = this.listeners.subscribe;

  readonly snapshot = (): DeviceSnapshot => this.state;

  /** Opens a source; `deviceId` null: the system's choice. */
  async open(kind: Kind, deviceId: string | null): Promise<void> {
    const generation = ++this.generation[kind];
    this.stop(kind);
    this.changed[kind] = false;
    this.setSource(kind, { state: 'opening', device: null, problem: null });
    try {
      const stream = await openStream(this.media, kind, deviceId);
      if (generation !== this.generation[kind]) {
        for (const track of stream.getTracks()) track.stop();
        return;
      }
      this.streams[kind] = stream;
      this.opened(kind, stream);
    } catch (error) {
      if (generation !== this.generation[kind]) return;
      if (this.changed[kind]) return this.open(kind, deviceId);
      this.setSource(kind, { state: 'failed', device: null, problem: deviceProblem(kind, error) });
    }
    await this.listDevices();
  }

  /** Turns a source off: the session will start without it. */
  off(kind: Kind): void {
    this.generation[kind] += 1;
    this.stop(kind);
    this.setSource(kind, kOff);
  }

  /** Loudness of the microphone now, 0 to 1: 0 is -60 dBFS and below. */
  level(): number {
    if (!this.analyser) return 0;
    this.analyser.getFloatTimeDomainData(this.samples);
    let sum = 0;
    for (const sample of this.samples) sum += sample * sample;
    const decibels = 10 * Math.log10(sum / this.samples.length + 1e-12);
    return Math.min(1, Math.max(0, (decibels + 60) / 54));
  }

  close(): void {
    this.media.removeEventListener('devicechange', this.onDeviceChange);
    for (const kind of ['microphone', 'camera'] as const) {
      this.generation[kind] += 1;
      this.stop(kind);
    }
    void this.context?.close();
    this.context = null;
  }

  private opened(kind: Kind, stream: MediaStream): void {
    const track = stream.getTracks()[0];
    const settings = track?.getSettings();
    const device = { deviceId: settings?.deviceId ?? '', label: track?.label ?? '' };
    const open = { state: 'open', device, problem: null } as const;
    if (kind === 'microphone') {
      this.listen(stream);
      this.setSource('microphone', open);
    } else {
      const { width = 0, height = 0 } = settings ?? {};
      this.update({ camera: { ...open, width, height }, preview: stream });
    }
    track?.addEventListener('ended', () => {
      if (this.streams[kind] === stream) void this.open(kind, null);
    });
  }

  private listen(stream: MediaStream): void {
    this.context ??= new AudioContext();
    void this.context.resume();
    this.analyser = this.context.createAnalyser();
    this.analyser.fftSize = kAnalyserSize;
    this.context.createMediaStreamSource(stream).connect(this.analyser);
  }

  private stop(kind: Kind): void {
    for (const track of this.streams[kind]?.getTracks() ?? []) track.stop();
    this.streams[kind] = null;
    if (kind === 'microphone') this.analyser = null;
    else if (this.state.preview) this.update({ preview: null });
  }

  private async listDevices(): Promise<void> {
    const devices = await this.media.enumerateDevices().catch(() => []);
    const of = (kind: MediaDeviceKind) =>
      devices
        .filter((device) => device.kind === kind && device.deviceId !== '')
        .map(({ deviceId, label }) => ({ deviceId, label }));
    this.update({ microphones: of('audioinput'), cameras: of('videoinput') });
  }

  private readonly onDeviceChange = (): void => {
    for (const kind of ['microphone', 'camera'] as const) {
      const { state } = this.state[kind];
      if (state === 'failed') void this.open(kind, null);
      else this.changed[kind] = state === 'opening';
    }
    void this.listDevices();
  };

  private setSource(kind: Kind, source: SourceState): void {
    if (kind === 'microphone') this.update({ microphone: source });
    else this.update({ camera: { ...source, width: 0, height: 0 } });
  }

  private update(change: Partial<DeviceSnapshot>): void {
    this.state = { ...this.state, ...change };
    this.listeners.tell();
  }
}

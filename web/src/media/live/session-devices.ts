/**
 * The microphone and the camera of one live session: opens them together, and replaces them on request or when they are
 * lost.
 */

import { LiveProblemError } from '../live-session';
import { type DeviceKind, type OpenDevice, openDevice, openDeviceOrDefault } from './devices';
import { deviceProblem } from './problems';

type Wanted = { readonly deviceId: string | null } | null;

export type SessionDevicesEvents = {
  /** `device` is in use from now on; null: no device of this kind is. */
  readonly changed: (kind: DeviceKind, device: OpenDevice | null) => void;
  /** The device went away by itself. `replacement` is used instead. */
  readonly lost: (device: OpenDevice, replacement: OpenDevice | null) => void;
  readonly permission: (kind: DeviceKind, state: 'granted' | 'denied') => void;
  /** The system mutes the microphone that is in use (`on`), or does not mute it any more. */
  readonly muted: (on: boolean) => void;
  /** The system has chosen another microphone (`device`), but the session still listens to `used`. */
  readonly defaultChanged: (device: string, used: string) => void;
};

export class SessionDevices {
  readonly #events: SessionDevicesEvents;
  readonly #open: Record<DeviceKind, OpenDevice | null> = { microphone: null, camera: null };
  /** Numbers of the requests: a late result of an older request is dropped. */
  readonly #request: Record<DeviceKind, number> = { microphone: 0, camera: 0 };
  /** Kept when the camera is switched off, so that the same camera is used again. */
  #cameraId: string | null = null;
  /** There was a microphone and there is none now: the next one that is plugged in is used. */
  #missesMicrophone = false;
  #stopped = false;
  /** The system's choice at the last check; null: not known. */
  #defaultMicrophone: string | null = null;
  readonly #onDeviceChange = (): void => void this.#devicesChanged();

  constructor(events: SessionDevicesEvents) {
    this.#events = events;
    navigator.mediaDevices.addEventListener('devicechange', this.#onDeviceChange);
  }

  get microphone(): OpenDevice | null {
    return this.#open.microphone;
  }
  get camera(): OpenDevice | null {
    return this.#open.camera;
  }

  /** Opens both. Rejects with a LiveProblemError for the first device that cannot be opened. */
  async openAll(microphone: Wanted, camera: Wanted): Promise<void> {
    this.#cameraId = camera?.deviceId ?? null;
    if (microphone) await this.#use('microphone', microphone.deviceId, openDeviceOrDefault);
    if (camera) await this.#use('camera', camera.deviceId, openDeviceOrDefault);
    // Names are available once a device is open.
    this.#defaultMicrophone = await defaultMicrophone();
  }

  async setCamera(on: boolean): Promise<void> {
    if (on) {
      if (!this.#open.camera) await this.#use('camera', this.#cameraId, openDeviceOrDefault);
      return;
    }
    this.#request.camera++;
    if (this.#open.camera) this.#replace('camera', null);
    else this.#events.changed('camera', null); // It was still being opened.
  }

  async choose(kind: DeviceKind, deviceId: string): Promise<void> {
    if (kind === 'camera') {
      this.#cameraId = deviceId;
      if (!this.#open.camera) return;
    }
    await this.#use(kind, deviceId, openDevice);
  }

  stop(): void {
    this.#stopped = true;
    navigator.mediaDevices.removeEventListener('devicechange', this.#onDeviceChange);
    this.#open.microphone?.stop();
    this.#open.camera?.stop();
  }

  async #use(kind: DeviceKind, deviceId: string | null, open: typeof openDevice): Promise<void> {
    const request = ++this.#request[kind];
    let device: OpenDevice;
    try {
      device = await open(kind, deviceId, {
        lost: (lost) => void this.#lost(lost),
        muted: (muted, on) => {
          if (this.#open.microphone === muted) this.#events.muted(on);
        },
      });
    } catch (error) {
      const problem = deviceProblem(kind, error);
      if (problem.kind.endsWith('-blocked')) this.#events.permission(kind, 'denied');
      throw new LiveProblemError(problem);
    }
    if (this.#stopped || request !== this.#request[kind]) {
      device.stop();
      return;
    }
    this.#events.permission(kind, 'granted');
    this.#replace(kind, device);
  }

  #replace(kind: DeviceKind, device: OpenDevice | null): void {
    const old = this.#open[kind];
    if (!old && !device) return;
    this.#open[kind] = device;
    if (kind === 'microphone') this.#missesMicrophone = device === null;
    this.#events.changed(kind, device);
    old?.stop();
  }

  async #lost(device: OpenDevice): Promise<void> {
    const { kind } = device;
    if (this.#open[kind] !== device) return;
    this.#replace(kind, null);
    // Uses any other device of this kind; without one the talk goes on without it.
    await this.#use(kind, null, openDevice).catch(() => {});
    if (!this.#stopped) this.#events.lost(device, this.#open[kind]);
  }

  async #devicesChanged(): Promise<void> {
    if (this.#missesMicrophone && !this.#open.microphone) {
      await this.#use('microphone', null, openDevice).catch(() => {});
      return;
    }
    const now = await defaultMicrophone();
    const before = this.#defaultMicrophone;
    this.#defaultMicrophone = now;
    const used = this.#open.microphone;
    if (this.#stopped || !used || now === null || before === null || now === before) return;
    // A person who left the choice to the system gets the system's new choice.
    if (used.deviceId === kSystemsChoice) {
      await this.#use('microphone', kSystemsChoice, openDevice).catch(() => {});
    }
    if (!this.#stopped) this.#events.defaultChanged(now, this.#open.microphone?.label ?? '');
  }
}

/** The id of the entry that stands for the device that the system has chosen (Chromium). */
const kSystemsChoice = 'default';

/** The name of that device; null when there is no such entry, or when names are not available. */
const defaultMicrophone = async (): Promise<string | null> => {
  const devices = await navigator.mediaDevices.enumerateDevices().catch(() => []);
  const found = devices.find(
    ({ kind, deviceId }) => kind === 'audioinput' && deviceId === kSystemsChoice,
  );
  return found?.label.replace(/^[^-]+ - /, '') || null;
};

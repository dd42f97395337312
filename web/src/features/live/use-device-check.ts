import { useEffect, useState, useSyncExternalStore } from 'react';
import { readSetting, writeSetting } from '../../ui/settings';
import { DeviceCheck, type DeviceSnapshot } from './device-check';

const kNothing: DeviceSnapshot = {
  microphone: { state: 'opening', device: null, problem: null },
  camera: { state: 'opening', device: null, problem: null, width: 0, height: 0 },
  microphones: [],
  cameras: [],
  preview: null,
};
/** Over plain http a page has no devices at all. */
const kNoDevices: DeviceSnapshot = {
  ...kNothing,
  microphone: { ...kNothing.microphone, state: 'off' },
  camera: { ...kNothing.camera, state: 'off' },
};
const noSubscription = () => () => {};
const nothing = () => (navigator.mediaDevices ? kNothing : kNoDevices);

/** The devices that were chosen last time; null is the system's choice. */
export const rememberedDevice = (kind: 'microphone' | 'camera'): string | null =>
  readSetting(`reprise.${kind}`);
export const rememberDevice = (kind: 'microphone' | 'camera', deviceId: string): void =>
  writeSetting(`reprise.${kind}`, deviceId);

/** Opens both devices while mounted: permissions are asked here, never when a page loads. */
export function useDeviceCheck(): { check: DeviceCheck | null; devices: DeviceSnapshot } {
  const [check, setCheck] = useState<DeviceCheck | null>(null);
  useEffect(() => {
    if (!navigator.mediaDevices) return;
    const fresh = new DeviceCheck(navigator.mediaDevices);
    setCheck(fresh);
    void openBoth(fresh);
    return () => fresh.close();
  }, []);
  const devices = useSyncExternalStore(
    check?.subscribe ?? noSubscription,
    check?.snapshot ?? nothing,
  );
  return { check, devices };
}

/** One permission question after the other. */
async function openBoth(check: DeviceCheck): Promise<void> {
  for (const kind of ['microphone', 'camera'] as const) await openRemembered(check, kind);
}

/** A remembered device that is gone gives way to the system's choice; one that is busy does not. */
export async function openRemembered(
  check: DeviceCheck,
  kind: 'microphone' | 'camera',
): Promise<void> {
  const deviceId = rememberedDevice(kind);
  await check.open(kind, deviceId);
  if (deviceId && check.snapshot()[kind].problem?.kind === `no-${kind}`) {
    await check.open(kind, null);
  }
}

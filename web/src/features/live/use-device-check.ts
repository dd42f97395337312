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

/** The device that was chosen last; null: the system's choice. */
export const rememberedDevice = (kind: 'microphone' | 'camera'): string | null =>
  readSetting(`reprise.${kind}`);
export const rememberDevice = (kind: 'microphone' | 'camera', deviceId: string): void =>
  writeSetting(`reprise.${kind}`, deviceId);

/**
 * Opens both devices, or the microphone alone, while mounted: permissions are requested here, never when a page loads.
 */
export function useDeviceCheck(withCamera = true): {
  check: DeviceCheck | null;
  devices: DeviceSnapshot;
} {
  const [check, setCheck] = useState<DeviceCheck | null>(null);
  useEffect(() => {
    if (!navigator.mediaDevices) return;
    const fresh = new DeviceCheck(navigator.mediaDevices);
    setCheck(fresh);
    if (!withCamera) fresh.off('camera');
    void openAll(fresh, withCamera ? ['microphone', 'camera'] : ['microphone']);
    return () => fresh.close();
  }, [withCamera]);
  const devices = useSyncExternalStore(
    check?.subscribe ?? noSubscription,
    check?.snapshot ?? nothing,
  );
  return { check, devices };
}

/** Opens one after the other, so that the browser asks one question at a time. */
async function openAll(
  check: DeviceCheck,
  kinds: readonly ('microphone' | 'camera')[],
): Promise<void> {
  for (const kind of kinds) await openRemembered(check, kind);
}

/** If a remembered device is absent, the system's choice is used; not if it is only busy. */
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

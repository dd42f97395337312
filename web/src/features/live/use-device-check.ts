import { useEffect, useState, useSyncExternalStore } from 'react';
import { DeviceCheck, type DeviceSnapshot } from './device-check';

const kNothing: DeviceSnapshot = {
  microphone: { state: 'opening', device: null, problem: null },
  camera: { state: 'opening', device: null, problem: null, width: 0, height: 0 },
  microphones: [],
  cameras: [],
  preview: null,
};
const noSubscription = () => () => {};
const nothing = () => kNothing;

/** The devices that were chosen last time; null is the system's choice. */
export const rememberedDevice = (kind: 'microphone' | 'camera'): string | null =>
  localStorage.getItem(`reprise.${kind}`);
export const rememberDevice = (kind: 'microphone' | 'camera', deviceId: string): void =>
  localStorage.setItem(`reprise.${kind}`, deviceId);

/** Opens both devices while mounted: permissions are asked here, never when a page loads. */
export function useDeviceCheck(): { check: DeviceCheck | null; devices: DeviceSnapshot } {
  const [check, setCheck] = useState<DeviceCheck | null>(null);
  useEffect(() => {
    if (!navigator.mediaDevices) return;
    const fresh = new DeviceCheck(navigator.mediaDevices);
    setCheck(fresh);
    void openRemembered(fresh);
    return () => fresh.close();
  }, []);
  const devices = useSyncExternalStore(
    check?.subscribe ?? noSubscription,
    check?.snapshot ?? nothing,
  );
  return { check, devices };
}

/** One permission question after the other; a remembered device that is gone gives way to the system's choice. */
async function openRemembered(check: DeviceCheck): Promise<void> {
  for (const kind of ['microphone', 'camera'] as const) {
    const deviceId = rememberedDevice(kind);
    await check.open(kind, deviceId);
    const missing = check.snapshot()[kind].problem?.kind;
    if (deviceId && (missing === 'no-microphone' || missing === 'no-camera')) {
      await check.open(kind, null);
    }
  }
}

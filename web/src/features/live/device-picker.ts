import type { Device } from './device-check';

/** Value and options of a device picker. A device that is turned off is still shown. */
export function picker(devices: readonly Device[], chosen: Device | null) {
  const options = devices.map(({ deviceId, label }) => ({
    value: deviceId,
    label: label || 'Unnamed device',
  }));
  if (chosen) return { value: chosen.deviceId, options, disabled: false };
  const none = { value: '', label: devices.length > 0 ? 'Off' : 'Not available' };
  return { value: '', options: [none, ...options], disabled: devices.length === 0 };
}

import { readSetting, writeSetting } from '../../ui/settings';
import type { Device } from './device-check';

const kName = 'reprise.speaker';

/** The loudspeaker that was chosen last; null: the system's choice. */
export function rememberedSpeaker(): Device | null {
  try {
    const kept: unknown = JSON.parse(readSetting(kName) ?? 'null');
    if (typeof kept !== 'object' || kept === null) return null;
    const { deviceId, label } = kept as Partial<Device>;
    return typeof deviceId === 'string' && typeof label === 'string' ? { deviceId, label } : null;
  } catch {
    return null; // another program has written it
  }
}

export const rememberSpeaker = (speaker: Device | null): void =>
  writeSetting(kName, speaker && JSON.stringify(speaker));

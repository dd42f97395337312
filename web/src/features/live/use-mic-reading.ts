import { useEffect, useState } from 'react';
import type { DeviceCheck } from './device-check';

/** Above this level (see `DeviceCheck.level`) a person is speaking: about -38 dBFS. */
const kSpeechLevelMin = 0.4;
const kSilenceMs = 6_000;
const kReadMs = 80;

export type MicReading = {
  readonly level: number;
  readonly heard: boolean;
  readonly words: string;
};

/** The text of the meter: "Say something." → "We hear you." → after 6 s of silence a hint. */
export function useMicReading(check: DeviceCheck | null, open: boolean): MicReading {
  const [reading, setReading] = useState<MicReading>({ level: 0, heard: false, words: '' });
  useEffect(() => {
    if (!check || !open) {
      setReading({ level: 0, heard: false, words: '' });
      return;
    }
    let heard = false;
    let lastLoudMs = performance.now();
    const timer = setInterval(() => {
      const level = check.level();
      const now = performance.now();
      if (level >= kSpeechLevelMin) {
        heard = true;
        lastLoudMs = now;
      }
      const silent = now - lastLoudMs > kSilenceMs;
      const words = silent
        ? 'We hear nothing. Is it muted?'
        : heard
          ? 'We hear you.'
          : 'Say something.';
      setReading({ level, heard: heard && !silent, words });
    }, kReadMs);
    return () => clearInterval(timer);
  }, [check, open]);
  return reading;
}

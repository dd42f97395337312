/** Moments of a recording in an address: `?t=1m35s`, `?t=95`, `?t=1:35`, `?t=1h2m3s`. Pure. */

const kPlain = /^\d+(\.\d+)?$/;
const kUnits = /^(?:(\d+)h)?(?:(\d+)m)?(?:(\d+(?:\.\d+)?)s)?$/;
const kColons = /^(?:(\d+):)?(\d{1,2}):(\d{2}(?:\.\d+)?)$/;

/** The media time in ms; null when the text is no moment. It may be after the end. */
export function momentOfAddress(text: string): number | null {
  const wanted = text.trim().toLowerCase();
  if (wanted === '') return null;
  if (kPlain.test(wanted)) return Number(wanted) * 1000;
  const parts = kUnits.exec(wanted) ?? kColons.exec(wanted);
  if (!parts) return null;
  const [hours, minutes, seconds] = parts.slice(1).map((part) => Number(part ?? 0));
  return ((hours ?? 0) * 3600 + (minutes ?? 0) * 60 + (seconds ?? 0)) * 1000;
}

/** `1m35s`: whole seconds, rounded down, so that the beginning of what is meant is not missed. */
export function addressOfMoment(ms: number): string {
  const all = Math.max(0, Math.floor(ms / 1000));
  const hours = Math.floor(all / 3600);
  const minutes = Math.floor(all / 60) % 60;
  const head = hours > 0 ? `${hours}h${minutes}m` : minutes > 0 ? `${minutes}m` : '';
  return `${head}${all % 60}s`;
}

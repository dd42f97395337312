/**
 * The longest wait that a server can impose on us. A gateway that names an hour must not delay a recording by an hour,
 * and one request a minute harms no server.
 */
export const kRetryAfterMsMax = 60_000;

/**
 * `Retry-After` in milliseconds, from 0 to `kRetryAfterMsMax`; 0 when it is absent or malformed (RFC 9110, 10.2.3:
 * seconds or a date). A date is compared with `date`, the answer's own `Date`, because this device's clock may be
 * wrong. Pure.
 */
export function retryAfterMs(value: string | null, date: string | null, nowMs: number): number {
  const text = value?.trim() ?? '';
  const limited = (ms: number) => Math.min(kRetryAfterMsMax, Math.max(0, ms));
  if (/^\d+$/.test(text)) return limited(Number(text) * 1000);
  // Only text that looks like an HTTP date: `Date.parse` would make years of "-1" and "5.5".
  const at = /^[A-Za-z]{3,9},? /.test(text) ? Date.parse(text) : Number.NaN;
  if (Number.isNaN(at)) return 0;
  const saidAt = Date.parse(date ?? '');
  return limited(at - (Number.isNaN(saidAt) ? nowMs : saidAt));
}

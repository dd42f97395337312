/**
 * Longer than this nobody is made to wait: a gateway that names an hour must not hold a recording back for an hour, and
 * asking once a minute hurts no server.
 */
export const kRetryAfterMsMax = 60_000;

/**
 * `Retry-After` in milliseconds, from 0 to `kRetryAfterMsMax`; 0 when it is absent or says nothing (RFC 9110, 10.2.3:
 * seconds or a date). `date`: the answer's own `Date`, against which a date is read, because the clock of this device may be
 * wrong. Pure.
 */
export function retryAfterMs(value: string | null, date: string | null, nowMs: number): number {
  const text = value?.trim() ?? '';
  const limited = (ms: number) => Math.min(kRetryAfterMsMax, Math.max(0, ms));
  if (/^\d+$/.test(text)) return limited(Number(text) * 1000);
  // Only what looks like an HTTP date: `Date.parse` makes a year of "-1" and "5.5".
  const at = /^[A-Za-z]{3,9},? /.test(text) ? Date.parse(text) : Number.NaN;
  if (Number.isNaN(at)) return 0;
  const saidAt = Date.parse(date ?? '');
  return limited(at - (Number.isNaN(saidAt) ? nowMs : saidAt));
}

/** About twenty minutes of a session with camera (6 to 13 MB a minute, measured 2026-11-22). */
const kLowBytes = 256 * 1024 * 1024;
/** In a private window the whole quota may be a few hundred megabytes. */
const kLowFraction = 0.1;

/** Whether so little room is left that the camera should stop, so that the sound can go on. Bytes. */
export const isRoomLow = (quotaBytes: number, freeBytes: number): boolean =>
  freeBytes < Math.min(kLowBytes, quotaBytes * kLowFraction);

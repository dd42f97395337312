/** VP9 settings of the camera channel: profile 0, 8 bit, realtime (docs/formats/recording.md 3.4). */

/**
 * Levels with their largest picture (luma samples) and rate (luma samples per second): VP9 Bitstream and Decoding Process
 * Specification, Annex A, table "Levels".
 */
const levels = [
  { code: '10', picture: 36_864, perSecond: 829_440 },
  { code: '11', picture: 73_728, perSecond: 2_764_800 },
  { code: '20', picture: 122_880, perSecond: 4_608_000 },
  { code: '21', picture: 245_760, perSecond: 9_216_000 },
  { code: '30', picture: 552_960, perSecond: 20_736_000 },
  { code: '31', picture: 983_040, perSecond: 36_864_000 },
  { code: '40', picture: 2_228_224, perSecond: 83_558_400 },
  { code: '41', picture: 2_228_224, perSecond: 160_432_128 },
  { code: '50', picture: 8_912_896, perSecond: 311_951_360 },
] as const;

export const kFramesPerSecond = 30;
/** About 1 Mbit/s at 640×480, as in the measurements of 2026-11-22. */
const kBitsPerPixel = 0.1;
const kBitrateMin = 300_000;
const kBitrateMax = 2_500_000;

/** `vp09.00.30.08` for 640×480. Sizes above level 5 get level 5. */
export const vp9Codec = (width: number, height: number): string => {
  const picture = width * height;
  const level = levels.find(
    (row) => row.picture >= picture && row.perSecond >= picture * kFramesPerSecond,
  );
  return `vp09.00.${level?.code ?? '50'}.08`;
};

/** Bits per second. */
export const vp9Bitrate = (width: number, height: number): number => {
  const wanted = Math.round(width * height * kFramesPerSecond * kBitsPerPixel);
  return Math.min(kBitrateMax, Math.max(kBitrateMin, wanted));
};

export const vp9Config = (width: number, height: number): VideoEncoderConfig => ({
  codec: vp9Codec(width, height),
  width,
  height,
  bitrate: vp9Bitrate(width, height),
  framerate: kFramesPerSecond,
  latencyMode: 'realtime',
});

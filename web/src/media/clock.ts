/** Rates of a live session (docs/formats/recording.md section 2). Its clock is in page-clock.ts. */

/** Frames per second of the one AudioContext. */
export const kContextRate = 48_000;
/** Samples per second of `/mic/pcm`. */
export const kMicRate = 16_000;
/** Samples per second of `/model/pcm`; one sample is two context frames. */
export const kModelRate = 24_000;

/**
 * The loudness of one voice over time. Levels are kept as stored, in bytes. Sums over runs of levels are made once, so
 * that drawing an hour is cheap.
 */
export type Envelope = {
  /** One level per 10 ms, 0 to `kLevels`. */
  readonly levels: Uint8Array;
  /** The drawn height of each level, 0 to 1. */
  readonly shown: Float32Array;
  /** Largest and sum of the drawn heights of each run of `kRun` levels. */
  readonly peaks: Float32Array;
  readonly sums: Float32Array;
};

export const kLevels = 127;
const kRun = 32;
/** Quiet recordings are enlarged at most by this factor. */
const kGainMax = 4;
/** The lane is filled by the loudness that this part of all levels does not exceed. */
const kFullQuantile = 0.985;
const kQuietLevel = 2;

type FromBase64 = { readonly fromBase64?: (text: string) => Uint8Array };

/** An hour has 1.4 million values, so this uses plain loops, and the browser's own decoder if it has one. */
function bytesOf(base64: string): Uint8Array {
  const decoded = (Uint8Array as FromBase64).fromBase64?.(base64);
  if (decoded) return decoded;
  const text = atob(base64);
  const bytes = new Uint8Array(text.length);
  for (let i = 0; i < bytes.length; i += 1) bytes[i] = text.charCodeAt(i);
  return bytes;
}

/** Turns signed pairs of min and max into one level each, by the larger side. */
export function levelsOf(base64: string): Uint8Array {
  const bytes = bytesOf(base64);
  const pairs = new Int8Array(bytes.buffer, bytes.byteOffset, bytes.length);
  const levels = new Uint8Array(pairs.length >> 1);
  for (let i = 0; i < levels.length; i += 1) {
    const low = Math.abs(pairs[2 * i] ?? 0);
    const high = Math.abs(pairs[2 * i + 1] ?? 0);
    levels[i] = Math.min(kLevels, Math.max(low, high));
  }
  return levels;
}

/** The factor by which a lane is enlarged so that normal speech fills it. */
export function gainFor(levels: Uint8Array): number {
  const counts = new Uint32Array(kLevels + 1);
  for (const level of levels) counts[level] = (counts[level] ?? 0) + 1;
  let loud = 0;
  for (let level = kQuietLevel + 1; level <= kLevels; level += 1) loud += counts[level] ?? 0;
  if (loud === 0) return 1;
  let full = kQuietLevel;
  for (let below = 0; below <= loud * kFullQuantile && full < kLevels; ) {
    full += 1;
    below += counts[full] ?? 0;
  }
  return Math.min(kGainMax, Math.max(1, (0.95 * kLevels) / full));
}

/** The envelope of `levels`, drawn `gain` times as large. */
export function envelopeOf(levels: Uint8Array, gain: number): Envelope {
  const shown = Float32Array.from({ length: kLevels + 1 }, (_, level) =>
    Math.min(1, (level / kLevels) * gain),
  );
  const runs = Math.ceil(levels.length / kRun);
  const peaks = new Float32Array(runs);
  const sums = new Float32Array(runs);
  for (let run = 0; run < runs; run += 1) {
    const last = Math.min(levels.length, (run + 1) * kRun);
    let peak = 0;
    let sum = 0;
    for (let i = run * kRun; i < last; i += 1) {
      const level = levels[i] ?? 0;
      if (level > peak) peak = level;
      sum += shown[level] ?? 0;
    }
    peaks[run] = shown[peak] ?? 0;
    sums[run] = sum;
  }
  return { levels, shown, peaks, sums };
}

/**
 * The height of a bar over the levels `from` to `to`: 0.45 of their peak and 0.75 of their mean, so that loud and quiet
 * parts also differ in long views.
 */
export function barOf({ levels, shown, peaks, sums }: Envelope, from: number, to: number): number {
  const first = Math.max(0, Math.floor(from));
  const last = Math.min(levels.length, Math.max(first + 1, Math.ceil(to)));
  if (last <= first) return 0;
  let peak = 0;
  let sum = 0;
  for (let i = first; i < last; ) {
    const run = i / kRun;
    const whole = Number.isInteger(run) && i + kRun <= last;
    const value = (whole ? peaks[run] : shown[levels[i] ?? 0]) ?? 0;
    if (value > peak) peak = value;
    sum += (whole ? sums[run] : value) ?? 0;
    i += whole ? kRun : 1;
  }
  return Math.min(1, 0.45 * peak + (0.75 * sum) / (last - first));
}

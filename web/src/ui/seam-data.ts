import type { Waveform } from '../api/recordings';

export type SeamTurn = {
  readonly speaker: 'person' | 'model';
  readonly startMs: number;
  readonly endMs: number;
  /** Where the sound stopped, when somebody cut in. */
  readonly cutMs: number | null;
  /** When the person began to talk over it. */
  readonly overlapFromMs: number | null;
};
export type SeamGap = {
  readonly lane: 'person' | 'model';
  readonly startMs: number;
  readonly endMs: number;
};
export type SeamGhost = {
  readonly startMs: number;
  readonly endMs: number;
  readonly loudness: Float32Array;
};
/** What a seam is drawn from. Loudness per 10 ms, 0 to 1. */
export type SeamData = {
  readonly lengthMs: number;
  readonly person: Float32Array;
  readonly model: Float32Array;
  readonly ghosts: readonly SeamGhost[];
  readonly turns: readonly SeamTurn[];
  readonly gaps: readonly SeamGap[];
};

/** Each value of the waveform is this long. */
const kValueMs = 10;
/** Quiet recordings are drawn larger, up to this much. */
const kGainMax = 4;
/** The loudness below which nearly all of the sound lies fills the lane. */
const kFullQuantile = 0.985;

/** An hour has 1.4 million values, so these are plain loops. */
function bytesOf(base64: string): Int8Array {
  const text = atob(base64);
  const bytes = new Int8Array(text.length);
  for (let i = 0; i < bytes.length; i += 1) bytes[i] = text.charCodeAt(i);
  return bytes;
}

/** Pairs of min and max as one loudness each. */
function loudnessOf(base64: string): Float32Array {
  const pairs = bytesOf(base64);
  const values = new Float32Array(pairs.length >> 1);
  for (let i = 0; i < values.length; i += 1) {
    values[i] = Math.max(Math.abs(pairs[2 * i] ?? 0), Math.abs(pairs[2 * i + 1] ?? 0)) / 127;
  }
  return values;
}

/** Steps of loudness in the waveform. */
const kLevels = 127;
const kQuietLevel = 2;

/** How much a lane is enlarged so that normal speech fills it. */
export function gainFor(values: Float32Array): number {
  const counts = new Uint32Array(kLevels + 1);
  let loud = 0;
  for (const value of values) {
    const level = Math.min(kLevels, Math.round(value * kLevels));
    if (level <= kQuietLevel) continue;
    counts[level] = (counts[level] ?? 0) + 1;
    loud += 1;
  }
  if (loud === 0) return 1;
  let full = kQuietLevel;
  for (let below = 0; below <= loud * kFullQuantile && full < kLevels; ) {
    full += 1;
    below += counts[full] ?? 0;
  }
  return Math.min(kGainMax, Math.max(1, (0.95 * kLevels) / full));
}

function scaled(values: Float32Array, gain: number): Float32Array {
  for (let i = 0; i < values.length; i += 1) values[i] = Math.min(1, (values[i] ?? 0) * gain);
  return values;
}

export function seamData(
  waveform: Waveform,
  lengthMs: number,
  turns: readonly SeamTurn[],
  gaps: readonly SeamGap[],
): SeamData {
  const person = loudnessOf(waveform.person);
  const model = loudnessOf(waveform.model);
  const personGain = gainFor(person);
  const modelGain = gainFor(model);
  return {
    lengthMs,
    person: scaled(person, personGain),
    model: scaled(model, modelGain),
    ghosts: waveform.ghosts.map((ghost) => {
      // Up to the model's next turn: the rest is given as a number of words.
      const next = turns.find((turn) => turn.speaker === 'model' && turn.startMs > ghost.start_ms);
      const endMs = Math.min(ghost.end_ms, next?.startMs ?? lengthMs);
      const values = scaled(loudnessOf(ghost.peaks), modelGain);
      const shown = Math.max(0, Math.round((endMs - ghost.start_ms) / kValueMs));
      return { startMs: ghost.start_ms, endMs, loudness: values.subarray(0, shown) };
    }),
    turns,
    gaps,
  };
}

/** Height of a bar over a span of time: 0.45 of its peak and 0.75 of its mean, so that long views still breathe. */
export function barOf(values: Float32Array, from: number, to: number): number {
  let peak = 0;
  let sum = 0;
  const first = Math.max(0, Math.floor(from));
  const last = Math.min(values.length, Math.max(first + 1, Math.ceil(to)));
  for (let i = first; i < last; i += 1) {
    const value = values[i] ?? 0;
    if (value > peak) peak = value;
    sum += value;
  }
  return last > first ? Math.min(1, 0.45 * peak + (0.75 * sum) / (last - first)) : 0;
}

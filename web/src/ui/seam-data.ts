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

const bytesOf = (base64: string): Int8Array =>
  Int8Array.from(atob(base64), (letter) => letter.charCodeAt(0));

/** Pairs of min and max as one loudness each. */
function loudnessOf(base64: string): Float32Array {
  const pairs = bytesOf(base64);
  const values = new Float32Array(pairs.length >> 1);
  for (let i = 0; i < values.length; i += 1) {
    values[i] = Math.max(Math.abs(pairs[2 * i] ?? 0), Math.abs(pairs[2 * i + 1] ?? 0)) / 127;
  }
  return values;
}

/** How much a lane is enlarged so that normal speech fills it. */
export function gainFor(values: Float32Array): number {
  const loud = values.filter((value) => value > 0.02).sort();
  const full = loud[Math.min(loud.length - 1, Math.floor(loud.length * kFullQuantile))] ?? 1;
  return Math.min(kGainMax, Math.max(1, 0.95 / full));
}

const scaled = (values: Float32Array, gain: number) =>
  values.map((value) => Math.min(1, value * gain));

export function seamData(
  waveform: Waveform,
  lengthMs: number,
  turns: readonly SeamTurn[],
  gaps: readonly SeamGap[],
): SeamData {
  const person = loudnessOf(waveform.person);
  const model = loudnessOf(waveform.model);
  const modelGain = gainFor(model);
  return {
    lengthMs,
    person: scaled(person, gainFor(person)),
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

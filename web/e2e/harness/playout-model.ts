import { readFileSync } from 'node:fs';
import { root } from './paths';
import { on, type Row, samples } from './recording';

/**
 * What the playout worklet must have played, computed only from the recording and as plainly as in
 * docs/formats/recording.md 3.6. It is written separately on purpose and shares no code with the worklet or the fold.
 * Values as the worklet's floats.
 */
export function renderFromSpans(rows: readonly Row[]): Float32Array {
  const pcm = samples(rows, '/model/pcm');
  const playout = on(rows, '/playout').map((row) => row.value);
  const spans = playout.filter((row) => row.kind === 'span');
  const end = Math.max(0, ...spans.map((span) => span.context_frame / 2 + span.sample_count));
  const source = new Float64Array(end);
  for (const span of spans) {
    for (let i = 0; i < span.sample_count; i++) {
      source[span.context_frame / 2 + i] = (pcm[span.first_sample + i] ?? Number.NaN) / 32768;
    }
  }
  for (const fade of playout.filter((row) => row.kind === 'fade')) {
    for (let i = 0; i < fade.sample_count; i++) {
      const at = fade.context_frame / 2 + i;
      source[at] = (source[at] ?? 0) * (1 - (i + 1) / fade.sample_count);
    }
  }
  const taps: number[] = JSON.parse(readFileSync(`${root}api/fir/taps.json`, 'utf8')).model_up_2
    .taps;
  const length = Math.ceil(taps.length / 2);
  const out = new Float32Array((end + length) * 2);
  for (let n = 0; n < end + length; n++) {
    for (let phase = 0; phase < 2; phase++) {
      let sum = 0;
      for (let k = 0; k < length; k++) sum += (taps[2 * k + phase] ?? 0) * (source[n - k] ?? 0);
      out[2 * n + phase] = sum;
    }
  }
  return out;
}

/** Where `needle` (from its first sound on) is in `haystack`, and how many samples differ by more than one s16 step. */
export function compare(
  rendered: Float32Array,
  tapped: Float32Array,
): { offset: number; compared: number; wrong: number; worst: number } {
  const loud = (values: Float32Array) => values.findIndex((value) => value !== 0);
  const offset = loud(tapped) - loud(rendered);
  let wrong = 0;
  let worst = 0;
  let compared = 0;
  for (let i = 0; i < rendered.length && i + offset < tapped.length; i++) {
    const difference = Math.abs((rendered[i] ?? 0) - (tapped[i + offset] ?? 0));
    worst = Math.max(worst, difference);
    if (difference > 1 / 32768) wrong += 1;
    compared += 1;
  }
  return { offset, compared, wrong, worst };
}

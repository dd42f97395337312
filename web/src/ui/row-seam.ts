import { envelopeOf, kLevels } from './envelope';
import type { SeamData, SeamGap, SeamTurn } from './seam-data';

/**
 * The seam of a row (docs/formats/view-media.md): this many bars, then three rows of marks with one bit for each bar.
 */
const kBars = 100;
const kMarkBytes = Math.ceil(kBars / 8);
const kHeights = 15;
/**
 * A bar is drawn as 0.45 of its peak and 0.75 of its mean (`barOf`). The stored values are the result already, so they
 * are divided by this sum.
 */
const kDrawn = 0.45 + 0.75;
/** One bar is one value of an envelope. */
const kBarMs = 10;

/** The length of every row's seam drawing, whatever the recording's length. */
export const kRowSeamMs = kBars * kBarMs;

/** Null when the text is empty or has another form. */
export function rowSeam(base64: string): SeamData | null {
  const bytes = bytesOf(base64);
  if (bytes.length !== kBars + 3 * kMarkBytes) return null;
  const level = (height: number) => Math.round((height / kHeights / kDrawn) * kLevels);
  const bars = bytes.subarray(0, kBars);
  const marks = (row: number) => runsOf(bytes.subarray(kBars + row * kMarkBytes));
  const gaps = (lane: SeamGap['lane'], row: number) =>
    marks(row).map(([from, to]) => ({ lane, startMs: from * kBarMs, endMs: to * kBarMs }));
  const cuts = marks(0).flatMap(([from, to]) =>
    Array.from({ length: to - from }, (_, n) => cutAt((from + n + 0.5) * kBarMs)),
  );
  return {
    lengthMs: kRowSeamMs,
    person: envelopeOf(
      Uint8Array.from(bars, (byte) => level(byte >> 4)),
      1,
    ),
    model: envelopeOf(
      Uint8Array.from(bars, (byte) => level(byte & 15)),
      1,
    ),
    ghosts: [],
    turns: cuts,
    gaps: [...gaps('person', 1), ...gaps('model', 2)],
  };
}

const cutAt = (ms: number): SeamTurn => ({
  speaker: 'model',
  startMs: ms,
  endMs: ms,
  cutMs: ms,
  overlapFromMs: null,
});

function bytesOf(base64: string): Uint8Array {
  try {
    return Uint8Array.from(atob(base64), (one) => one.charCodeAt(0));
  } catch {
    return new Uint8Array();
  }
}

/** Runs of bars whose bit is set, as [first, end). */
function runsOf(bits: Uint8Array): [number, number][] {
  const runs: [number, number][] = [];
  for (let bar = 0; bar < kBars; bar += 1) {
    if (((bits[bar >> 3] ?? 0) & (0x80 >> (bar & 7))) === 0) continue;
    const last = runs.at(-1);
    if (last?.[1] === bar) last[1] = bar + 1;
    else runs.push([bar, bar + 1]);
  }
  return runs;
}

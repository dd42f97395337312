/**
 * The seam of a row (docs/formats/view-media.md): this many bars, then three rows of marks with one bit for each bar.
 */
export const kRowSeamBars = 100;
const kMarkBytes = Math.ceil(kRowSeamBars / 8);
/** Heights are whole steps of this many. */
export const kRowSeamSteps = 15;

/** A run of bars, `end` not included. */
type Run = { readonly from: number; readonly end: number };
/** Heights are 0 to 1. */
export type RowSeamData = {
  readonly person: readonly number[];
  readonly model: readonly number[];
  /** The bars in which somebody cut in. */
  readonly cuts: readonly number[];
  readonly gaps: readonly (Run & { readonly lane: 'person' | 'model' })[];
};

/** Null when the text is empty or has another form. Pure. */
export function rowSeam(base64: string): RowSeamData | null {
  const bytes = bytesOf(base64);
  if (bytes.length !== kRowSeamBars + 3 * kMarkBytes) return null;
  const bars = [...bytes.subarray(0, kRowSeamBars)];
  const marks = (row: number) => runsOf(bytes.subarray(kRowSeamBars + row * kMarkBytes));
  return {
    person: bars.map((byte) => (byte >> 4) / kRowSeamSteps),
    model: bars.map((byte) => (byte & 15) / kRowSeamSteps),
    cuts: marks(0).flatMap(({ from, end }) =>
      Array.from({ length: end - from }, (_, n) => from + n),
    ),
    gaps: [
      ...marks(1).map((run) => ({ lane: 'person' as const, ...run })),
      ...marks(2).map((run) => ({ lane: 'model' as const, ...run })),
    ],
  };
}

function bytesOf(base64: string): Uint8Array {
  try {
    const text = atob(base64);
    const bytes = new Uint8Array(text.length);
    for (let n = 0; n < text.length; n += 1) bytes[n] = text.charCodeAt(n);
    return bytes;
  } catch {
    return new Uint8Array();
  }
}

/** Runs of bars whose bit is set. */
function runsOf(bits: Uint8Array): Run[] {
  const runs: { from: number; end: number }[] = [];
  for (let bar = 0; bar < kRowSeamBars; bar += 1) {
    if (((bits[bar >> 3] ?? 0) & (0x80 >> (bar & 7))) === 0) continue;
    const last = runs.at(-1);
    if (last?.end === bar) last.end = bar + 1;
    else runs.push({ from: bar, end: bar + 1 });
  }
  return runs;
}

import { kRowSeamBars, kRowSeamSteps, type RowSeamData } from './row-seam';

/** The drawing's own units: one across for each bar, this many from top to bottom. */
export const kRowSeamHeight = 48;
/** Of the room that a bar has; the rest keeps it apart from the next one. */
export const kRowSeamBarWidth = 0.66;
const kMiddle = kRowSeamHeight / 2;
/** Between the axis and the bars. */
const kAxisGap = 1.5;
const kReach = kMiddle - kAxisGap - 2;
/** A lower bar is silence, and the lowest one that is drawn is still seen. */
const kLevelMin = 0.03;
const kBarMin = 1.5;
/** Of marks in neighbouring bars only the first is drawn. */
const kCutPitch = 2;
/** More marks than these would cover the model's voice, so they are short ticks at the axis, as in the player. */
const kCutsMax = 20;
const kCutTick = 5;

const round = (value: number) => Math.round(value * 10) / 10;

/**
 * The end of a bar's path for each height, since a list draws thousands of bars while one scrolls. Silence has none.
 */
const endsOf = (base: number, direction: 1 | -1): readonly string[] =>
  Array.from({ length: kRowSeamSteps + 1 }, (_, step) => {
    const level = step / kRowSeamSteps;
    const size = Math.max(kBarMin, level * kReach);
    return level < kLevelMin ? '' : `${base}V${round(base + direction * size)}`;
  });
const kPersonEnds = endsOf(kMiddle - kAxisGap, -1);
const kModelEnds = endsOf(kMiddle + kAxisGap, 1);

/**
 * What an SVG draws of a row's seam, as path data; an empty text draws nothing. The bars are vertical lines with half a
 * unit between them. `joined`: this many bars are drawn as one, the highest of them, where there is little room.
 */
export function rowSeamPaths(seam: RowSeamData, joined = 1) {
  const bars = (levels: readonly number[], ends: readonly string[]) => {
    let path = '';
    for (let bar = 0; bar < kRowSeamBars; bar += joined) {
      let level = 0;
      for (let n = bar; n < bar + joined; n += 1) level = Math.max(level, levels[n] ?? 0);
      const end = ends[Math.round(level * kRowSeamSteps)];
      if (end) path += `M${bar + joined / 2} ${end}`;
    }
    return path;
  };
  const cutsTop = kMiddle - 2;
  const cutsEnd = seam.cuts.length > kCutsMax ? cutsTop + kCutTick : kRowSeamHeight - 1;
  return {
    person: bars(seam.person, kPersonEnds),
    model: bars(seam.model, kModelEnds),
    cuts: cutsOf(seam.cuts)
      .map((bar) => `M${bar + 0.5} ${cutsTop}V${cutsEnd}`)
      .join(''),
  };
}

function cutsOf(bars: readonly number[]): number[] {
  let last = Number.NEGATIVE_INFINITY;
  return bars.filter((bar) => {
    if (bar - last < kCutPitch) return false;
    last = bar;
    return true;
  });
}

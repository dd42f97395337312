import { kRowSeamBars, type RowSeamData } from './row-seam';

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

/**
 * What an SVG draws of a row's seam, as path data; an empty text draws nothing. The bars are vertical lines with half a
 * unit between them. `joined`: this many bars are drawn as one, the highest of them, where there is little room.
 */
export function rowSeamPaths(seam: RowSeamData, joined = 1) {
  const bars = (levels: readonly number[], base: number, direction: 1 | -1) => {
    let path = '';
    for (let bar = 0; bar < kRowSeamBars; bar += joined) {
      const level = Math.max(...levels.slice(bar, bar + joined));
      if (level < kLevelMin) continue;
      const size = Math.max(kBarMin, level * kReach);
      path += `M${bar + joined / 2} ${base}V${round(base + direction * size)}`;
    }
    return path;
  };
  const cutsTop = kMiddle - 2;
  const cutsEnd = seam.cuts.length > kCutsMax ? cutsTop + kCutTick : kRowSeamHeight - 1;
  return {
    person: bars(seam.person, kMiddle - kAxisGap, -1),
    model: bars(seam.model, kMiddle + kAxisGap, 1),
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

const round = (value: number) => Math.round(value * 10) / 10;

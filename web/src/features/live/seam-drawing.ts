import type { SeamLevels } from '../../media/live-session';

/** The tokens that it is drawn with. */
export const kSeamColours = ['person', 'model', 'cut', 'ink', 'edge'] as const;
export type SeamColours = Readonly<Record<(typeof kSeamColours)[number], string>>;

/** What was waiting when the person interrupted. Drawn as a hatch, because nobody will hear it. */
export type Ghost = { readonly atBar: number; readonly bars: Float32Array };

export type SeamFrame = {
  readonly levels: SeamLevels;
  readonly ghosts: readonly Ghost[];
  /** The part of a bar that has passed since the newest one, 0 to 1, so that the drawing moves smoothly. */
  readonly sinceNewest: number;
};

/** The position of "now" as a part of the width. What waits to be heard is to its right. */
export const kNowPart = 0.8;
/** How much time is shown to the left of now. */
export const kSecondsShown = 30;

const kBarWidth = 3;
const kBarPitch = 5;
const kAxisGap = 3;
const kEdgeGap = 10;
/** Quieter levels are not drawn; only the axis stays. */
const kLevelMin = 0.03;
const kLevelGain = 1.12;
/** The fade of a cut may be heard for this long: 0.2 s. */
const kCutTailBars = 4;

/**
 * Draws the last half minute: one axis, the person above, the model below. Bars that were heard are solid, waiting bars
 * are outlined. Bars are grouped by their absolute number, so that groups do not flicker. Allocates nothing per bar.
 */
export function drawSeam(
  g: CanvasRenderingContext2D,
  width: number,
  height: number,
  frame: SeamFrame,
  colours: SeamColours,
): void {
  const { levels } = frame;
  const middle = Math.round(height / 2);
  const reach = middle - kAxisGap - kEdgeGap;
  const nowX = Math.round(width * kNowPart);
  const perBar = nowX / (kSecondsShown * levels.barsPerSecond);
  const group = Math.max(1, Math.round(kBarPitch / perBar));
  const end = levels.newestBar + 1 + frame.sinceNewest;
  const xOf = (bar: number) => nowX - (end - bar) * perBar;

  g.clearRect(0, 0, width, height);
  const heard = (bars: Float32Array, up: boolean) => {
    const first = levels.newestBar + 1 - bars.length;
    for (let bar = Math.ceil(first / group) * group; bar <= levels.newestBar; bar += group) {
      let level = 0;
      const last = Math.min(bar + group, levels.newestBar + 1);
      for (let k = bar; k < last; k += 1) level = Math.max(level, bars[k - first] ?? 0);
      const x = xOf(bar);
      const size = Math.min(1, level * kLevelGain) * reach;
      if (level < kLevelMin || x < -kBarPitch) continue;
      const y = up ? middle - kAxisGap - size : middle + kAxisGap;
      g.beginPath();
      g.roundRect(x, y, Math.min(kBarWidth, Math.max(1, nowX - x)), Math.max(1.5, size), 1.5);
      g.fill();
    }
  };
  g.fillStyle = colours.person;
  heard(levels.person, true);
  g.fillStyle = colours.model;
  heard(levels.model, false);

  g.strokeStyle = colours.model;
  g.lineWidth = 1;
  const firstComing = levels.newestBar + 1;
  const afterComing = firstComing + levels.comingCount;
  for (let bar = Math.ceil(firstComing / group) * group; bar < afterComing; bar += group) {
    let level = 0;
    for (let k = bar; k < Math.min(bar + group, afterComing); k += 1) {
      level = Math.max(level, levels.coming[k - firstComing] ?? 0);
    }
    const x = xOf(bar);
    if (level < kLevelMin || x < nowX + 1 || x > width) continue;
    const size = Math.max(2, Math.min(1, level * kLevelGain) * reach);
    g.beginPath();
    g.roundRect(x + 0.5, middle + kAxisGap + 0.5, kBarWidth - 1, size, 1);
    g.stroke();
  }

  for (const ghost of frame.ghosts) {
    const limit = Math.min(nowX, xOf(nextSpeech(levels, ghost.atBar)));
    drawGhost(g, xOf(ghost.atBar), perBar, middle, reach, ghost.bars, limit, colours.model);
  }

  g.fillStyle = colours.edge;
  g.fillRect(0, middle - 0.5, nowX, 1);
  g.fillStyle = colours.cut;
  for (const age of levels.interruptions) {
    const x = Math.round(xOf(levels.newestBar + 1 - age));
    if (x < 0) continue;
    g.fillRect(x - 1, middle - 1, 2, reach + kAxisGap);
    g.fillRect(x - 12, middle - 1.5, 12, 3);
  }
  g.fillStyle = colours.ink;
  g.beginPath();
  g.roundRect(nowX - 1, 8, 2, height - 16, 1);
  g.fill();
}

/** The bar at which the model speaks again after a cut. What was cut off is drawn up to this bar. */
function nextSpeech({ model, newestBar }: SeamLevels, cutBar: number): number {
  const first = newestBar + 1 - model.length;
  for (let bar = Math.max(first, cutBar + kCutTailBars); bar <= newestBar; bar += 1) {
    if ((model[bar - first] ?? 0) >= kLevelMin) return bar;
  }
  return newestBar + 1;
}

function drawGhost(
  g: CanvasRenderingContext2D,
  x0: number,
  perBar: number,
  middle: number,
  reach: number,
  bars: Float32Array,
  limit: number,
  colour: string,
): void {
  const x1 = Math.min(limit, x0 + bars.length * perBar);
  if (x1 < 0 || x1 - x0 < 2) return;
  const base = middle + kAxisGap;
  g.save();
  g.beginPath();
  g.moveTo(x0, base);
  for (let x = x0; x < x1; x += 4) {
    const level = bars[Math.floor((x - x0) / perBar)] ?? 0;
    g.lineTo(x, base + Math.max(3, level * reach));
  }
  g.lineTo(x1, base);
  g.closePath();
  g.strokeStyle = colour;
  g.lineWidth = 1;
  g.stroke();
  g.clip();
  g.beginPath();
  const bottom = base + reach;
  for (let x = x0 - reach; x < x1; x += 5) {
    g.moveTo(x, bottom);
    g.lineTo(x + reach, base);
  }
  g.stroke();
  g.restore();
}

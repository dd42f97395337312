import { barOf, type Envelope } from './envelope';
import type { SeamData } from './seam-data';

export type SeamColours = Readonly<
  Record<
    'person' | 'model' | 'person-tint' | 'model-tint' | 'cut' | 'edge' | 'line' | 'gap',
    string
  >
>;
export const kSeamColours = [
  'person',
  'model',
  'person-tint',
  'model-tint',
  'cut',
  'edge',
  'line',
  'gap',
] as const;

export type SeamView = {
  readonly fromMs: number;
  readonly toMs: number;
  /** `full`: lanes with blocks behind the turns; `mini`: slider, card and row. */
  readonly kind: 'full' | 'mini';
};

const kPerMs = 0.1; // values of 10 ms
const kBar = 2;
const kPitch = 3;
const kLevelMin = 0.03;
const kHatchStep = 5;
/** Of marks that are closer together only the first is drawn. */
const kCutPitch = 4;
/** With less room for each mark they would cover the model's voice, so they are short ticks at the axis. */
const kCutRoom = 16;
const kCutTick = 5;

type Space = {
  readonly g: CanvasRenderingContext2D;
  readonly width: number;
  readonly height: number;
  readonly middle: number;
  readonly axisGap: number;
  readonly reach: number;
  readonly x: (ms: number) => number;
};

/**
 * Draws a conversation: a thin axis, the person above, the model below. The canvas must be cleared and scaled before.
 */
export function drawSeam(
  g: CanvasRenderingContext2D,
  width: number,
  height: number,
  data: SeamData,
  view: SeamView,
  colours: SeamColours,
): void {
  const full = view.kind === 'full';
  const middle = Math.round(height / 2);
  const axisGap = full ? 3 : 1.5;
  const space: Space = {
    g,
    width,
    height,
    middle,
    axisGap,
    reach: middle - axisGap - (full ? 7 : 2),
    x: (ms) => ((ms - view.fromMs) / (view.toMs - view.fromMs)) * width,
  };
  g.clearRect(0, 0, width, height);
  if (full) drawBlocks(space, data, colours);
  drawBars(space, data.person, 'person', view, colours);
  drawBars(space, data.model, 'model', view, colours);
  if (full) for (const ghost of data.ghosts) drawGhost(space, ghost, colours.model);
  drawGaps(space, data, colours.gap);
  g.fillStyle = full ? colours.edge : colours.line;
  g.fillRect(0, middle - 0.5, Math.min(width, space.x(data.lengthMs)), 1);
  drawCuts(space, data, full, colours.cut);
}

function drawBlocks({ g, width, middle, x }: Space, data: SeamData, colours: SeamColours): void {
  for (const turn of data.turns) {
    const left = x(turn.startMs);
    const right = x(turn.endMs);
    if (right < 0 || left > width) continue;
    const person = turn.speaker === 'person';
    g.fillStyle = colours[person ? 'person-tint' : 'model-tint'];
    g.beginPath();
    const tail = turn.cutMs === null ? 8 : 4;
    g.roundRect(left - 4, person ? 2 : middle + 1.5, right - left + tail, middle - 3.5, 6);
    g.fill();
  }
}

function drawBars(
  { g, width, middle, axisGap, reach }: Space,
  envelope: Envelope,
  speaker: 'person' | 'model',
  view: SeamView,
  colours: SeamColours,
): void {
  const step = ((view.toMs - view.fromMs) / width) * kPitch * kPerMs;
  // Bars are numbered from the start of the recording, so that they do not flicker while panning.
  const first = Math.floor((view.fromMs * kPerMs) / step);
  const shift = (first * step - view.fromMs * kPerMs) / (step / kPitch);
  g.fillStyle = colours[speaker];
  g.beginPath();
  for (let n = 0; n * kPitch + shift < width; n += 1) {
    const from = (first + n) * step;
    const level = barOf(envelope, from, from + step);
    if (level < kLevelMin) continue;
    const size = Math.max(1.5, level * reach);
    const y = speaker === 'person' ? middle - axisGap - size : middle + axisGap;
    g.roundRect(n * kPitch + shift, y, kBar, size, kBar / 2);
  }
  g.fill();
}

/** The envelope of what would have followed, hatched and outlined. */
function drawGhost(
  { g, width, height, middle, axisGap, reach, x }: Space,
  ghost: SeamData['ghosts'][number],
  colour: string,
): void {
  const left = x(ghost.startMs);
  const right = Math.min(width, x(ghost.endMs));
  if (right < 0 || left > width || right - left < 3) return;
  const base = middle + axisGap;
  const shape = new Path2D();
  shape.moveTo(left, base);
  for (let at = left; at <= right; at += 4) {
    const index = ((at - left) / (x(ghost.endMs) - left)) * ghost.envelope.levels.length;
    const soft = Math.min(1, (right - at) / 10 + 0.15);
    const level = barOf(ghost.envelope, index - 6, index + 6);
    shape.lineTo(at, base + Math.max(3, level * reach * soft));
  }
  shape.lineTo(right, base);
  shape.closePath();
  g.save();
  g.clip(shape);
  hatch(g, left, right, 0, height, colour, 'up');
  g.restore();
  g.strokeStyle = colour;
  g.lineWidth = 1;
  g.stroke(shape);
}

/** A neutral hatch, only over lanes that lack data. */
function drawGaps({ g, width, height, middle, x }: Space, data: SeamData, colour: string): void {
  for (const gap of data.gaps) {
    const left = Math.max(0, x(gap.startMs));
    const right = Math.min(width, Math.max(x(gap.endMs), x(gap.startMs) + 2));
    if (right <= left) continue;
    const top = gap.lane === 'person' ? 0 : middle + 1;
    g.save();
    g.beginPath();
    g.rect(left, top, right - left, gap.lane === 'person' ? middle - 1 : height - middle - 1);
    g.clip();
    hatch(g, left, right, top, height, colour, 'down');
    g.restore();
  }
}

function hatch(
  g: CanvasRenderingContext2D,
  left: number,
  right: number,
  top: number,
  bottom: number,
  colour: string,
  direction: 'up' | 'down',
): void {
  const tall = bottom - top;
  g.strokeStyle = colour;
  g.lineWidth = 1;
  g.beginPath();
  for (let x = left - tall; x < right + tall; x += kHatchStep) {
    g.moveTo(x, direction === 'up' ? bottom : top);
    g.lineTo(x + tall, direction === 'up' ? top : bottom);
  }
  g.stroke();
}

/**
 * From the beginning of the talk-over to the cut the axis is thick and plum. A line marks where the sound stopped; in a
 * session with many cuts, a tick.
 */
function drawCuts(
  { g, width, height, middle, x }: Space,
  data: SeamData,
  full: boolean,
  colour: string,
): void {
  const cuts = data.turns.flatMap(({ cutMs, overlapFromMs }) => {
    const at = cutMs === null ? -1 : Math.round(x(cutMs));
    return at < 0 || at > width ? [] : [{ at, overlapFromMs }];
  });
  const ticks = cuts.length * kCutRoom > width;
  const top = full ? middle - 1 : middle - 2;
  const tall = ticks ? kCutTick : full ? height - middle - 2 : height - middle + 1;
  g.fillStyle = colour;
  let last = Number.NEGATIVE_INFINITY;
  for (const { at, overlapFromMs } of cuts) {
    if (at - last < kCutPitch) continue;
    last = at;
    g.fillRect(at - 1, top, 2, tall);
    if (full && !ticks && overlapFromMs !== null) {
      const from = x(overlapFromMs);
      g.fillRect(from, middle - 1.5, at - from, 3);
    }
  }
}

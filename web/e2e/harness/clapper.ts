import { on, type Row } from './recording';

/** Onsets of beeps and flashes, in seconds of one clock. */
export type Onsets = readonly number[];

/** Values that rise above `level` after at least `quiet` seconds below it. */
export function onsets(
  values: readonly { at: number; value: number }[],
  level: number,
  quiet = 0.5,
): number[] {
  const found: number[] = [];
  let lastLoud = Number.NEGATIVE_INFINITY;
  for (const { at, value } of values) {
    if (value < level) continue;
    if (at - lastLoud > quiet) found.push(at);
    lastLoud = at;
  }
  return found;
}

/** Least latency of a run of (device, arrival) pairs: what maps the device clock to the page clock. */
const offset = (pairs: readonly { device: number; page: number }[]) =>
  Math.min(...pairs.map(({ device, page }) => page - device));

/**
 * When the browser delivered each beep: from the raw microphone blocks of `/clock`, in seconds of the page clock.
 * Blocks whose timestamps do not continue begin a new run with its own offset (the device clock re-bases at the start).
 */
export function deliveredBeeps(rows: readonly Row[]): Onsets {
  type Block = { device: number; page: number; frames: number };
  const values: { at: number; value: number }[] = [];
  let run: { device: number; page: number; value: number[] }[] = [];
  let expected = Number.NaN;
  const close = () => {
    const shift = offset(run);
    for (const batch of run) {
      const start = (batch.device + shift) / 1e6;
      values.push(...batch.value.map((value, ms) => ({ at: start + ms / 1000, value })));
    }
    run = [];
  };
  for (const { value: row } of on(rows, '/clock').filter(
    (one) => one.value.kind === 'microphone',
  )) {
    const blocks: Block[] = row.blocks.map(([device, page, frames]: number[]) => ({
      device,
      page,
      frames,
    }));
    const envelope = Buffer.from(row.envelope, 'base64');
    let ms = 0;
    for (const block of blocks) {
      if (Math.abs(block.device - expected) > 2000 && run.length > 0) close();
      const length = (block.frames / row.sample_rate) * 1000;
      run.push({
        device: block.device,
        page: block.page,
        value: [...envelope.subarray(Math.round(ms), Math.round(ms + length))],
      });
      ms += length;
      expected = block.device + length * 1000;
    }
  }
  if (run.length > 0) close();
  return onsets(values, 60);
}

/** Page time of every camera frame, in seconds, in order. */
export function deliveredFrames(rows: readonly Row[]): number[] {
  const frames = on(rows, '/camera/video').map((row) => {
    const { sec, nsec, seconds, nanos } = row.value.timestamp;
    const device = Number(seconds ?? sec ?? 0) * 1e6 + Number(nanos ?? nsec ?? 0) / 1000;
    return { device, page: row.logTimeUs };
  });
  const shift = offset(frames);
  return frames.map((frame) => (frame.device + shift) / 1e6);
}

/** Least-squares slope, seconds per second. */
export function slope(points: readonly { x: number; y: number }[]): number {
  const mean = (values: number[]) => values.reduce((a, b) => a + b, 0) / values.length;
  const mx = mean(points.map(({ x }) => x));
  const my = mean(points.map(({ y }) => y));
  const top = points.reduce((sum, { x, y }) => sum + (x - mx) * (y - my), 0);
  const bottom = points.reduce((sum, { x }) => sum + (x - mx) ** 2, 0);
  return top / bottom;
}

export const quantile = (values: readonly number[], q: number) =>
  [...values].sort((a, b) => a - b)[Math.min(values.length - 1, Math.floor(values.length * q))] ??
  Number.NaN;

import { createHash } from 'node:crypto';
import { on, type Row } from './recording';

/** The starts of beeps or flashes, in seconds of one clock. */
export type Onsets = readonly number[];

/** The values that rise above `level` after at least `quiet` seconds below it. */
export function onsets<T extends { readonly at: number; readonly value: number }>(
  values: readonly T[],
  level: number,
  quiet = 0.5,
): T[] {
  const found: T[] = [];
  let lastLoud = Number.NEGATIVE_INFINITY;
  for (const sample of values) {
    if (sample.value < level) continue;
    if (sample.at - lastLoud > quiet) found.push(sample);
    lastLoud = sample.at;
  }
  return found;
}

/** The element whose `at` is nearest. */
export const nearest = <T extends { readonly at: number }>(all: readonly T[], at: number) =>
  all.reduce<T | undefined>(
    (best, one) => (best && Math.abs(best.at - at) <= Math.abs(one.at - at) ? best : one),
    undefined,
  );

export type Point = { readonly x: number; readonly y: number };

/** The values without steps: each jump of more than `ms` is subtracted from all later values. */
export function withoutSteps(
  points: readonly Point[],
  ms: number,
): { steps: number[]; rest: Point[] } {
  const steps: number[] = [];
  let sum = 0;
  const rest = points.map(({ x, y }, index) => {
    const jump = index === 0 ? 0 : y - (points[index - 1]?.y ?? y);
    if (Math.abs(jump) > ms) {
      steps.push(jump);
      sum += jump;
    }
    return { x, y: y - sum };
  });
  return { steps, rest };
}

/** The least latency of a run of (device, arrival) pairs, which maps the device clock to the page clock. */
const offset = (pairs: readonly { device: number; page: number }[]) =>
  Math.min(...pairs.map(({ device, page }) => page - device));

/**
 * When the browser delivered each beep, in seconds of the page clock: from the raw microphone blocks of `/clock`.
 * Blocks whose timestamps do not continue begin a new run with an offset of its own (the device clock gets another base
 * at the start).
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
  return onsets(values, 60).map(({ at }) => at);
}

export type DeliveredFrame = {
  /** Page clock, seconds. */
  readonly at: number;
  /** SHA-256 of the coded picture. */
  readonly hash: string;
};

/** When the browser delivered each camera frame, in order. */
export function deliveredFrames(rows: readonly Row[]): DeliveredFrame[] {
  // In order of number: after a clock went back, a picture may have an earlier time than the one before.
  const video = on(rows, '/camera/video').toSorted((a, b) => a.sequence - b.sequence);
  const frames = video.map((row) => {
    const { sec, nsec, seconds, nanos } = row.value.timestamp;
    const device = Number(seconds ?? sec ?? 0) * 1e6 + Number(nanos ?? nsec ?? 0) / 1000;
    const hash = createHash('sha256').update(row.value.data).digest('hex');
    return { device, page: row.logTimeUs, hash };
  });
  const shift = offset(frames);
  return frames.map(({ device, hash }) => ({ at: (device + shift) / 1e6, hash }));
}

/**
 * The delivery of each picture of the file, found by its bytes, which are copied unchanged; null for a picture that no
 * camera delivered. Both lists are in order.
 */
export function matchFrames(
  hashes: readonly string[],
  frames: readonly DeliveredFrame[],
): (DeliveredFrame | null)[] {
  let next = 0;
  return hashes.map((hash) => {
    const found = frames.findIndex((frame, index) => index >= next && frame.hash === hash);
    if (found < 0) return null;
    next = found + 1;
    return frames[found] ?? null;
  });
}

/** Least-squares slope, seconds per second. */
export function slope(points: readonly Point[]): number {
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

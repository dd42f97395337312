import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { download } from './app';
import {
  deliveredBeeps,
  deliveredFrames,
  matchFrames,
  nearest,
  onsets,
  quantile,
  slope,
  withoutSteps,
} from './clapper';
import { decodePictures, decodeSound, pictureHashes } from './media';
import { type Row, readRecording } from './recording';

/** The clocks need some time: the first seconds are measured but not judged. */
export const WARM_UP_SECONDS = 3;
const BRIGHT = 150;
/** A larger change from one beep to the next counts as a step, not as drift. */
const STEP_MS = 5;

export type ClapperReport = {
  readonly flashes: number;
  readonly beeps: number;
  /** Beeps that have a flash, after the warm-up. */
  readonly pairs: number;
  readonly p50_ms: number;
  readonly p95_abs_ms: number;
  readonly drift_ms_per_5_min: number;
  readonly steps: readonly number[];
  /** Pictures of the file, and how many of them the camera delivered. */
  readonly shown: number;
  readonly fromCamera: number;
};

/**
 * How far sound and pictures of a recording of flashes and beeps are apart. For each beep it compares the distance to
 * the nearest flash, as both are played, with the distance of the same two when the browser delivered them.
 * `untilSeconds`: later beeps are left out.
 */
export async function clapperReport(
  url: string,
  id: string,
  folder: string,
  untilSeconds = Number.POSITIVE_INFINITY,
): Promise<{ report: ClapperReport; rows: Row[]; media: string }> {
  const rows = await readRecording(await download(url, `/api/recordings/${id}/recording.mcap`));
  const media = join(folder, `${id}.webm`);
  writeFileSync(media, await download(url, `/api/recordings/${id}/media`));
  const { left } = decodeSound(media);
  const beeps = onsets(
    Array.from(left, (value, index) => ({ at: index / 48_000, value: Math.abs(value) })),
    1500,
  ).filter(({ at }) => at < untilSeconds);
  const decoded = decodePictures(media);
  const sources = matchFrames(pictureHashes(media), deliveredFrames(rows));
  const pictures = decoded.flatMap((picture, index) => {
    const source = sources[index];
    return source ? [{ ...picture, deliveredAt: source.at }] : [];
  });
  const flashes = onsets(
    pictures.map((picture) => ({ ...picture, at: picture.atSeconds, value: picture.mean })),
    BRIGHT,
  );
  const trueBeeps = deliveredBeeps(rows).map((at) => ({ at }));
  const errors = beeps.flatMap(({ at }) => {
    const flash = nearest(flashes, at);
    if (!flash || at < WARM_UP_SECONDS) return [];
    const expectedAt = flash.deliveredAt + at - flash.at;
    const beep = nearest(trueBeeps, expectedAt);
    // A beep that fell into a hole of the microphone's own blocks cannot be compared.
    if (!beep || Math.abs(beep.at - expectedAt) > 0.4) return [];
    return [{ x: at, y: (expectedAt - beep.at) * 1000 }];
  });
  const { steps, rest } = withoutSteps(errors, STEP_MS);
  const ys = errors.map(({ y }) => y);
  const report = {
    flashes: flashes.length,
    beeps: beeps.length,
    pairs: errors.length,
    p50_ms: quantile(ys, 0.5),
    p95_abs_ms: quantile(ys.map(Math.abs), 0.95),
    drift_ms_per_5_min: slope(rest) * 300,
    steps,
    shown: decoded.length,
    fromCamera: pictures.length,
  };
  return { report, rows, media };
}

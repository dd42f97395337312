import type { RecordingView } from '../../api/recordings';

export type Strip = NonNullable<RecordingView['strip']>;

/** Which tile stands for a time: the last one that is not later; before the first one, the first. */
export function tileAt({ times_ms: times }: Strip, ms: number): number {
  let low = 0;
  let high = times.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((times[middle] ?? 0) <= ms) low = middle + 1;
    else high = middle;
  }
  return Math.max(0, low - 1);
}

/** Where a tile is in the image, in its pixels. */
export const tilePlace = (strip: Strip, tile: number) => ({
  x: (tile % strip.columns) * strip.tile_width,
  y: Math.floor(tile / strip.columns) * strip.tile_height,
});

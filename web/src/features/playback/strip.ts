import type { RecordingView } from '../../api/recordings';

export type Strip = NonNullable<RecordingView['strip']>;

/** The tile for a time: the last one that is not later. Before the first tile, the first. */
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

/** The position of a tile in the image, in the image's pixels. */
export const tilePlace = (strip: Strip, tile: number) => ({
  x: (tile % strip.columns) * strip.tile_width,
  y: Math.floor(tile / strip.columns) * strip.tile_height,
});

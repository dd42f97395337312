/** Clock anchors (docs/formats/recording.md 3.5): which of our frames leaves the device at which page time. */
import type { PageClock } from '../page-clock';
import type { JsonEntry } from '../protocol';

/** One pair of readings every 250 ms. The fold interpolates between them, since the output clock was seen to step. */
export const kAnchorIntervalMs = 250;

export type AnchorSource = {
  readonly context: Pick<AudioContext, 'currentTime' | 'getOutputTimestamp'>;
  frameAt(seconds: number): number | null;
};

/** The rows of one moment: none before the start; only `render` while the device has not played anything yet. */
export const anchorRows = (source: AnchorSource, clock: PageClock): JsonEntry[] => {
  const logTimeUs = clock.micros();
  const row = (kind: string, seconds: number, page_us: number): JsonEntry[] => {
    const context_frame = source.frameAt(seconds);
    if (context_frame === null || context_frame < 0) return [];
    return [{ topic: '/clock', logTimeUs, data: { kind, context_frame, page_us } }];
  };
  const rendered = row('render', source.context.currentTime, logTimeUs);
  const { contextTime, performanceTime } = source.context.getOutputTimestamp();
  if (!contextTime || !performanceTime) return rendered;
  return [...row('output', contextTime, clock.microsAt(performanceTime)), ...rendered];
};

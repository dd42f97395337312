import type { RecordingView } from '../../api/recordings';
import { gapsOf, type Span, seconds } from '../../ui/loss';

/** A stretch in which the shown picture is older than the moment, and the text that says so. */
export type HeldPicture = Span & { readonly reason: 'off' | 'missing'; readonly words: string };

/** A camera that is only opening needs no text. */
const kOpeningMs = 1000;
/** A switch and a gap that are closer to each other are at one time. */
const kSameMs = 100;

/** The stretches in which the server has held a picture because none came. Pure. */
export function heldPictures(
  view: Pick<RecordingView, 'events' | 'loss'>,
  lengthMs: number,
): HeldPicture[] {
  const missing = gapsOf(view.loss, 'camera').map((gap) => ({
    ...gap,
    reason: 'missing' as const,
    words: `Camera missing ${seconds(gap.endMs - gap.startMs)}`,
  }));
  // A gap ends with a picture, so the camera was on again, also when that event is what was lost.
  const onAgain = missing.filter(({ endMs }) => endMs < lengthMs - kOpeningMs);
  return [...cameraOff(view.events, lengthMs, onAgain), ...missing];
}

function cameraOff(
  events: RecordingView['events'],
  lengthMs: number,
  onAgain: readonly Span[],
): HeldPicture[] {
  const off: HeldPicture[] = [];
  const add = (startMs: number, untilMs: number) => {
    const ends = onAgain
      .filter((gap) => gap.endMs > startMs)
      // The switch was lost at the beginning of a gap that begins later.
      .map((gap) => (gap.startMs > startMs + kSameMs ? gap.startMs : gap.endMs));
    const endMs = Math.min(untilMs, ...ends);
    off.push({ startMs, endMs, reason: 'off', words: 'Camera off' });
  };
  const switches = events
    .filter(({ kind }) => kind === 'camera')
    .map(({ at_ms, detail }) => ({ atMs: at_ms, on: (detail as { on?: unknown })?.on === true }));
  // If no event turned the camera on at the start, it was off until the first one.
  let offSince = switches[0]?.on && switches[0].atMs > kOpeningMs ? 0 : null;
  for (const { atMs, on } of switches) {
    if (!on) offSince ??= atMs;
    else if (offSince !== null) {
      add(offSince, atMs);
      offSince = null;
    }
  }
  if (offSince !== null) add(offSince, lengthMs);
  return off;
}

/** The stretch at a time. A camera that is off counts as off, not as missing. */
export const heldAt = (held: readonly HeldPicture[], ms: number): HeldPicture | null =>
  held.find(({ startMs, endMs }) => ms >= startMs && ms < endMs) ?? null;

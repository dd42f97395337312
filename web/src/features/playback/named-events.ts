import type { RecordingView } from '../../api/recordings';
import { formatCount, formatDuration } from '../../ui/format';
import { isWhole, lossWords, missingPlaces, partsMissingAtEnd, seconds } from '../../ui/loss';
import { type EventWords, eventWords, type RecordingEvent } from './event-words';

export type NamedEvent = EventWords & {
  readonly atMs: number;
  /** Too unimportant for the transcript and the lanes. */
  readonly listOnly?: boolean;
};

/** Skipped frames that are closer together than this count as one stutter. */
const kStutterMs = 10_000;
const kSkipWords: Readonly<Record<string, string>> = {
  disk_low: 'No room in the browser, camera left out',
  encoder_failed: 'The browser could not encode the camera',
};

type Facts = Pick<RecordingView, 'events' | 'loss' | 'recording' | 'media'>;

/** Everything that happened besides talking, in the order of time: events, stutters, and what is missing. */
export function namedEvents(view: Facts): NamedEvent[] {
  const events = view.events.flatMap((event) => {
    const words = eventWords(event);
    return words ? [{ ...words, atMs: event.at_ms }] : [];
  });
  const all = [...events, ...stutters(view.events), ...gaps(view)];
  return all.sort((a, b) => a.atMs - b.atMs);
}

function stutters(events: readonly RecordingEvent[]): NamedEvent[] {
  type Stutter = { reason: string; fromMs: number; toMs: number; frames: number };
  const found: Stutter[] = [];
  for (const { at_ms, kind, detail } of events) {
    if (kind !== 'video_skipped') continue;
    const facts = detail as { readonly reason?: unknown; readonly count?: unknown } | undefined;
    const reason = String(facts?.reason);
    const frames = Number(facts?.count ?? 1);
    const last = found.findLast((one) => one.reason === reason);
    if (last && at_ms - last.toMs < kStutterMs) {
      last.toMs = at_ms;
      last.frames += frames;
    } else {
      found.push({ reason, fromMs: at_ms, toMs: at_ms, frames });
    }
  }
  return found.map(({ reason, fromMs, toMs, frames }) => {
    const [from, to] = [formatDuration(fromMs), formatDuration(toMs)];
    const when = from === to ? from : `${from}–${to}`;
    const text = `${kSkipWords[reason] ?? 'Camera stuttered'} ${when}, ${frames} ${frames === 1 ? 'frame' : 'frames'}`;
    return { icon: 'warning', text, chip: null, atMs: fromMs, listOnly: true };
  });
}

function gaps(view: Facts): NamedEvent[] {
  const placed: NamedEvent[] = missingPlaces(view.loss).map(({ span, words, ms }) => ({
    icon: 'gap',
    text: `Missing: ${words}`,
    chip: `${seconds(ms)} missing`,
    atMs: span.startMs,
  }));
  const rest = unplaced(view, placed.length > 0);
  return rest ? [...placed, { icon: 'gap', atMs: view.media?.duration_ms ?? 0, ...rest }] : placed;
}

/** What is missing without a place in time, so that whatever is not complete has a line. Null: nothing. */
function unplaced({ loss, recording }: Facts, hasPlaces: boolean) {
  const parts = partsMissingAtEnd(recording);
  if (parts > 0) {
    const last = parts === 1 ? 'the last part' : `the last ${formatCount(parts)} parts`;
    const text = `Missing: ${last} of ${formatCount(loss.chunks_expected)}`;
    return { text, chip: 'End missing' };
  }
  if (hasPlaces || isWhole(loss)) return null;
  return { text: `Missing: ${lossWords(loss)}`, chip: null };
}

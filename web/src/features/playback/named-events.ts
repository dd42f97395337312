import type { RecordingView } from '../../api/recordings';
import { formatDuration } from '../../ui/format';
import { missingPlaces, seconds } from '../../ui/loss';
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

/** Everything that happened besides talking, in the order of time: events, stutters, and what is missing. */
export function namedEvents(view: Pick<RecordingView, 'events' | 'loss'>): NamedEvent[] {
  const events = view.events.flatMap((event) => {
    const words = eventWords(event);
    return words ? [{ ...words, atMs: event.at_ms }] : [];
  });
  const all = [...events, ...stutters(view.events), ...gaps(view.loss)];
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

const gaps = (loss: RecordingView['loss']): NamedEvent[] =>
  missingPlaces(loss).map(({ span, words, ms }) => ({
    icon: 'gap',
    text: `Missing: ${words}`,
    chip: `${seconds(ms)} missing`,
    atMs: span.startMs,
  }));

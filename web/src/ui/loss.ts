import type { Recording, RecordingView } from '../api/recordings';
import { formatCount } from './format';
import type { SeamGap } from './seam-data';

/** What is missing from a recording. Card, library, player and transcript all use this. Pure. */
export type Loss = RecordingView['loss'];
export type LossChannel = Loss['channels'][number]['channel'];
type RowLoss = Pick<
  Recording,
  'chunks_stored' | 'last_seq' | 'missing_seqs' | 'missing_ms' | 'left_out'
>;
/** The last seq of a session that ended before its first second. */
export const kNothingRecorded = -1;
export type Span = { readonly startMs: number; readonly endMs: number };

/** In the order of importance: a voice, then pictures, then messages. */
const kRowOrder = ['microphone', 'model', 'camera', 'messages'] as const;
const kOrder: readonly LossChannel[] = kRowOrder;
const kWords: Record<LossChannel, string> = {
  microphone: 'your voice',
  model: 'the model’s voice',
  camera: 'camera',
  messages: 'messages',
  words: 'words',
  events: 'events',
  turns: 'turns',
};
/** A shorter gap cannot be heard or seen, and would be shown as 0.0 s. */
const kGapMsMin = 50;

/** The same stretches of time in order and without overlaps. */
export function unionOf(spans: readonly Span[]): Span[] {
  const union: Span[] = [];
  for (const span of [...spans].sort((a, b) => a.startMs - b.startMs)) {
    const last = union.at(-1);
    if (last && span.startMs <= last.endMs) {
      union[union.length - 1] = { ...last, endMs: Math.max(last.endMs, span.endMs) };
    } else {
      union.push(span);
    }
  }
  return union;
}

export const lengthOf = (spans: readonly Span[]): number =>
  spans.reduce((sum, { startMs, endMs }) => sum + endMs - startMs, 0);

/** The stretches that a channel lacks, without overlaps. */
export function gapsOf(loss: Loss, channel: LossChannel): Span[] {
  const gaps = loss.channels.find((one) => one.channel === channel)?.gaps ?? [];
  const spans = gaps.map(({ start_ms, end_ms }) => ({ startMs: start_ms, endMs: end_ms }));
  return unionOf(spans).filter(({ startMs, endMs }) => endMs - startMs >= kGapMsMin);
}

export type Missing = {
  readonly channel: LossChannel;
  /** "your voice", "camera" … */
  readonly words: string;
  readonly gaps: readonly Span[];
  readonly ms: number;
};

/** The channels with gaps, the most important first. */
export const missingOf = (loss: Loss): Missing[] =>
  kOrder
    .map((channel) => {
      const gaps = gapsOf(loss, channel);
      return { channel, words: kWords[channel], gaps, ms: lengthOf(gaps) };
    })
    .filter(({ gaps }) => gaps.length > 0);

export const seconds = (ms: number): string => `${(ms / 1000).toFixed(1)} s`;
const chunksMissing = (loss: Loss) => Math.max(0, loss.chunks_expected - loss.chunks_stored);

const kInMessages: readonly LossChannel[] = ['microphone', 'model', 'messages'];

/** Whether messages are missing that have no place in time. The camera's events tell what it skipped. */
const hasLeftOut = (loss: Loss): boolean =>
  loss.channels.some(
    ({ channel, missing }) =>
      kInMessages.includes(channel) && missing > 0 && gapsOf(loss, channel).length === 0,
  );

export const isWhole = (loss: Loss): boolean =>
  chunksMissing(loss) === 0 && missingOf(loss).length === 0 && !hasLeftOut(loss);

type LossSum = {
  /** The most important comes first. */
  readonly missing: readonly Pick<Missing, 'words' | 'ms'>[];
  readonly chunksMissing: number;
  readonly chunksExpected: number;
  readonly leftOut: boolean;
};

const wordsOf = (sum: LossSum): string => {
  const { chunksMissing: chunks, chunksExpected } = sum;
  const [worst] = sum.missing;
  if (worst) return `${seconds(worst.ms)} of ${worst.words}`;
  if (chunks > 0) return `${formatCount(chunks)} of ${formatCount(chunksExpected)} parts`;
  return sum.leftOut ? 'Some messages' : 'Complete';
};

/** For a badge, what is missing: "2.0 s of your voice", "Some messages"; "Complete". */
export const lossWords = (loss: Loss): string =>
  wordsOf({
    missing: missingOf(loss),
    chunksMissing: chunksMissing(loss),
    chunksExpected: loss.chunks_expected,
    leftOut: hasLeftOut(loss),
  });

/** The same from what a list knows about a recording. The server has added up the gaps by the same rules. */
export function rowLossWords(recording: RowLoss): string {
  const chunksExpected =
    recording.last_seq === null
      ? recording.chunks_stored + recording.missing_seqs.length
      : recording.last_seq + 1;
  return wordsOf({
    missing: kRowOrder
      .map((channel) => ({ words: kWords[channel], ms: recording.missing_ms[channel] }))
      .filter(({ ms }) => ms > 0),
    chunksMissing: Math.max(0, chunksExpected - recording.chunks_stored),
    chunksExpected,
    leftOut: recording.left_out,
  });
}

/**
 * How many parts are missing at the end. Nothing in the recording tells how long they were, so that they have no place
 * in time.
 */
export function partsMissingAtEnd({
  last_seq: last,
  missing_seqs: missing,
}: Pick<Recording, 'last_seq' | 'missing_seqs'>): number {
  if (last === null) return 0;
  const lost = new Set(missing);
  let first = last;
  while (lost.has(first)) first -= 1;
  return last - first;
}

type MissingPlace = {
  readonly span: Span;
  /** Everything that is missing there. */
  readonly words: string;
  /** Of the most important of it, as in the badge. */
  readonly ms: number;
};

/** The stretches in which anything is missing. Each has one line. */
export function missingPlaces(loss: Loss): MissingPlace[] {
  const missing = missingOf(loss);
  return unionOf(missing.flatMap(({ gaps }) => gaps)).map((span) => {
    const parts = missing.flatMap(({ words, gaps }) => {
      const here = gaps.filter(
        ({ startMs, endMs }) => startMs < span.endMs && endMs > span.startMs,
      );
      return here.length > 0 ? [{ words, ms: lengthOf(here) }] : [];
    });
    return {
      span,
      words: parts.map(({ words, ms }) => `${seconds(ms)} of ${words}`).join(', '),
      ms: parts[0]?.ms ?? 0,
    };
  });
}

/** The gaps for the hatch in the drawing of the two voices. */
export const seamGaps = (loss: Loss): SeamGap[] => [
  ...gapsOf(loss, 'microphone').map((gap) => ({ lane: 'person' as const, ...gap })),
  ...gapsOf(loss, 'model').map((gap) => ({ lane: 'model' as const, ...gap })),
];

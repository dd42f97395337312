import { formatCount } from '../../ui/format';
import { gapsOf, isWhole, type Loss, missingOf, seconds } from '../../ui/loss';

export type LossRow = {
  readonly name: string;
  readonly kept: string;
  readonly missing: string;
  readonly gaps: readonly { readonly startMs: number; readonly text: string }[];
};

const kNames = {
  microphone: 'Your voice',
  model: 'Model’s voice',
  camera: 'Camera',
  messages: 'Messages',
  words: 'Words',
  events: 'Events',
  turns: 'Turns',
} as const;

/** For example "0 of 18 234 blocks missing", even when nothing is missing. */
export const lossRows = (loss: Loss): LossRow[] =>
  loss.channels.map((channel) => ({
    name: kNames[channel.channel],
    kept: `${formatCount(channel.kept)} ${channel.unit}`,
    missing:
      channel.kept + channel.missing === 0
        ? 'none came'
        : `${formatCount(channel.missing)} of ${formatCount(channel.kept + channel.missing)}`,
    gaps: gapsOf(loss, channel.channel).map(({ startMs, endMs }) => ({
      startMs,
      text: seconds(endMs - startMs),
    })),
  }));

/** What the recording holds but is too much to show. */
const cutWords = (loss: Loss): string =>
  loss.channels
    .filter(
      ({ channel, missing }) =>
        (channel === 'words' || channel === 'events' || channel === 'turns') && missing > 0,
    )
    .map(({ channel, unit, missing }) =>
      channel === 'words'
        ? ` ${formatCount(missing)} ${unit} of words are too many to show; the download has them.`
        : ` ${formatCount(missing)} ${unit} are too many to show; the download has them.`,
    )
    .join('');

/** What is here of a whole recording, in which single pictures may have been skipped. */
function whatIsHere(loss: Loss): string {
  const skipped = loss.channels.find(({ channel }) => channel === 'camera')?.missing ?? 0;
  if (skipped === 0) return 'All sound and pictures are here.';
  return skipped === 1
    ? 'All sound is here; 1 picture was skipped.'
    : `All sound is here; ${formatCount(skipped)} pictures were skipped.`;
}

/** One sentence at the top of the report. */
export function lossSentence(loss: Loss): string {
  if (isWhole(loss)) {
    return `0 of ${formatCount(loss.chunks_expected)} chunks missing. ${whatIsHere(loss)}${cutWords(loss)}`;
  }
  const parts = missingOf(loss).map(({ words, ms }) => `${seconds(ms)} of ${words}`);
  if (parts.length > 0) return `Missing: ${parts.join(', ')}.${cutWords(loss)}`;
  const chunks = loss.chunks_expected - loss.chunks_stored;
  if (chunks <= 0) return `Messages are missing that have no place in time.${cutWords(loss)}`;
  return `${formatCount(chunks)} of ${formatCount(loss.chunks_expected)} chunks missing.${cutWords(loss)}`;
}

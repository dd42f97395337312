import type { RecordingView } from '../../api/recordings';

type Loss = RecordingView['loss'];
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
} as const;

/** 18 234, as the design writes large numbers. */
export const formatCount = (count: number) => String(count).replace(/\B(?=(\d{3})+(?!\d))/g, ' ');

const seconds = (ms: number) => `${(ms / 1000).toFixed(1)} s`;
const lost = (channel: Loss['channels'][number]) =>
  channel.gaps.reduce((sum, gap) => sum + gap.end_ms - gap.start_ms, 0);

export const nothingMissing = (loss: Loss) =>
  loss.chunks_stored >= loss.chunks_expected && loss.channels.every((one) => one.missing === 0);

/** "0 of 18 234 blocks missing", also when perfect. */
export const lossRows = (loss: Loss): LossRow[] =>
  loss.channels.map((channel) => ({
    name: kNames[channel.channel],
    kept: `${formatCount(channel.kept)} ${channel.unit}`,
    missing: `${formatCount(channel.missing)} of ${formatCount(channel.kept + channel.missing)}`,
    gaps: channel.gaps.map((gap) => ({
      startMs: gap.start_ms,
      text: seconds(gap.end_ms - gap.start_ms),
    })),
  }));

/** One sentence for the head of the report. */
export function lossSentence(loss: Loss): string {
  if (nothingMissing(loss)) {
    return `0 of ${formatCount(loss.chunks_expected)} chunks missing. All sound and pictures are here.`;
  }
  const parts = loss.channels
    .filter((channel) => channel.missing > 0)
    .map((channel) => `${seconds(lost(channel))} of ${kNames[channel.channel].toLowerCase()}`);
  const chunks = loss.chunks_expected - loss.chunks_stored;
  if (parts.length > 0) return `Missing: ${parts.join(', ')}.`;
  return `${formatCount(chunks)} of ${formatCount(loss.chunks_expected)} chunks missing.`;
}

/** For the badge in the head of the player. */
export function lossBadge(loss: Loss): string {
  if (nothingMissing(loss)) return 'Complete';
  const worst = loss.channels.reduce((a, b) => (lost(b) > lost(a) ? b : a));
  return lost(worst) > 0
    ? `${seconds(lost(worst))} of ${kNames[worst.channel].toLowerCase()} missing`
    : 'With gaps';
}

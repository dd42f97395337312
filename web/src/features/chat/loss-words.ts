import type { RecordingView } from '../../api/recordings';

const kChannelWords = {
  microphone: 'your voice',
  model: 'the model’s voice',
  camera: 'camera',
  messages: 'messages',
} as const;

/** The largest gap of a recording in words, for its badge: "1.2 s of camera". Null when nothing is missing. */
export function lossWords(loss: RecordingView['loss']): string | null {
  const lengths = loss.channels.map(({ channel, gaps }) => ({
    channel,
    ms: gaps.reduce((sum, gap) => sum + (gap.end_ms - gap.start_ms), 0),
  }));
  const worst = lengths.reduce((a, b) => (b.ms > a.ms ? b : a), {
    channel: 'camera' as const,
    ms: 0,
  } as (typeof lengths)[number]);
  if (worst.ms > 0) return `${(worst.ms / 1000).toFixed(1)} s of ${kChannelWords[worst.channel]}`;
  const chunks = loss.chunks_expected - loss.chunks_stored;
  return chunks > 0 ? `${chunks} of ${loss.chunks_expected} parts missing` : null;
}

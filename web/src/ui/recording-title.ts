import type { Recording } from '../api/recordings';

type Named = Pick<Recording, 'state' | 'title' | 'first_words' | 'duration_ms' | 'quiet'>;

/** The title of a recording: the name that a person gave, otherwise its first words, otherwise its state. Pure. */
export function recordingTitle(recording: Named): string {
  const { title, first_words: words } = recording;
  if (title !== null) return title;
  if (recording.state === 'recording') return recording.quiet ? 'Live session' : 'Live now';
  if (words) return `“${words}”`;
  return recording.duration_ms === null ? 'Live session' : 'Nobody spoke';
}

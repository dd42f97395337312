import type { Recording } from '../api/recordings';

type Named = Pick<Recording, 'state' | 'title' | 'first_words' | 'duration_ms' | 'quiet'>;

/** What a recording is called: as a person named it, else by its first words, else by how it stands. Pure. */
export function recordingTitle(recording: Named): string {
  const { title, first_words: words } = recording;
  if (title !== null) return title;
  if (recording.state === 'recording') return recording.quiet ? 'Live session' : 'Live now';
  if (words) return `“${words}”`;
  return recording.duration_ms === null ? 'Live session' : 'Nobody spoke';
}

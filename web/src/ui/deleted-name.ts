import type { Recording } from '../api/recordings';
import { isolated } from '../media/text';
import { formatClock } from './format';

type Named = Pick<Recording, 'title' | 'first_words' | 'created_at'>;

/**
 * What was deleted, for the sentence beside Undo: two deletions within the time for Undo must differ, and many
 * recordings begin with the same words, so the time belongs to it. `recordings`: at least one. Pure.
 */
export function deletedName(recordings: readonly Named[]): string {
  const [first, ...others] = recordings;
  if (!first) return '';
  const words = first.title ?? first.first_words;
  const what = words ? `“${isolated(words)}” of` : 'Recording of';
  const name = `${what} ${formatClock(first.created_at)}`;
  return others.length > 0 ? `${name} and ${others.length} more` : name;
}

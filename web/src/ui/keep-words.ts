import type { About } from '../api/about';
import type { Recording } from '../api/recordings';
import { formatCount, formatDate } from './format';

type Rules = About['retention'];
type Kept = Pick<Recording, 'hold' | 'expires_at'>;

/** So many days before it is erased, a list says so. */
const kSoonDays = 14;
const kDayMs = 86_400_000;
const kYearDays = 365;

/** "one day", "30 days", "2 years". Pure. */
export function daysWords(days: number): string {
  if (days === 1) return 'one day';
  if (days % kYearDays === 0) {
    return days === kYearDays ? 'one year' : `${formatCount(days / kYearDays)} years`;
  }
  return `${formatCount(days)} days`;
}

/** How long recordings are kept here when nobody chooses, as the end of a sentence. Pure. */
export const usuallyKept = ({ days }: Rules): string =>
  days === null ? 'until you delete it' : `for ${daysWords(days)}, or until you delete it`;

/** How long this one is kept, as a sentence. Pure. */
export function keptSentence({ hold, expires_at }: Kept): string {
  if (hold === 'legal') return 'An admin holds your account: nothing of it is erased.';
  if (hold === 'own') return 'You hold it: nothing erases it.';
  if (expires_at !== null) return `It is erased on ${formatDate(expires_at)}.`;
  return 'It is kept until you delete it.';
}

/** What a list and the player say of it; null: there is nothing to know. Pure. */
export function keptFact({ hold, expires_at }: Kept, now: Date): string | null {
  if (hold !== null) return 'Held';
  if (expires_at === null) return null;
  const soon = Date.parse(expires_at) - now.getTime() < kSoonDays * kDayMs;
  return soon ? `Erased on ${formatDate(expires_at)}` : null;
}

import type { Share } from '../api/shares';
import { formatCount, formatDuration, formatMomentWithin } from './format';

/** The shares that let somebody look now. Pure. */
export const sharesAt = (shares: readonly Share[], now: Date): readonly Share[] =>
  shares.filter(({ expires_at }) => expires_at === null || new Date(expires_at) > now);

/** Who can see it, in a few words: "Only you", "2 people", "Anyone with the link". Pure. */
export function audience(shares: readonly Share[], now: Date): string {
  const active = sharesAt(shares, now);
  const people = active.filter(({ kind }) => kind === 'user').length;
  const links = active.length - people;
  const persons = people === 1 ? '1 person' : `${people} people`;
  if (links > 0) return people > 0 ? `Anyone with the link, ${persons}` : 'Anyone with the link';
  return people > 0 ? `You and ${persons}` : 'Only you';
}

/** For whom a share is. Pure. */
export function receiver({ kind, email, needs_login }: Share): string {
  if (kind === 'user') return email ?? 'A person';
  return needs_login ? 'Anyone with the link who logs in here' : 'Anyone with the link';
}

const dayOf = (time: string) =>
  new Date(time).toLocaleDateString('en-GB', { day: 'numeric', month: 'long', year: 'numeric' });

/** What else there is to say about a share, as one line. `ofChat`: the list is about a recording of the chat. Pure. */
export function shareFacts(share: Share, about: 'recording' | 'chat', now: Date): string {
  const facts: string[] = [];
  if (about === 'recording' && share.chat_id !== null) facts.push('by its chat');
  if (share.start_ms !== null) facts.push(`begins at ${formatDuration(share.start_ms)}`);
  facts.push(share.may_download ? 'may download' : 'to watch only');
  if (share.expires_at !== null) {
    const over = new Date(share.expires_at) <= now;
    facts.push(`${over ? 'expired on' : 'until'} ${dayOf(share.expires_at)}`);
  }
  facts.push(openedWords(share, now));
  return facts.join(' · ');
}

function openedWords({ opened, last_opened_at }: Share, now: Date): string {
  if (opened === 0 || last_opened_at === null) return 'not opened yet';
  const times = opened === 1 ? 'once' : `${formatCount(opened)} times`;
  return `opened ${times}, last ${formatMomentWithin(last_opened_at, now)}`;
}

/** Who will see what is recorded in a chat, as a sentence; for the sheet before the first recording. Pure. */
export function audienceSentence(shares: readonly Share[], now: Date): string {
  const names = [...new Set(sharesAt(shares, now).map(receiver))].sort();
  if (names.length === 0) return 'Only you, until you share it.';
  return `You, and those with whom this chat is shared: ${names.join(', ')}.`;
}

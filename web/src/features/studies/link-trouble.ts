import { ApiError } from '../../api/api-error';

export type Trouble = { readonly title: string; readonly text: string };

const kAsk = 'Ask the person who sent it to you for a new one.';

const kTroubles: Readonly<Record<string, Trouble>> = {
  'link-used': {
    title: 'This link was used already',
    text: `Each link is for one person. If you are that person, go on in the browser in which you began; otherwise ask for a link of your own.`,
  },
  'link-expired': { title: 'This link has expired', text: `It came too late. ${kAsk}` },
  'link-revoked': { title: 'This link was taken back', text: kAsk },
  'link-unknown': {
    title: 'This link does not work',
    text: `It may be cut off at its end. Copy the whole of it, or ask for a new one.`,
  },
  'no-participation': {
    title: 'Open your link',
    text: 'This page needs the link that you got. Open it once more from there.',
  },
  'study-closed': {
    title: 'This study takes nobody at the moment',
    text: 'It has not begun yet, or it is over. Ask the person who sent you the link.',
  },
  'study-full': {
    title: 'This study has all the people that it needs',
    text: 'Thank you for wanting to help. Nothing was recorded.',
  },
};

/** What a refusal means for the person with the link; null: it may pass by itself. Pure. */
export function troubleOf(error: unknown): Trouble | null {
  if (!(error instanceof ApiError) || error.kind !== 'problem') return null;
  if (error.status === 400) return kTroubles['link-unknown'] ?? null;
  // Nobody is known here: neither by a link nor by a login.
  if (error.status === 401) return kTroubles['no-participation'] ?? null;
  return kTroubles[error.code] ?? null;
}

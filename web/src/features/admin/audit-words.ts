import type { AuditEntry } from '../../api/audit';

/** What was done, after the name of who did it. `{user}`: the name of the user to whom it was done. */
export const kDeeds: Readonly<Record<string, string>> = {
  logged_in: 'logged in',
  logged_out: 'logged out',
  login_session_ended: 'ended one of their logins',
  login_sessions_ended: 'ended all of their logins',
  session_started: 'started a live session',
  token_minted: 'got another token for a live session',
  recording_viewed: 'opened a recording',
  recording_downloaded: 'downloaded from a recording',
  recording_erased: 'deleted a recording',
  retention_changed: 'changed how long a recording is kept',
  consent_withdrawn: 'withdrew their consent to a recording',
  chat_erased: 'deleted a chat',
  api_token_made: 'made an API token',
  api_token_removed: 'removed an API token',
  user_changed: 'changed the account of {user}',
  user_invited: 'invited somebody',
  invitation_taken_back: 'took an invitation back',
  handed_over: 'handed over what {user} owned',
  share_made: 'shared something',
  share_revoked: 'ended a share',
  share_opened: 'opened something shared',
  study_opened: 'looked at the link to a study',
  study_begun: 'agreed to take part in a study',
  study_answered: 'answered the questions of a study',
  study_talked: 'ended the talk of a study',
  study_withdrawn: 'withdrew from a study',
  account_export_begun: 'asked for an export of their account',
  account_export_downloaded: 'downloaded an export of their account',
  account_export_removed: 'removed an export of their account',
  account_erased: 'erased their account',
};

/** For a kind that a later version of the server writes. */
const unknownDeed = (event: string): string => `did this: ${event.replaceAll('_', ' ')}`;

/** The name of the server itself, as the one who did something. */
export const kServerName = 'The server';

/** What somebody is called; null: there is no such user any more. */
export type NameOf = (userId: string) => string | null;

const named = (nameOf: NameOf, id: string): string => nameOf(id) ?? `a user who is gone`;

const kIsUser = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** "Anna", "The server", "Somebody with a link", "A participant of a study", "A user who is gone" */
export function actorWords({ actor }: AuditEntry, nameOf: NameOf): string {
  if (actor === null) return kServerName;
  if (actor.startsWith('participant ')) return 'A participant of a study';
  if (!kIsUser.test(actor)) return 'Somebody with a link';
  return nameOf(actor) ?? 'A user who is gone';
}

/** What was done, to be read after the name of who did it. */
export function deedWords(entry: AuditEntry, nameOf: NameOf): string {
  const words = kDeeds[entry.event] ?? unknownDeed(entry.event);
  if (entry.object.kind !== 'user') return words;
  const self = entry.object.id === entry.actor;
  return words.replace('{user}', self ? 'themselves' : named(nameOf, entry.object.id));
}

const kUuid = /[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/g;

/** Whether an id in the detail is that of a user. */
const namesUser = ({ event }: AuditEntry): boolean => event === 'handed_over';

/** What else is known, with names in place of the ids of users. */
export function factsWords(entry: AuditEntry, nameOf: NameOf): string {
  const detail = entry.detail.replace(kUuid, (id) => (namesUser(entry) ? (nameOf(id) ?? id) : id));
  return [
    detail,
    ...(entry.address ? [`from ${entry.address}`] : []),
    ...(entry.request_id ? [`request ${entry.request_id}`] : []),
  ]
    .filter(Boolean)
    .join(' · ');
}

/** The users whom an entry names. */
export function usersIn(entry: AuditEntry): readonly string[] {
  return [
    ...(entry.actor !== null && kIsUser.test(entry.actor) ? [entry.actor] : []),
    ...(entry.object.kind === 'user' ? [entry.object.id] : []),
    ...(namesUser(entry) ? (entry.detail.match(kUuid) ?? []) : []),
  ];
}

/**
 * Where the object can be opened by the person `meId`; null where it cannot: it was deleted, or it is not theirs, which an
 * admin does not see either, or the log does not tell its id (chats and live sessions).
 */
export function addressOf(entry: AuditEntry, meId: string): string | null {
  const { kind, id } = entry.object;
  const there = kind === 'recording' && entry.event !== 'recording_erased';
  return there && entry.actor === meId ? `/recordings/${id}` : null;
}

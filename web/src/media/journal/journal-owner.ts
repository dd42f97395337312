/**
 * To whom a journal belongs. Where people log in, several may use one browser: a journal is sent only while its own
 * person is logged in, and others see nothing of it, neither how much it is nor what.
 */
import { isObject, judge } from '../../api/answer';
import { readAnswer } from '../../api/read-answer';
import type { Send } from './chunk-requests';

/** An answer that takes longer counts as none. */
const kAnswerMsMax = 10_000;

export type Asker =
  | { readonly kind: 'person'; readonly id: string }
  /** The server wants a login first. */
  | { readonly kind: 'nobody' }
  /** It did not say it: it is away, or older than logins. */
  | { readonly kind: 'unknown' };

/** Whom the server takes this browser for. */
export async function askWho(send: Send, apiBase: string): Promise<Asker> {
  const signal = AbortSignal.timeout(kAnswerMsMax);
  const judged = judge(
    await readAnswer((async () => send(`${apiBase}/me`, { redirect: 'manual', signal }))()),
  );
  if (judged.kind === 'problem' && judged.problem.status === 401) return { kind: 'nobody' };
  if (judged.kind !== 'json' || !isObject(judged.body)) return { kind: 'unknown' };
  const { id, authenticated_by } = judged.body;
  if (typeof id !== 'string' || typeof authenticated_by !== 'string') return { kind: 'unknown' };
  return { kind: 'person', id };
}

/**
 * Whether a journal may be sent and shown now. `owner` null: it names none, since it is older than logins or the server
 * could not be asked; the server then decides. Where it is not known who asks, the server decides, too. Pure.
 */
export const isTheirs = (owner: string | null, asker: Asker): boolean =>
  owner === null || asker.kind === 'unknown' || (asker.kind === 'person' && asker.id === owner);

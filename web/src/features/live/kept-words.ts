import type { KeptChunks, LiveSnapshot } from '../../media/live-session';

/** The length of chunks in words. A chunk lasts about a second, and people can imagine seconds. */
export const secondsWords = (seconds: number) => `${Math.max(1, Math.round(seconds))} s`;

/** A sentence with a leading space that names what answers instead of the server; empty when nothing does. */
export const foreignWords = (answers: string): string =>
  answers === '' || answers === 'no answer'
    ? ''
    : ` Something else answers in its place (${answers}), for example a sign-in page of the network.`;

export const keptTitle = ({ chunks }: KeptChunks): string =>
  chunks === 1 ? 'One part is not accepted.' : `${chunks} parts are not accepted.`;

/** Why chunks stay in this browser. */
export function keptReason({ by, words }: KeptChunks): string {
  switch (by) {
    case 'server':
      return `The server said: ${words}`;
    case 'network':
      return words === 'no answer'
        ? 'It gets no answer, while others do.'
        : `Something before the server answers in its place (${words}), while others arrive.`;
    case 'browser':
      return `This browser cannot read it now: ${words}`;
  }
}

/** What is recorded of a session that ended by itself. It says "recorded" only of what really is. */
export function recordedWords(
  length: string,
  { notRecorded, spool }: Pick<LiveSnapshot, 'notRecorded' | 'spool'>,
): string {
  if (notRecorded) return `Not everything is recorded. ${notRecorded}`;
  const waits = spool.waitingChunks > 0 ? spool.waitingSeconds : 0;
  const chunks = spool.waitingChunks + (spool.kept?.chunks ?? 0);
  if (chunks === 0) return `Everything until ${length} is recorded.`;
  const part = waits > 0 ? secondsWords(waits) : `${chunks} s`;
  return `Everything until ${length} is recorded; ${part} of it are in this browser and are sent as soon as the server takes them.`;
}

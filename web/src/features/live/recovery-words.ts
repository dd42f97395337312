import type { OrphanProgress } from '../../media/live-session';
import { foreignWords, keptReason, secondsWords } from './kept-words';

export type RecoveryWords = {
  readonly title: string;
  readonly text: string;
  readonly tone: 'plain' | 'error';
  /** The buttons in their order. `download` downloads what is kept. */
  readonly actions: readonly ('play' | 'download' | 'discard' | 'close')[];
};

const missing = (chunks: number | null): string => {
  if (chunks === null || chunks === 0) return '';
  return chunks === 1 ? 'One part is missing.' : `${chunks} parts are missing.`;
};

/**
 * What is said about a session whose rest was in this browser. It says `complete` only when the server has said so.
 * Pure.
 */
export function recoveryWords(orphan: OrphanProgress): RecoveryWords | null {
  const seconds = secondsWords(orphan.durationSeconds);
  switch (orphan.state) {
    case 'discarded':
      return null;
    case 'done':
      return {
        title: 'The session is complete.',
        text: 'What was left in this browser is on the server now.',
        tone: 'plain',
        actions: ['play', 'close'],
      };
    case 'gaps':
      return {
        title: 'The rest of a session is sent.',
        text: `It is not complete. ${missing(orphan.missingChunks)} Nothing of it is in this browser any more.`,
        tone: 'plain',
        actions: ['play', 'close'],
      };
    case 'kept':
      return {
        title: `${seconds} of a session could not be sent.`,
        text: `${orphan.kept ? keptReason(orphan.kept) : ''} Kept in this browser and tried again at your next visit. ${missing(orphan.missingChunks)}`,
        tone: 'error',
        actions: ['download', 'discard', 'close'],
      };
    case 'unknown':
      return {
        title: 'The server does not know a session of this browser.',
        text: `Perhaps it was started with other data. ${seconds} are kept in this browser and are offered again at your next visit.`,
        tone: 'error',
        actions: ['download', 'discard', 'close'],
      };
    case 'waiting':
      return {
        title: 'Sending the rest of a session.',
        text: `${seconds} are in this browser. They are sent as soon as the server answers.${foreignWords(orphan.answers)}`,
        tone: 'plain',
        actions: ['discard'],
      };
    case 'sending':
      return {
        title: 'Sending the rest of a session.',
        text: `${seconds} were still in this browser. Keep this page open for a moment.`,
        tone: 'plain',
        actions: ['discard'],
      };
  }
}

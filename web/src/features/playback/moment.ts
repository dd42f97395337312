import type { RecordingView } from '../../api/recordings';
import { formatDuration } from '../../ui/format';
import type { Turn } from './turns';

/** So much before and after the moment belongs to it. */
const kAroundMs = 15_000;
const kWordsCharsMax = 1_500;

const heardWords = (turn: Turn): string =>
  turn.words
    .filter(({ heard }) => heard)
    .map(({ text }) => text)
    .join('')
    .trim();

/** What was said around a moment, one line for each turn. Pure. */
export function wordsAround(turns: readonly Turn[], ms: number): string {
  const lines = turns
    .filter((turn) => turn.end_ms >= ms - kAroundMs && turn.start_ms <= ms + kAroundMs)
    .map((turn) => ({ who: turn.speaker === 'person' ? 'I' : 'You', words: heardWords(turn) }))
    .filter(({ words }) => words !== '')
    .map(({ who, words }) => `> ${who}: ${words}`);
  return [...lines.join('\n')].slice(0, kWordsCharsMax).join('');
}

/** How a question about a moment begins. Pure. */
export function questionAbout(view: Pick<RecordingView, 'turns'>, ms: number): string {
  const said = wordsAround(view.turns, ms);
  return `About ${formatDuration(ms)} of our live session:\n${said === '' ? '' : `${said}\n`}\n`;
}

/** The picture of the moment as a file for a message; null while there is none. */
export async function pictureFile(video: HTMLVideoElement, ms: number): Promise<File | null> {
  if (video.videoWidth === 0 || video.readyState < HTMLMediaElement.HAVE_CURRENT_DATA) return null;
  const canvas = document.createElement('canvas');
  canvas.width = video.videoWidth;
  canvas.height = video.videoHeight;
  canvas.getContext('2d')?.drawImage(video, 0, 0);
  const blob = await new Promise<Blob | null>((resolve) =>
    canvas.toBlob(resolve, 'image/jpeg', 0.92),
  );
  const name = `moment-${formatDuration(ms).replaceAll(':', '-')}.jpg`;
  return blob ? new File([blob], name, { type: 'image/jpeg' }) : null;
}

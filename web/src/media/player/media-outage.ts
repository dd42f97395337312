/** Finds out why the media of a recording failed, and what to do. Pure except for the request itself. */
import { judge, type RawAnswer } from '../../api/answer';
import { readAnswer } from '../../api/read-answer';

/** `there`: the server has the media. `gone`: it says that there are none. `away`: it does not answer, or not now. */
export type Probe = 'there' | 'gone' | 'away';

/** What the answer to a request for the first byte means. A page of another server is no film. */
export function probeOf(answer: RawAnswer): Probe {
  const isFilm = /^(video|audio)\/webm\b/.test(answer.contentType);
  if ((answer.status === 200 || answer.status === 206) && isFilm) return 'there';
  const judged = judge(answer);
  if (judged.kind !== 'problem') return 'away';
  return judged.problem.status === 404 || judged.problem.status === 410 ? 'gone' : 'away';
}

export const askMedia = async (url: string): Promise<Probe> =>
  probeOf(
    await readAnswer(
      // The server may send the browser to a bucket. A sign-in page is no film, or is on an origin that may not be asked.
      fetch(url, { headers: { Range: 'bytes=0-0' }, cache: 'no-store' }),
    ),
  );

const kFirstMs = 1000;
const kMsMax = 10_000;
/** When the server has the film but it fails this often without a picture in between, this browser cannot play it. */
export const kReloadsMax = 3;

/** How long to wait before the next request, after so many without success. */
export const askAgainMs = (asked: number): number => Math.min(kMsMax, kFirstMs * 2 ** (asked - 1));

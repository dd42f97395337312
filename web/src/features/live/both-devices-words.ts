import type { About } from '../../api/about';
import type { LiveProblem } from '../../media/live-session';
import { type ProblemWords, problemWords } from './problem-words';

type Words = Pick<ProblemWords, 'title' | 'text'>;

/** By what the microphone has, when the camera has the same. */
const kSame: Readonly<Record<string, { readonly camera: LiveProblem['kind'] } & Words>> = {
  'microphone-blocked': {
    camera: 'camera-blocked',
    title: 'The browser blocks microphone and camera',
    text: 'Allow them in the address bar, then check again.',
  },
  'microphone-busy': {
    camera: 'camera-busy',
    title: 'Other programs use microphone and camera',
    text: 'Close the programs that have them, or choose others, then check again.',
  },
  'microphone-failed': {
    camera: 'camera-failed',
    title: 'Microphone and camera did not start',
    text: 'The system gave up opening them. Unplug them and plug them in again, then check again.',
  },
  'no-microphone': {
    camera: 'no-camera',
    title: 'No microphone and no camera found',
    text: 'Plug one in. We notice it by ourselves.',
  },
};

/** The words for a problem of the microphone while the camera has one, too: both are named. Pure. */
export function bothDevicesWords(
  microphone: LiveProblem,
  camera: LiveProblem,
  about: About | undefined,
): ProblemWords {
  const words = problemWords(microphone, about);
  const same = kSame[microphone.kind];
  if (same?.camera === camera.kind) return { ...words, title: same.title, text: same.text };
  return { ...words, title: `${words.title} · ${problemWords(camera, about).title}` };
}

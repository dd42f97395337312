import type { About } from '../../api/about';
import type { LiveProblem } from '../../media/live-session';
import { formatBytes, formatCount } from '../../ui/format';
import { concernsKey, noTokenTitle } from './no-token-words';

/** The actions that a problem offers, in the order of their buttons. The first is the main one. */
export type ProblemAction =
  | 'check-again'
  | 'try-again'
  | 'voice-only'
  | 'no-microphone'
  | 'write-only'
  | 'without-recording'
  | 'open-library';

export type ProblemWords = {
  readonly title: string;
  readonly text: string;
  /** Sentences that are shown only while their action is possible, for example pictures while the camera works. */
  readonly also?: readonly { readonly action: ProblemAction; readonly text: string }[];
  /** `error`: something is broken; `plain`: something is missing. */
  readonly tone: 'plain' | 'error';
  readonly actions: readonly ProblemAction[];
  /** The page of settings tells how to set a key for the model. */
  readonly keyHelp?: boolean;
};

export const kActionWords: Readonly<Record<ProblemAction, string>> = {
  'check-again': 'Check again',
  'try-again': 'Try again',
  'voice-only': 'Start with voice only',
  'no-microphone': 'Start without microphone',
  'write-only': 'Write instead',
  'without-recording': 'Talk without recording',
  'open-library': 'Open library',
};

/** What several problems have in common: tone and actions. */
type Offer = Omit<ProblemWords, 'title' | 'text'>;
const kVoiceIsEnough = [{ action: 'voice-only', text: 'Your voice is enough.' }] as const;
const kYouCanWrite = { action: 'write-only', text: 'You can still write.' } as const;
const kCheckMicrophone: Offer = {
  also: [kYouCanWrite],
  tone: 'plain',
  actions: ['check-again', 'no-microphone', 'write-only'],
};
const kCheckCamera: Offer = {
  also: kVoiceIsEnough,
  tone: 'plain',
  actions: ['check-again', 'voice-only'],
};
const kTryAgain: Offer = { tone: 'error', actions: ['try-again'] };
const kOpenLibrary: Offer = { tone: 'error', actions: ['open-library'] };

/** What happened, what it means for the recording, and what to do. Codes are only in the events of the recording. */
export function problemWords(problem: LiveProblem, about: About | undefined): ProblemWords {
  switch (problem.kind) {
    case 'microphone-blocked':
      return {
        title: 'The browser blocks the microphone',
        text: 'Allow it in the address bar, then check again.',
        ...kCheckMicrophone,
        also: [
          {
            action: 'no-microphone',
            text: 'You can still write, or show pictures without talking.',
          },
          kYouCanWrite,
        ],
      };
    case 'camera-blocked':
      return {
        title: 'The browser blocks the camera',
        text: 'Allow the camera in the address bar to show something.',
        ...kCheckCamera,
      };
    case 'microphone-busy':
      return {
        title: 'Another program uses the microphone',
        text: 'Close the program that has it, or choose another microphone, then check again.',
        ...kCheckMicrophone,
      };
    case 'camera-busy':
      return {
        title: 'Another program uses the camera',
        text: 'To show something, close the program that has it, then check again.',
        ...kCheckCamera,
      };
    case 'microphone-failed':
      return {
        title: 'The microphone did not start',
        text: 'The system gave up opening it. Unplug it and plug it in again, then check again.',
        ...kCheckMicrophone,
      };
    case 'camera-failed':
      return {
        title: 'The camera did not start',
        text: 'To show something, unplug the camera and plug it in again, then check again.',
        ...kCheckCamera,
      };
    case 'no-microphone':
      return {
        title: 'No microphone found',
        text: 'Plug one in. We notice it by ourselves.',
        also: [
          {
            action: 'no-microphone',
            text: 'Until then the model can see you but not hear you.',
          },
          kYouCanWrite,
        ],
        tone: 'plain',
        actions: ['no-microphone', 'write-only'],
      };
    case 'no-camera':
      return {
        title: 'No camera found',
        text: 'You can switch a camera on later, without starting again.',
        also: kVoiceIsEnough,
        tone: 'plain',
        actions: ['voice-only'],
      };
    case 'server-unreachable':
      return {
        title: 'The server does not answer',
        text: 'Nothing was started and nothing was recorded. Start the server again, then try again.',
        ...kTryAgain,
      };
    case 'disk-full':
      return {
        title: 'The server’s disk is full',
        text: fullDisk(about),
        ...kOpenLibrary,
      };
    case 'open-elsewhere':
      return {
        title: 'This session is live in another tab',
        text: 'Hang up there, or go to that tab.',
        tone: 'plain',
        actions: ['try-again'],
      };
    case 'model-unreachable':
      return modelDown(problem.address, about);
    case 'no-token':
      return {
        title: noTokenTitle(problem.code),
        text: `${problem.detail} Nothing was recorded.`,
        ...kTryAgain,
        keyHelp: concernsKey(problem.code),
      };
    case 'model-refused':
      return {
        title: 'The model refused the session',
        text: `It gave this reason: ${problem.reason || 'none'}. Nothing was recorded.`,
        ...kTryAgain,
      };
    case 'resume-refused':
      return {
        title: 'The talk could not be continued',
        text: `The model gave this reason: ${problem.reason || 'none'}.`,
        ...kTryAgain,
      };
    case 'browser-unsupported':
      return {
        title: 'This browser cannot hold a live session',
        text: `It has no ${problem.missing}. Use a current Chrome, Edge or Chromium. You can play recordings here.`,
        ...kOpenLibrary,
      };
    case 'insecure-page':
      return {
        title: 'Microphone and camera need https or localhost',
        text: 'This page came over plain http. Browsers let no such page use a microphone or a camera. Open Reprise at its https address or, on the machine where it runs, as localhost. You can play recordings here.',
        ...kOpenLibrary,
      };
    case 'keeps-nothing':
      return {
        title: 'This browser cannot record',
        text: 'It lets this page keep no files: site data are blocked, or the window is a private one. Allow site data and load the page again, or talk without recording.',
        tone: 'plain',
        actions: ['without-recording'],
      };
    case 'unexpected':
      return {
        title: 'The session could not start',
        text: `${problem.message} Nothing was recorded.`,
        ...kTryAgain,
      };
  }
}

function fullDisk(about: About | undefined): string {
  const used = about
    ? `${formatCount(about.storage.recordings)} recordings use ${formatBytes(about.storage.used_bytes)}. `
    : '';
  return `New recordings cannot start. ${used}Delete some, or give the server more room.`;
}

function modelDown(address: string, about: About | undefined): ProblemWords {
  if (about?.answers === 'google') {
    return {
      title: 'Gemini does not answer',
      text: 'This is between your browser and Google. Your chats and recordings are not affected.',
      ...kTryAgain,
    };
  }
  const place = address.replace(/^[a-z]+:\/\//, '').replace(/\/$/, '');
  return {
    title: 'The emulator does not answer',
    text: `Nothing listens at ${place}. Start it again, then check. Your chats and recordings are not affected.`,
    tone: 'error',
    actions: ['check-again'],
  };
}

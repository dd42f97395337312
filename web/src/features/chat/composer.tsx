import { StartLiveButton } from '../../ui/start-live-button';

type Props = { readonly answers: string | null; readonly onStartLive: () => void };

/** The foot of a thread: a person adds to it by talking. */
export const Composer = ({ answers, onStartLive }: Props) => (
  <div className="composer">
    <p>{answers}</p>
    <StartLiveButton onPress={onStartLive} />
  </div>
);

/** Who answers, in words. */
export const answersWords = (about: { answers: 'google' | 'emulator'; model: string }) =>
  about.answers === 'emulator'
    ? 'The emulator on this machine answers.'
    : `${about.model} by Google answers.`;

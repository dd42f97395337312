import { useQuery } from '@tanstack/react-query';
import { Mic, PhoneOff, Play, Unplug } from 'lucide-react';
import { aboutQuery } from '../../api/about';
import { Note } from '../../ui/note';
import { Link } from '../../ui/router/link';
import { StartLiveButton } from '../../ui/start-live-button';
import './welcome.css';
import { WelcomeDrawing } from './welcome-drawing';

const kSteps = [
  {
    icon: <Mic aria-hidden />,
    title: 'Talk and show',
    text: 'Use your voice and your camera. Cut in whenever you like.',
  },
  {
    icon: <PhoneOff aria-hidden />,
    title: 'Hang up',
    text: 'The recording is already there. Nothing to render, nothing to wait for.',
  },
  {
    icon: <Play aria-hidden />,
    title: 'Play session',
    text: 'Jump by turn, mute one side, see what was never heard.',
  },
];

/** The first screen: what this is and how to begin. */
export function Welcome({ onStartLive }: { readonly onStartLive: () => void }) {
  const { data: about } = useQuery(aboutQuery);
  return (
    <div className="welcome">
      <div className="welcome__inner">
        <WelcomeDrawing />
        <h1 tabIndex={-1}>Talk to it. Then play it again.</h1>
        <p className="welcome__lead">
          Have a live conversation with a model that sees and hears you. A second after you hang up
          you can play it back: every word, every picture, every interruption, in step.
        </p>
        <div className="welcome__acts">
          <StartLiveButton onPress={onStartLive} />
        </div>
        <ol className="welcome__steps">
          {kSteps.map(({ icon, title, text }) => (
            <li key={title}>
              {icon}
              <b>{title}</b>
              {text}
            </li>
          ))}
        </ol>
        {about ? null : <div className="welcome__note-room" />}
        {about?.answers === 'emulator' ? (
          <Note icon={<Unplug aria-hidden />} title="You are talking to the built-in emulator.">
            It needs no key and no network.{' '}
            <Link to="/settings#gemini-key">Set a Gemini key on the server</Link> when you want the
            real model.
          </Note>
        ) : null}
        {about?.answers === 'google' ? (
          <Note icon={<Unplug aria-hidden />} title={`You are talking to ${about.model}.`}>
            Your voice and pictures go from this browser straight to Google.
          </Note>
        ) : null}
      </div>
    </div>
  );
}

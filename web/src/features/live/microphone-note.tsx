import { Mic, MicOff } from 'lucide-react';
import type { LiveSnapshot } from '../../media/live-session';
import { Note } from '../../ui/note';

type TroubleProps = {
  readonly trouble: NonNullable<LiveSnapshot['microphoneTrouble']>;
  readonly device: string;
};

/** For an open microphone that gives no sound although the person did not mute it here. */
export const MicrophoneNote = ({ trouble, device }: TroubleProps) => (
  <Note
    icon={<MicOff aria-hidden />}
    announce="alert"
    title={
      trouble === 'muted' ? `The system muted “${device}”.` : `We hear nothing from “${device}”.`
    }
  >
    {trouble === 'muted'
      ? 'The model cannot hear you. Look for a switch on the device, or for another call that holds it.'
      : 'Is it muted? Look for a switch on the device, or choose another one under Devices and settings.'}
  </Note>
);

type DefaultProps = {
  /** The system's present choice, and the device to which the session listens. */
  readonly device: string;
  readonly used: string;
};

export const DefaultMicrophoneNote = ({ device, used }: DefaultProps) => (
  <Note
    icon={<Mic aria-hidden />}
    announce="status"
    title={`This computer’s microphone is now “${device}”.`}
  >
    {used.includes(device) ? 'It is used from now on.' : `This session stays with “${used}”.`}{' '}
    Change it under Devices and settings.
  </Note>
);

import { MicOff, VideoOff, VolumeX } from 'lucide-react';
import type { LiveSnapshot, LostDevice } from '../../media/live-session';
import { isolated } from '../../media/text';
import { Note } from '../../ui/note';

type Lost = Extract<NonNullable<LiveSnapshot['notice']>, { readonly kind: 'device-lost' }>;
type Props = Pick<Lost, 'lost' | 'instead'>;

const kIcons = {
  microphone: <MicOff aria-hidden />,
  camera: <VideoOff aria-hidden />,
  speaker: <VolumeX aria-hidden />,
};
const kTitles: Readonly<Record<LostDevice, string>> = {
  microphone: 'Microphone lost.',
  camera: 'Camera lost.',
  speaker: 'Speaker lost.',
};
/** When nothing takes the place of what was lost. */
const kWithout: Readonly<Record<LostDevice, string>> = {
  microphone: 'Plug one in: it is used at once. Until then you can write.',
  camera: 'Your voice is enough. When it is plugged in again, turn the camera on.',
  speaker: 'The speaker of the system is used.',
};

/** For a device that went away by itself in the middle of a talk. */
export const LostDeviceNote = ({ lost, instead }: Props) => (
  <Note
    icon={kIcons[lost]}
    announce="alert"
    title={instead === null ? kTitles[lost] : `${kTitles[lost]} Using “${isolated(instead)}”.`}
  >
    {instead === null ? kWithout[lost] : 'Change it under Devices and settings.'}
  </Note>
);

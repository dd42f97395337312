import { Volume2 } from 'lucide-react';
import { useEffect, useState } from 'react';
import { canChooseSpeaker, playTestSound } from '../../media/audio/speaker';
import { isolated } from '../../media/text';
import { Button } from '../../ui/button';
import { Select } from '../../ui/select';
import { toasts } from '../../ui/toasts';
import type { Device } from './device-check';
import { rememberedSpeaker, rememberSpeaker } from './speaker';

type Props = {
  /** Names of devices are available once one is open. */
  readonly devicesOpen: boolean;
};

/** Chooses the loudspeaker for the model, with a sound to try it. Absent where the browser offers no choice. */
export function SpeakerField({ devicesOpen }: Props) {
  const speakers = useSpeakers(devicesOpen);
  const [chosen, setChosen] = useState(rememberedSpeaker);
  const [playing, setPlaying] = useState(false);
  if (!canChooseSpeaker() || !navigator.mediaDevices) return null;
  const there = speakers?.find(({ deviceId }) => deviceId === chosen?.deviceId);
  const gone = chosen !== null && speakers !== null && speakers.length > 0 && !there;
  const deviceId = there?.deviceId ?? '';
  const choose = (value: string) => {
    const speaker = speakers?.find((one) => one.deviceId === value) ?? null;
    rememberSpeaker(speaker);
    setChosen(speaker);
  };
  const test = async () => {
    setPlaying(true);
    await playTestSound(deviceId).catch(() => {
      toasts.show('This speaker cannot be used now.', { tone: 'error' });
    });
    setPlaying(false);
  };
  return (
    <div className="start__speaker">
      <Select
        label="Speaker"
        value={deviceId}
        options={[
          { value: '', label: 'As the system' },
          ...(speakers ?? []).map((one) => ({ value: one.deviceId, label: one.label })),
        ]}
        {...(gone
          ? { hint: `“${isolated(chosen.label)}” is not connected. The system’s speaker is used.` }
          : {})}
        onChange={choose}
      />
      <Button icon={<Volume2 aria-hidden />} loading={playing} onClick={() => void test()}>
        Test sound
      </Button>
    </div>
  );
}

/** Null while the devices are not known. */
function useSpeakers(devicesOpen: boolean): readonly Device[] | null {
  const [speakers, setSpeakers] = useState<readonly Device[] | null>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: `devicesOpen` is when the names become known
  useEffect(() => {
    const media = navigator.mediaDevices;
    if (!media) return;
    let stale = false;
    const list = async () => {
      const all = await media.enumerateDevices().catch(() => []);
      if (stale) return;
      // `default` is the system's choice, which has a line of its own.
      const own = all.filter(
        ({ kind, deviceId, label }) =>
          kind === 'audiooutput' && deviceId !== '' && deviceId !== 'default' && label !== '',
      );
      setSpeakers(own.map(({ deviceId, label }) => ({ deviceId, label })));
    };
    void list();
    media.addEventListener('devicechange', list);
    return () => {
      stale = true;
      media.removeEventListener('devicechange', list);
    };
  }, [devicesOpen]);
  return speakers;
}

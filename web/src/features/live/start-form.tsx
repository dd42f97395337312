import type { ReactNode } from 'react';
import type { About } from '../../api/about';
import { Select } from '../../ui/select';
import type { DeviceCheck, DeviceSnapshot } from './device-check';
import { picker } from './device-picker';
import { MicMeter } from './mic-meter';
import { SpeakerField } from './speaker-field';
import { StartChecks, startChecks } from './start-checks';
import { useMicReading } from './use-mic-reading';

type Props = {
  readonly check: DeviceCheck | null;
  readonly devices: DeviceSnapshot;
  readonly about: About | undefined;
  /** What the model will see. The checks stand under it. */
  readonly children: ReactNode;
  readonly onChoose: (kind: 'microphone' | 'camera', deviceId: string) => void;
};

/** Pickers, the meter of the microphone, who answers, and what is ready. */
export function StartForm({ check, devices, about, children, onChoose }: Props) {
  const reading = useMicReading(check, devices.microphone.state === 'open');
  return (
    <>
      <div className="start__seen">
        {children}
        <StartChecks checks={startChecks(devices, reading.heard, about)} />
      </div>
      <div className="start__form">
        <div>
          <Select
            label="Microphone"
            {...picker(devices.microphones, devices.microphone.device)}
            onChange={(deviceId) => onChoose('microphone', deviceId)}
          />
          <MicMeter reading={reading} />
        </div>
        <Select
          label="Camera"
          {...picker(devices.cameras, devices.camera.device)}
          onChange={(deviceId) => onChoose('camera', deviceId)}
        />
        <SpeakerField
          devicesOpen={devices.microphone.state === 'open' || devices.camera.state === 'open'}
        />
        {about ? (
          <p className="start__model">
            <b>{about.model}</b>
            {about.answers === 'emulator' ? 'Emulator on this machine' : 'Google'}
            {about.voice ? ` · Voice ${about.voice}` : ''}
          </p>
        ) : null}
      </div>
    </>
  );
}

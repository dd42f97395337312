import { AudioLines } from 'lucide-react';
import { browserProblem } from '../../media/live/problems';
import { Button } from '../../ui/button';
import { Dialog } from '../../ui/dialog';
import { Select } from '../../ui/select';
import { picker } from './device-picker';
import { MicMeter } from './mic-meter';
import { MirroredVideo } from './mirrored-video';
import { ProblemPanel } from './problem-panel';
import type { ProblemAction } from './problem-words';
import './start-dialog.css';
import { useCanKeep } from './use-can-keep';
import { openRemembered, rememberDevice, useDeviceCheck } from './use-device-check';
import { useMicReading } from './use-mic-reading';

/** The devices of a participant's talk. */
export type StudyDevicesChosen = {
  readonly microphone: string | null;
  readonly camera: string | null;
};

type Props = {
  /** Whether the participant's condition has a camera. */
  readonly camera: boolean;
  readonly onStart: (chosen: StudyDevicesChosen) => void;
  readonly onClose: () => void;
};

/** What a talk of a study cannot do: it is the same for all of a condition. */
const kNotHere: readonly ProblemAction[] = [
  'voice-only',
  'no-microphone',
  'write-only',
  'without-recording',
  'open-library',
];

/** Whether a participant is heard and seen, before anything is sent. */
export function StudyDevices({ camera: needsCamera, onStart, onClose }: Props) {
  const { check, devices } = useDeviceCheck(needsCamera);
  const { microphone, camera } = devices;
  const reading = useMicReading(check, microphone.state === 'open');
  const canKeep = useCanKeep();
  const needed = needsCamera ? [microphone, camera] : [microphone];
  const problem =
    browserProblem(globalThis) ??
    (canKeep ? null : ({ kind: 'keeps-nothing' } as const)) ??
    needed.find((one) => one.problem)?.problem ??
    null;
  const opening = needed.some(({ state }) => state === 'opening');
  const choose = (kind: 'microphone' | 'camera', deviceId: string) => {
    if (deviceId === '') return;
    rememberDevice(kind, deviceId);
    void check?.open(kind, deviceId);
  };
  const again = () => {
    for (const kind of ['microphone', 'camera'] as const) {
      if (check && devices[kind].state === 'failed') void openRemembered(check, kind);
    }
  };
  const start = () => {
    if (opening) return;
    onStart({
      microphone: microphone.device?.deviceId ?? null,
      camera: camera.device?.deviceId ?? null,
    });
  };
  return (
    <Dialog
      width="narrow"
      title={needsCamera ? 'Can you be heard and seen?' : 'Can you be heard?'}
      description="Nothing is sent or recorded yet."
      onClose={onClose}
      foot={
        <div className="dialog__acts">
          <Button size="big" onClick={onClose}>
            Cancel
          </Button>
          <Button
            size="big"
            variant="primary"
            data-autofocus
            icon={<AudioLines aria-hidden />}
            waiting={opening}
            disabled={!opening && problem !== null}
            onClick={start}
          >
            Begin the talk
          </Button>
        </div>
      }
    >
      <div className="start__form">
        {problem ? (
          <ProblemPanel
            problem={problem}
            about={undefined}
            level={3}
            without={kNotHere}
            onAction={again}
          />
        ) : null}
        {needsCamera ? (
          <>
            <div className="preview">
              {devices.preview ? (
                <MirroredVideo stream={devices.preview} label="Preview of your camera" />
              ) : (
                <p className="preview__empty">No picture</p>
              )}
            </div>
            <Select
              label="Camera"
              {...picker(devices.cameras, camera.device)}
              onChange={(deviceId) => choose('camera', deviceId)}
            />
          </>
        ) : null}
        <div>
          <Select
            label="Microphone"
            {...picker(devices.microphones, microphone.device)}
            onChange={(deviceId) => choose('microphone', deviceId)}
          />
          <MicMeter reading={reading} />
        </div>
      </div>
    </Dialog>
  );
}

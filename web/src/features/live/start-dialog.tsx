import { useQuery } from '@tanstack/react-query';
import { AudioLines } from 'lucide-react';
import { useEffect, useRef, useState } from 'react';
import { aboutQuery } from '../../api/about';
import type { LiveProblem } from '../../media/live-session';
import { missingFeature } from '../../media/problems';
import { Button } from '../../ui/button';
import { Dialog } from '../../ui/dialog';
import { Select } from '../../ui/select';
import { Switch } from '../../ui/switch';
import type { Device } from './device-check';
import { DevicePreview } from './device-preview';
import { MicMeter } from './mic-meter';
import { ProblemPanel } from './problem-panel';
import type { ProblemAction } from './problem-words';
import { StartChecks, startChecks } from './start-checks';
import './start-dialog.css';
import { rememberDevice, useDeviceCheck } from './use-device-check';
import { useMicReading } from './use-mic-reading';

export type StartChoice = {
  readonly microphone: { readonly deviceId: string | null } | null;
  readonly camera: { readonly deviceId: string | null } | null;
};

type Props = {
  readonly recorded: boolean;
  /** Start live was pressed before: starts once the devices are open, unless something stands in the way. */
  readonly startWhenReady: boolean;
  readonly place: string;
  /** Off needs no question; on asks for consent when there is none yet. */
  readonly onRecordedChange: (recorded: boolean) => void;
  readonly onStart: (choice: StartChoice) => void;
  readonly onOpenLibrary: () => void;
  readonly onClose: () => void;
};

/** Shows what the model will see and hear before anything is sent. With all well it takes one key: Enter. */
export function StartDialog(props: Props) {
  const { recorded, startWhenReady, place, onRecordedChange, onStart, onOpenLibrary, onClose } =
    props;
  const about = useQuery(aboutQuery);
  const { check, devices } = useDeviceCheck();
  const [dismissed, setDismissed] = useState<ReadonlySet<LiveProblem['kind']>>(new Set());
  const reading = useMicReading(check, devices.microphone.state === 'open');
  const missing = missingFeature(globalThis);
  const unsupported: LiveProblem | null = missing ? { kind: 'browser-unsupported', missing } : null;
  const problem =
    unsupported ??
    [devices.microphone.problem, devices.camera.problem].find(
      (candidate) => candidate && !dismissed.has(candidate.kind),
    ) ??
    (about.data && recorded && !about.data.can_record ? ({ kind: 'disk-full' } as const) : null);

  const begin = () =>
    onStart({
      microphone: devices.microphone.device && { deviceId: devices.microphone.device.deviceId },
      camera: devices.camera.device && { deviceId: devices.camera.device.deviceId },
    });
  // A press while a device still opens counts: the session starts as soon as it is open.
  const opening = devices.microphone.state === 'opening' || devices.camera.state === 'opening';
  const [pressed, setPressed] = useState(startWhenReady);
  const start = () => (opening ? setPressed(true) : begin());
  const ready = pressed && !opening && (!problem || problem.kind === 'no-camera');
  const latestBegin = useRef(begin);
  latestBegin.current = begin;
  useEffect(() => {
    if (ready) latestBegin.current();
  }, [ready]);
  const act = (action: ProblemAction) => {
    if (action === 'check-again') {
      for (const kind of ['microphone', 'camera'] as const) {
        if (devices[kind].state === 'failed') void check?.open(kind, null);
      }
    } else if (action === 'open-library') onOpenLibrary();
    else if (problem) {
      setDismissed(new Set([...dismissed, problem.kind]));
      start();
    }
  };
  const toggle = (kind: 'microphone' | 'camera') => {
    const { state } = devices[kind];
    if (state === 'open' || state === 'opening') check?.off(kind);
    else void check?.open(kind, null);
  };
  const choose = (kind: 'microphone' | 'camera', deviceId: string) => {
    rememberDevice(kind, deviceId);
    void check?.open(kind, deviceId);
  };
  const leadsNowhere: ProblemAction[] = [];
  if (devices.camera.state !== 'open') leadsNowhere.push('no-microphone');
  if (devices.microphone.state !== 'open') leadsNowhere.push('voice-only');
  const nothingOn = devices.microphone.state !== 'open' && devices.camera.state !== 'open';

  return (
    <Dialog
      title="Start a live session"
      description="Check what the model will see and hear. Nothing is sent yet."
      onClose={onClose}
      foot={
        <>
          <div className="start__record">
            <Switch checked={recorded} onChange={onRecordedChange}>
              {recorded
                ? `This session is recorded: your microphone, your camera and the model’s voice. It stays on ${place} until you delete it.`
                : 'This session is not recorded. You cannot play it again.'}
            </Switch>
          </div>
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
              disabled={unsupported !== null || (!opening && nothingOn)}
              onClick={start}
            >
              Start live
            </Button>
          </div>
        </>
      }
    >
      <div className="start">
        {problem ? (
          <ProblemPanel
            problem={problem}
            about={about.data}
            level={3}
            without={leadsNowhere}
            onAction={act}
          />
        ) : null}
        <DevicePreview devices={devices} onToggle={toggle} />
        <div className="start__form">
          <div>
            <Select
              label="Microphone"
              {...picker(devices.microphones, devices.microphone.device)}
              onChange={(deviceId) => choose('microphone', deviceId)}
            />
            <MicMeter reading={reading} />
          </div>
          <Select
            label="Camera"
            {...picker(devices.cameras, devices.camera.device)}
            onChange={(deviceId) => choose('camera', deviceId)}
          />
          {about.data ? (
            <p className="start__model">
              <b>{about.data.model}</b>
              {about.data.answers === 'emulator' ? 'Emulator on this machine' : 'Google'}
              {about.data.voice ? ` · Voice ${about.data.voice}` : ''}
            </p>
          ) : null}
          <StartChecks checks={startChecks(devices, reading.heard, about.data)} />
        </div>
      </div>
    </Dialog>
  );
}

/** Value and options of a device picker; a device that is off stays visible as such. */
export function picker(devices: readonly Device[], chosen: Device | null) {
  const options = devices.map(({ deviceId, label }) => ({
    value: deviceId,
    label: label || 'Unnamed device',
  }));
  if (chosen) return { value: chosen.deviceId, options, disabled: false };
  const none = { value: '', label: devices.length > 0 ? 'Off' : 'Not available' };
  return { value: '', options: [none, ...options], disabled: devices.length === 0 };
}

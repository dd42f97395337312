import { Hand, SlidersHorizontal } from 'lucide-react';
import { useEffect, useState } from 'react';
import type { LiveSession, LiveSnapshot } from '../../media/live-session';
import { Button } from '../../ui/button';
import { IconButton } from '../../ui/icon-button';
import { Popover } from '../../ui/popover';
import { Select } from '../../ui/select';
import { Switch } from '../../ui/switch';
import { toasts } from '../../ui/toasts';
import type { Device } from './device-check';
import { picker } from './device-picker';
import { rememberDevice } from './use-device-check';

type Props = {
  readonly session: LiveSession;
  readonly snapshot: LiveSnapshot;
  readonly readAloud: boolean;
  readonly onReadAloud: (on: boolean) => void;
  /** Asks whether to withdraw the consent; null where nothing is recorded. */
  readonly onWithdraw: (() => void) | null;
};

/** The controls for changing devices during a talk. */
export function LiveSettings(props: Props) {
  const { session, snapshot, readAloud, onReadAloud, onWithdraw } = props;
  return (
    <Popover
      label="Devices and settings"
      trigger={<IconButton label="Devices and settings" icon={<SlidersHorizontal aria-hidden />} />}
    >
      <div className="live__settings">
        <DevicePickers session={session} snapshot={snapshot} />
        <Switch checked={readAloud} onChange={onReadAloud}>
          Read captions aloud (screen reader)
        </Switch>
        {onWithdraw ? (
          <Button variant="line" icon={<Hand aria-hidden />} onClick={onWithdraw}>
            Withdraw consent…
          </Button>
        ) : null}
      </div>
    </Popover>
  );
}

function DevicePickers(props: { readonly session: LiveSession; readonly snapshot: LiveSnapshot }) {
  const { session, snapshot } = props;
  const devices = useDevices();
  const choose = (kind: 'microphone' | 'camera', deviceId: string) => {
    if (!deviceId) return;
    rememberDevice(kind, deviceId);
    session.chooseDevice(kind, deviceId).catch(() => {
      toasts.show(`This ${kind} cannot be opened. The one before goes on.`, { tone: 'error' });
    });
  };
  return (
    <>
      <Select
        label="Microphone"
        {...picker(devices.microphones, snapshot.microphone)}
        onChange={(deviceId) => choose('microphone', deviceId)}
      />
      <Select
        label="Camera"
        {...picker(devices.cameras, snapshot.camera)}
        onChange={(deviceId) => choose('camera', deviceId)}
      />
    </>
  );
}

function useDevices() {
  const [devices, setDevices] = useState<{ microphones: Device[]; cameras: Device[] }>({
    microphones: [],
    cameras: [],
  });
  useEffect(() => {
    let stale = false;
    const list = async () => {
      const all = await navigator.mediaDevices.enumerateDevices();
      const of = (kind: MediaDeviceKind) =>
        all.filter((device) => device.kind === kind && device.deviceId !== '');
      if (!stale) setDevices({ microphones: of('audioinput'), cameras: of('videoinput') });
    };
    void list();
    navigator.mediaDevices.addEventListener('devicechange', list);
    return () => {
      stale = true;
      navigator.mediaDevices.removeEventListener('devicechange', list);
    };
  }, []);
  return devices;
}

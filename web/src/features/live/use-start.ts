import { useEffect, useRef, useState } from 'react';
import type { About } from '../../api/about';
import { browserProblem } from '../../media/live/problems';
import type { LiveProblem } from '../../media/live-session';
import type { ProblemAction } from './problem-words';
import { canStart, startProblem } from './start-problem';
import { useCanKeep } from './use-can-keep';
import { openRemembered, rememberDevice, useDeviceCheck } from './use-device-check';

type Kind = 'microphone' | 'camera';

/** The devices with which a session starts; null: starts without this one. */
export type StartChoice = {
  readonly microphone: { readonly deviceId: string | null } | null;
  readonly camera: { readonly deviceId: string | null } | null;
  /** The model is told what was written and said before in the chat. */
  readonly history: boolean;
  /** The model is told the task of this session. */
  readonly tellTask: boolean;
};

type Options = {
  readonly elsewhere: boolean;
  readonly about: About | undefined;
  readonly recorded: boolean;
  readonly startWhenReady: boolean;
  readonly history: boolean;
  readonly tellTask: boolean;
  readonly onRecordedChange: (recorded: boolean) => void;
  readonly onStart: (choice: StartChoice) => void;
  readonly onOpenLibrary: () => void;
};

/** The state of the start dialog: devices, the problem that prevents a start, and the actions of its buttons. */
export function useStart(options: Options) {
  const { elsewhere, about, recorded, startWhenReady, history, tellTask } = options;
  const { onRecordedChange, onStart, onOpenLibrary } = options;
  const { check, devices } = useDeviceCheck();
  const [dismissed, setDismissed] = useState<ReadonlySet<LiveProblem['kind']>>(new Set());
  const [pressed, setPressed] = useState(startWhenReady);
  const browser = browserProblem(globalThis);
  const canKeep = useCanKeep();
  const problem = startProblem({
    elsewhere,
    devices,
    browser,
    canKeep,
    about,
    recorded,
    dismissed,
  });
  const opening = devices.microphone.state === 'opening' || devices.camera.state === 'opening';

  const begin = () =>
    onStart({
      microphone: devices.microphone.device && { deviceId: devices.microphone.device.deviceId },
      camera: devices.camera.device && { deviceId: devices.camera.device.deviceId },
      history,
      tellTask,
    });
  // A press while a device is still opening counts: the session starts as soon as the device is open.
  const start = () => (opening ? setPressed(true) : begin());
  const ready = pressed && !opening && (!problem || problem.kind === 'no-camera');
  const latestBegin = useRef(begin);
  latestBegin.current = begin;
  useEffect(() => {
    if (ready) latestBegin.current();
  }, [ready]);

  const act = (action: ProblemAction) => {
    if (action === 'open-library') onOpenLibrary();
    else if (action === 'without-recording') onRecordedChange(false);
    else if (action === 'check-again' || action === 'try-again') {
      for (const kind of ['microphone', 'camera'] as const) {
        if (check && devices[kind].state === 'failed') void openRemembered(check, kind);
      }
    } else if (problem) {
      setDismissed(new Set([...dismissed, problem.kind]));
      start();
    }
  };
  const toggle = (kind: Kind) => {
    const { state } = devices[kind];
    if (state === 'open' || state === 'opening') check?.off(kind);
    else void check?.open(kind, null);
  };
  const choose = (kind: Kind, deviceId: string) => {
    if (!deviceId) return;
    rememberDevice(kind, deviceId);
    void check?.open(kind, deviceId);
  };
  return {
    check,
    devices,
    problem,
    opening,
    startable: canStart(devices, problem),
    start,
    act,
    toggle,
    choose,
  };
}

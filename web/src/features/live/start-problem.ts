import type { About } from '../../api/about';
import type { LiveProblem } from '../../media/live-session';
import type { DeviceSnapshot } from './device-check';
import type { ProblemAction } from './problem-words';

type Facts = {
  /** Another tab of this browser is live. */
  readonly elsewhere: boolean;
  readonly devices: DeviceSnapshot;
  /** What keeps this browser from a live session at all. */
  readonly browser: LiveProblem | null;
  /** Whether it lets the page keep a recording until the server has it. */
  readonly canKeep: boolean;
  readonly about: About | undefined;
  readonly recorded: boolean;
  /** Problems that the person has answered. */
  readonly dismissed: ReadonlySet<LiveProblem['kind']>;
};

/** The one thing that stands in the way of a start, the gravest first. Pure. */
export function startProblem(facts: Facts): LiveProblem | null {
  const { elsewhere, devices, browser, canKeep, about, recorded, dismissed } = facts;
  if (browser) return browser;
  if (elsewhere) return { kind: 'open-elsewhere' };
  if (recorded && !canKeep) return { kind: 'keeps-nothing' };
  const ofDevices = [devices.microphone.problem, devices.camera.problem];
  const open = ofDevices.find((candidate) => candidate && !dismissed.has(candidate.kind));
  if (open) return open;
  return about && recorded && !about.can_record ? { kind: 'disk-full' } : null;
}

/** Ways on that a problem names and that lead nowhere, because the other device is not open either. */
export function leadsNowhere({ microphone, camera }: DeviceSnapshot): ProblemAction[] {
  const actions: ProblemAction[] = [];
  if (camera.state !== 'open') actions.push('no-microphone');
  if (microphone.state !== 'open') actions.push('voice-only');
  return actions;
}

const kNoStart: ReadonlySet<LiveProblem['kind'] | undefined> = new Set([
  'browser-unsupported',
  'insecure-page',
  'open-elsewhere',
  'keeps-nothing',
  'disk-full',
] as const);

/** Whether Start live can do anything at all. */
export const canStart = (devices: DeviceSnapshot, problem: LiveProblem | null): boolean =>
  !kNoStart.has(problem?.kind) &&
  [devices.microphone, devices.camera].some(({ state }) => state === 'open' || state === 'opening');

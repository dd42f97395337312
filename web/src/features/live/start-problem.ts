import type { About } from '../../api/about';
import type { LiveProblem } from '../../media/live-session';
import type { DeviceSnapshot } from './device-check';
import type { ProblemAction } from './problem-words';

type Facts = {
  /** Another tab of this browser is live. */
  readonly elsewhere: boolean;
  readonly devices: DeviceSnapshot;
  /** Why this browser cannot hold a live session at all; null: it can. */
  readonly browser: LiveProblem | null;
  /** Whether the browser lets the page keep a recording until the server has it. */
  readonly canKeep: boolean;
  readonly about: About | undefined;
  readonly recorded: boolean;
  /** Problems that the person has dismissed. */
  readonly dismissed: ReadonlySet<LiveProblem['kind']>;
};

/** The most serious problem that prevents a start; null when a start is possible. Pure. */
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

/** Actions of a problem to leave out: they would not help because of the other device, or another one says the same. */
export function leftOut({ microphone, camera }: DeviceSnapshot): ProblemAction[] {
  const actions: ProblemAction[] = [camera.state === 'open' ? 'write-only' : 'no-microphone'];
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

/** Whether Start live can start anything. */
export const canStart = (devices: DeviceSnapshot, problem: LiveProblem | null): boolean =>
  !kNoStart.has(problem?.kind) &&
  [devices.microphone, devices.camera].some(({ state }) => state === 'open' || state === 'opening');

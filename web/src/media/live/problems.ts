/** Translates errors into the kinds of problems that the screens know. Pure. */
import { type LiveProblem, LiveProblemError } from '../live-session';
import type { LiveEvent } from '../protocol';

type Device = 'microphone' | 'camera';

/** A rejection of `getUserMedia`. */
export const deviceProblem = (device: Device, error: unknown): LiveProblem => {
  const name = error instanceof Error || error instanceof DOMException ? error.name : '';
  switch (name) {
    case 'NotAllowedError':
    case 'SecurityError':
      return { kind: `${device}-blocked` };
    case 'NotFoundError':
    case 'OverconstrainedError':
      return { kind: `no-${device}` };
    case 'NotReadableError':
      return { kind: `${device}-busy` };
    case 'AbortError':
      return { kind: `${device}-failed` };
    default:
      return unexpected(error);
  }
};

export const unexpected = (error: unknown): LiveProblem => {
  if (error instanceof LiveProblemError) return error.problem;
  return { kind: 'unexpected', message: error instanceof Error ? error.message : String(error) };
};

/** A Worker that failed. `message` null: its script could not be loaded, and scripts come from the server. */
export const workerProblem = (message: string | null): LiveProblem =>
  message === null ? { kind: 'server-unreachable' } : { kind: 'unexpected', message };

type Closed = LiveEvent & { readonly type: 'closed' };
/**
 * Close codes with which a server says why it refuses. Any other code, or none (1005, 1006), means that the connection
 * broke.
 */
const kRefusals = new Set([1002, 1003, 1007, 1008, 1009, 1011]);

/**
 * What the end of the last socket means. Null: it broke during the talk, which is no problem of its own (`end.reason`
 * is `lost`).
 */
export const closeProblem = (closed: Closed, address: string): LiveProblem | null => {
  if (closed.phase === 'resuming') {
    return { kind: 'resume-refused', code: closed.code, reason: closed.reason };
  }
  if (kRefusals.has(closed.code)) {
    return { kind: 'model-refused', code: closed.code, reason: closed.reason };
  }
  return closed.phase === 'connecting' ? { kind: 'model-unreachable', address } : null;
};

/**
 * What this browser lacks for a live session; null when it has everything. A page without https lacks devices and
 * codecs only for that reason, so this is checked first.
 */
export const browserProblem = (
  scope: object & { readonly isSecureContext?: boolean },
): LiveProblem | null => {
  if (scope.isSecureContext === false) return { kind: 'insecure-page' };
  const needed = [
    ['AudioWorkletNode', 'AudioWorklet'],
    ['Worker', 'Worker'],
    ['WebSocket', 'WebSocket'],
    ['MediaStreamTrackProcessor', 'MediaStreamTrackProcessor'],
    ['VideoEncoder', 'WebCodecs'],
  ] as const;
  const missing = needed.find(([name]) => !(name in scope))?.[1];
  return missing === undefined ? null : { kind: 'browser-unsupported', missing };
};

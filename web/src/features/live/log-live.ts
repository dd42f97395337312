import { interactions } from '../../api/interactions';
import type { LiveSession, LiveSnapshot } from '../../media/live-session';

type Log = Pick<typeof interactions, 'add'>;

const cutIn = ({ captions }: LiveSnapshot) => captions.filter((one) => one.interrupted).length;

/** Logs what changes in a live session, until it has ended. */
export function logLive(session: LiveSession, recorded: boolean, log: Log = interactions): void {
  let before: LiveSnapshot | null = null;
  let sockets = 0;
  const unsubscribe = session.subscribe(() => look());
  const look = () => {
    const now = session.snapshot();
    const last = before;
    before = now;
    const add: Log['add'] = (kind, data) => log.add(kind, data, session.liveSessionId);
    if (now.state === 'live' && last?.state !== 'live') {
      add('session_start', { recorded, camera: now.cameraOn });
    }
    if (now.connection === 'connected' && last?.connection !== 'connected') {
      if (last?.connection !== 'slow') add('socket_open', { number: sockets++ });
    }
    if (last?.state === 'live') {
      if (now.muted !== last.muted) add('mute', { on: now.muted });
      if (now.cameraOn !== last.cameraOn) add('camera', { on: now.cameraOn });
      for (const device of ['microphone', 'camera'] as const) {
        const [old, other] = [last[device]?.deviceId, now[device]?.deviceId];
        if (old && other && old !== other) add('device_change', { device });
      }
      for (let n = cutIn(last); n < cutIn(now); n += 1) add('interruption', {});
    }
    if (now.end) {
      unsubscribe();
      const { reason, problem } = now.end;
      if (problem && 'code' in problem && typeof problem.code === 'number') {
        add('socket_close', { code: problem.code });
      }
      if (session.liveSessionId === '') return;
      const duration =
        now.startedAtMs === null
          ? {}
          : { duration_ms: Math.round(performance.now() - now.startedAtMs) };
      add('session_end', { reason, ...duration });
    }
  };
  look();
}

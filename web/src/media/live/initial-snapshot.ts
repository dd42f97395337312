import type { LiveSnapshot } from '../live-session';

/** What is known of a session before its devices are open. */
export const kInitialSnapshot: LiveSnapshot = {
  state: 'preparing',
  connection: 'connecting',
  recording: false,
  notRecorded: null,
  spool: { server: 'reachable', answers: '', waitingChunks: 0, waitingSeconds: 0, kept: null },
  startedAtMs: null,
  microphone: null,
  camera: null,
  muted: false,
  cameraOn: false,
  preview: null,
  captions: [],
  modelSawAtMs: null,
  modelSilent: false,
  endsAtMs: null,
  back: null,
  speaksMuted: false,
  microphoneTrouble: null,
  notice: null,
  end: null,
};

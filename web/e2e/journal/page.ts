/** A page that runs the real spool, video and recovery Workers with a real camera and microphone, but no model. */

import { PageClock } from '../../src/media/page-clock';
import type {
  JournalEntry,
  JpegFrame,
  SpoolCommand,
  SpoolEvent,
  VideoCommand,
  VideoEvent,
} from '../../src/media/protocol';
import { createRecoveryClient } from '../../src/media/recovery/recovery-client';
import { startSpoolWorker, startVideoWorker } from '../../src/media/workers';

const clock = new PageClock(performance, Date.now());
const nowUs = () => clock.micros();
const hex = (bytes: Uint8Array) => [...bytes].map((b) => b.toString(16).padStart(2, '0')).join('');

const spoolEvents: SpoolEvent[] = [];
const videoEvents: VideoEvent[] = [];
/** The pictures that "the model" got: frame number and SHA-256. */
const jpegs: { frame: number; width: number; height: number; sha256: string }[] = [];
const tracks: MediaStreamTrack[] = [];
let spool: Worker | null = null;
let video: Worker | null = null;
let feed = 0;
let micBlocks = 0;

const tellSpool = (command: SpoolCommand, transfer: Transferable[] = []) =>
  spool?.postMessage(command, transfer);
const tellVideo = (command: VideoCommand, transfer: Transferable[] = []) =>
  video?.postMessage(command, transfer);

const until = async (condition: () => boolean) => {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 5));
};

/** 20 ms of a tone, as the capture worklet sends it. */
const micEntry = (): JournalEntry => {
  const samples = new Int16Array(320).map((_, i) => 8000 * Math.sin((micBlocks * 320 + i) / 5));
  const sequence = micBlocks * 320;
  micBlocks += 1;
  return { topic: '/mic/pcm', logTimeUs: nowUs(), sequence, data: new Uint8Array(samples.buffer) };
};

const startFeed = () => {
  const startedAt = performance.now();
  feed = window.setInterval(() => {
    const due = Math.floor((performance.now() - startedAt) / 20);
    const entries: JournalEntry[] = [];
    while (micBlocks < due) entries.push(micEntry());
    if (entries.length > 0) tellSpool({ type: 'entries', entries });
  }, 10);
};

const openCamera = async (width: number, height: number) => {
  const stream = await navigator.mediaDevices.getUserMedia({ video: { width, height } });
  const track = stream.getVideoTracks()[0];
  if (!track) throw new Error('no camera');
  tracks.push(track);
  const { readable } = new MediaStreamTrackProcessor({ track });
  tellVideo({ type: 'camera', frames: readable, delivered: 0 }, [readable]);
};

const openMicrophone = async () => {
  const stream = await navigator.mediaDevices.getUserMedia({ audio: true });
  const track = stream.getAudioTracks()[0];
  if (!track) throw new Error('no microphone');
  tracks.push(track);
  const { readable } = new MediaStreamTrackProcessor({ track });
  tellVideo({ type: 'microphone', blocks: readable }, [readable]);
};

const startWorkers = (recordingId: string) => {
  spool = startSpoolWorker();
  spool.onmessage = ({ data }) => spoolEvents.push(data);
  tellSpool({ type: 'open', recordingId, apiBase: '/api' });
  startFeed();
};

const startVideo = async (camera: { width: number; height: number } | null) => {
  video = startVideoWorker();
  video.onmessage = ({ data }) => videoEvents.push(data);
  const time = new MessageChannel();
  clock.answer(time.port1);
  tellVideo({ type: 'clock', port: time.port2 }, [time.port2]);
  const toSpool = new MessageChannel();
  tellSpool({ type: 'producer', port: toSpool.port1 }, [toSpool.port1]);
  tellVideo({ type: 'spool', port: toSpool.port2 }, [toSpool.port2]);
  const toLive = new MessageChannel();
  toLive.port1.onmessage = async ({ data }: MessageEvent<JpegFrame>) => {
    const digest = await crypto.subtle.digest('SHA-256', data.jpeg);
    const { frame, width, height } = data;
    jpegs.push({ frame, width, height, sha256: hex(new Uint8Array(digest)) });
  };
  tellVideo({ type: 'live', port: toLive.port2 }, [toLive.port2]);
  await openMicrophone();
  if (camera) await openCamera(camera.width, camera.height);
};

/** Sends 2 MB of messages a second in addition to everything else. */
const flood = () => {
  const text = 'x'.repeat(100_000);
  window.setInterval(() => {
    const entry: JournalEntry = { topic: '/wire/rx', logTimeUs: nowUs(), data: { text } };
    tellSpool({ type: 'entries', entries: [entry] });
  }, 50);
};

const hangUp = async (): Promise<number> => {
  clearInterval(feed);
  for (const track of tracks) track.stop();
  tellVideo({ type: 'drain', delivered: 0 });
  if (video) await until(() => videoEvents.some((event) => event.type === 'drained'));
  const askedAt = performance.now();
  tellSpool({ type: 'finish', reason: 'hangup' });
  await until(() => spoolEvents.some((event) => event.type === 'ended'));
  return performance.now() - askedAt;
};

const journalNames = async (): Promise<string[]> => {
  const names: string[] = [];
  const root = await navigator.storage.getDirectory();
  const rec = await root.getDirectoryHandle('rec', { create: true });
  for await (const [id, folder] of rec.entries()) {
    names.push(id);
    if (folder.kind !== 'directory') continue;
    const files = folder as FileSystemDirectoryHandle;
    for await (const name of files.keys()) names.push(`${id}/${name}`);
  }
  return names.sort();
};

const journal = {
  spoolEvents,
  videoEvents,
  jpegs,
  startWorkers,
  startVideo,
  flood,
  openCamera,
  cameraOff: () => tellVideo({ type: 'camera-off', delivered: 0 }),
  soundOnly: (on: boolean) => tellVideo({ type: 'sound-only', on }),
  hangUp,
  journalNames,
  createRecoveryClient,
  micBlocks: () => micBlocks,
};
export type JournalPage = typeof journal;
Object.assign(window, { journal });

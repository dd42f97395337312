/** VideoWorker (protocol.ts): camera and microphone pairs, connected to their ports. */

import { MicrophonePipeline } from '../audio/microphone-pipeline';
import { JournalPort } from '../journal/journal-port';
import type { JournalEntry, JpegFrame, VideoCommand, VideoEvent } from '../protocol';
import { threadRow, WorkerClock } from '../worker-clock';
import { every, steadyNow, workerScope } from '../worker-scope';
import { CameraPipeline } from './camera-pipeline';
import { JpegClient } from './jpeg-client';
import { startJpegWorker } from './jpeg-worker-start';

const kReportEveryMs = 1000;

const scope = workerScope<VideoCommand, VideoEvent>();
const emit = (event: VideoEvent): void => scope.postMessage(event);

let livePort: MessagePort | null = null;
let spool: JournalPort | null = null;

const keep = (entry: JournalEntry): void => spool?.add(entry);
const clock = new WorkerClock({
  now: steadyNow,
  every,
  onPair: (pair) => keep(threadRow('video', pair, clock.micros())),
});
const show = (frame: JpegFrame): void => livePort?.postMessage(frame, [frame.jpeg.buffer]);

const jpeg = new JpegClient(startJpegWorker());
const camera = new CameraPipeline({
  pageMicros: () => clock.micros(),
  journal: () => (spool ? keep : null),
  live: () => (livePort ? show : null),
  jpeg,
  emit,
});
const microphone = new MicrophonePipeline(() => clock.micros(), keep);
const reports = setInterval(() => camera.report(), kReportEveryMs);

const drain = async (delivered: number): Promise<void> => {
  clock.close();
  microphone.stop();
  await camera.stop(delivered);
  clearInterval(reports);
  camera.report();
  camera.close();
  jpeg.close();
  spool?.done();
  emit({ type: 'drained' });
};

const obey = (command: Exclude<VideoCommand, { readonly type: 'clock' }>): void => {
  switch (command.type) {
    case 'camera':
      camera.start(command.frames, command.delivered);
      return;
    case 'camera-off':
      void camera.stop(command.delivered);
      return;
    case 'delivered':
      camera.delivered(command.count);
      return;
    case 'microphone':
      microphone.start(command.blocks);
      return;
    case 'live':
      livePort = command.port;
      return;
    case 'spool':
      spool = new JournalPort(command.port);
      return;
    case 'sound-only':
      camera.setSoundOnly(command.on);
      return;
    case 'drain':
      void drain(command.delivered);
  }
};

/** Does nothing and writes no row until the page clock is known. */
scope.onmessage = ({ data: command }) => {
  if (command.type === 'clock') clock.connect(command.port);
  else void clock.ready.then(() => obey(command));
};

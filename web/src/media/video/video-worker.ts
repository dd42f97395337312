/** VideoWorker (protocol.ts): camera and microphone pairs, wired to their ports. */
import { pageMicros } from '../clock';
import { JournalPort } from '../journal/journal-port';
import type { JournalEntry, JpegFrame, VideoCommand, VideoEvent } from '../protocol';
import { workerScope } from '../worker-scope';
import { CameraPipeline } from './camera-pipeline';
import { JpegClient } from './jpeg-client';
import { startJpegWorker } from './jpeg-worker-start';
import { MicrophonePipeline } from './microphone-pipeline';

const kReportEveryMs = 1000;

const scope = workerScope<VideoCommand, VideoEvent>();
const emit = (event: VideoEvent): void => scope.postMessage(event);

let livePort: MessagePort | null = null;
let spool: JournalPort | null = null;

const keep = (entry: JournalEntry): void => spool?.add(entry);
const show = (frame: JpegFrame): void => livePort?.postMessage(frame, [frame.jpeg.buffer]);

const jpeg = new JpegClient(startJpegWorker());
const camera = new CameraPipeline({
  pageMicros: () => pageMicros(),
  journal: () => (spool ? keep : null),
  live: () => (livePort ? show : null),
  jpeg,
  emit,
});
const microphone = new MicrophonePipeline(() => pageMicros(), keep);
const reports = setInterval(() => camera.report(), kReportEveryMs);

const drain = async (): Promise<void> => {
  microphone.stop();
  await camera.stop();
  clearInterval(reports);
  camera.report();
  camera.close();
  jpeg.close();
  spool?.done();
  emit({ type: 'drained' });
};

scope.onmessage = ({ data: command }) => {
  switch (command.type) {
    case 'camera':
      camera.start(command.frames);
      return;
    case 'camera-off':
      void camera.stop();
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
      void drain();
  }
};

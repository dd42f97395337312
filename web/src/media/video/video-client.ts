/** The main thread's end of the VideoWorker: passes on camera frames and microphone blocks. */
import type { PageClock } from '../page-clock';
import type { VideoCommand, VideoEvent } from '../protocol';
import { startVideoWorker } from '../workers';
import { kFrameQueueMax } from './unread-frames';

/** How long the encoder may take to return what it holds. */
const kDrainTimeoutMs = 2000;
/** How often the Worker is told what the camera has delivered. */
const kDeliveredEveryMs = 1000;

/** https://www.w3.org/TR/mediacapture-extensions/#dom-mediastreamtrack-stats; absent in some browsers. */
type CountingTrack = MediaStreamVideoTrack & {
  readonly stats?: { readonly deliveredFrames: number };
};
const deliveredFrames = (track: CountingTrack): number => track.stats?.deliveredFrames ?? 0;

export class VideoClient {
  readonly #worker = startVideoWorker();
  readonly #drained = Promise.withResolvers<void>();
  readonly #counting: number;
  /** `before`: how many frames were delivered before the reader was made. */
  #camera: { readonly track: CountingTrack; readonly before: number } | null = null;

  constructor(clock: PageClock, on: (event: VideoEvent) => void) {
    const { port1, port2 } = new MessageChannel();
    clock.answer(port1);
    this.#tell({ type: 'clock', port: port2 }, [port2]);
    this.#worker.onmessage = ({ data }: MessageEvent<VideoEvent>) => {
      if (data.type === 'drained') this.#drained.resolve();
      on(data);
    };
    this.#worker.onerror = (event) => {
      on({ type: 'failed', message: event.message || 'The video Worker did not start.' });
      this.#drained.resolve();
    };
    this.#counting = window.setInterval(() => {
      if (this.#camera) this.#tell({ type: 'delivered', count: this.#delivered() });
    }, kDeliveredEveryMs);
  }

  /** JPEG frames go to the LiveWorker, everything goes to the spool (absent when nothing is recorded). */
  connect(live: MessagePort, spool: MessagePort | null): void {
    this.#tell({ type: 'live', port: live }, [live]);
    if (spool) this.#tell({ type: 'spool', port: spool }, [spool]);
  }

  /** The stream of frames is transferred, because a track cannot be. */
  camera(track: MediaStreamVideoTrack): void {
    const delivered = this.#delivered();
    this.#camera = { track, before: deliveredFrames(track) };
    const frames = new MediaStreamTrackProcessor({ track, maxBufferSize: kFrameQueueMax }).readable;
    this.#tell({ type: 'camera', frames, delivered }, [frames]);
  }

  cameraOff(): void {
    this.#tell({ type: 'camera-off', delivered: this.#delivered() });
    this.#camera = null;
  }

  microphone(track: MediaStreamAudioTrack): void {
    const blocks = new MediaStreamTrackProcessor({ track }).readable;
    this.#tell({ type: 'microphone', blocks }, [blocks]);
  }

  soundOnly(): void {
    this.#tell({ type: 'sound-only', on: true });
  }

  /** The devices must stop in the same turn of the event loop, so that nothing is delivered after the count. */
  async drain(): Promise<void> {
    clearInterval(this.#counting);
    this.#tell({ type: 'drain', delivered: this.#delivered() });
    const timeout = setTimeout(() => this.#drained.resolve(), kDrainTimeoutMs);
    await this.#drained.promise;
    clearTimeout(timeout);
    this.#worker.terminate();
  }

  /** How many frames this camera has delivered since its reader was made. */
  #delivered(): number {
    return this.#camera ? deliveredFrames(this.#camera.track) - this.#camera.before : 0;
  }

  #tell(command: VideoCommand, transfer: Transferable[] = []): void {
    this.#worker.postMessage(command, transfer);
  }
}

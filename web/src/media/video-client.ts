/** The main thread's end of the VideoWorker: hands over camera frames and microphone blocks. */
import type { VideoCommand, VideoEvent } from './protocol';
import { startVideoWorker } from './workers';

/** The encoder is given this long to hand out what it holds. */
const kDrainTimeoutMs = 2000;

export class VideoClient {
  readonly #worker = startVideoWorker();
  readonly #drained = Promise.withResolvers<void>();

  constructor(on: (event: VideoEvent) => void) {
    this.#worker.onmessage = ({ data }: MessageEvent<VideoEvent>) => {
      if (data.type === 'drained') this.#drained.resolve();
      on(data);
    };
    this.#worker.onerror = (event) => {
      on({ type: 'failed', message: event.message || 'The video Worker did not start.' });
      this.#drained.resolve();
    };
  }

  /** JPEG frames go to the LiveWorker, everything to the spool (absent without a recording). */
  connect(live: MessagePort, spool: MessagePort | null): void {
    this.#tell({ type: 'live', port: live }, [live]);
    if (spool) this.#tell({ type: 'spool', port: spool }, [spool]);
  }

  /** A track cannot be transferred, the stream of its frames can. */
  camera(track: MediaStreamVideoTrack): void {
    const frames = new MediaStreamTrackProcessor({ track }).readable;
    this.#tell({ type: 'camera', frames }, [frames]);
  }

  cameraOff(): void {
    this.#tell({ type: 'camera-off' });
  }

  microphone(track: MediaStreamAudioTrack): void {
    const blocks = new MediaStreamTrackProcessor({ track }).readable;
    this.#tell({ type: 'microphone', blocks }, [blocks]);
  }

  soundOnly(): void {
    this.#tell({ type: 'sound-only', on: true });
  }

  async drain(): Promise<void> {
    this.#tell({ type: 'drain' });
    const timeout = setTimeout(() => this.#drained.resolve(), kDrainTimeoutMs);
    await this.#drained.promise;
    clearTimeout(timeout);
    this.#worker.terminate();
  }

  #tell(command: VideoCommand, transfer: Transferable[] = []): void {
    this.#worker.postMessage(command, transfer);
  }
}

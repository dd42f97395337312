/** The main thread's end of the VideoWorker: hands over camera frames and microphone blocks. */
import { pageMicros } from '../clock';
import type { VideoCommand, VideoEvent } from '../protocol';
import { startVideoWorker } from '../workers';
import { UnreadFrames } from './unread-frames';

/** The encoder is given this long to hand out what it holds. */
const kDrainTimeoutMs = 2000;

/** https://www.w3.org/TR/mediacapture-extensions/#dom-mediastreamtrack-stats; absent in some browsers. */
type CountingTrack = MediaStreamVideoTrack & {
  readonly stats?: { readonly deliveredFrames: number };
};
const deliveredFrames = (track: CountingTrack): number => track.stats?.deliveredFrames ?? 0;

type Watched = {
  readonly number: number;
  readonly track: CountingTrack;
  /** Delivered before its reader was made. */
  readonly before: number;
  readonly unread: UnreadFrames;
};

export class VideoClient {
  readonly #worker = startVideoWorker();
  readonly #drained = Promise.withResolvers<void>();
  readonly #on: (event: VideoEvent) => void;
  #cameras = 0;
  #camera: Watched | null = null;
  #lost = 0;

  constructor(on: (event: VideoEvent) => void) {
    this.#on = on;
    this.#worker.onmessage = ({ data }: MessageEvent<VideoEvent>) => {
      if (data.type === 'drained') this.#drained.resolve();
      if (data.type === 'counts') this.#count(data);
      else on(data);
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
    this.#cameras += 1;
    const [before, unread] = [deliveredFrames(track), new UnreadFrames()];
    this.#camera = { number: this.#cameras, track, before, unread };
    const frames = new MediaStreamTrackProcessor({ track }).readable;
    this.#tell({ type: 'camera', frames }, [frames]);
  }

  cameraOff(): void {
    this.#camera = null;
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

  /** What the Worker read, compared with what the camera delivered: it cannot know what never reached it. */
  #count(counts: VideoEvent & { readonly type: 'counts' }): void {
    const camera = this.#camera;
    if (camera && camera.number === counts.camera) {
      const lost = camera.unread.newlyLost(counts);
      camera.unread.delivered(deliveredFrames(camera.track) - camera.before, pageMicros());
      this.#lost += lost;
      if (lost > 0) this.#on({ type: 'skipped', count: lost, reason: 'not_read' });
    }
    const { captured, skipped } = counts;
    this.#on({ ...counts, captured: captured + this.#lost, skipped: skipped + this.#lost });
  }

  #tell(command: VideoCommand, transfer: Transferable[] = []): void {
    this.#worker.postMessage(command, transfer);
  }
}

/** `/health`, once a second: the last reports of the Workers, and the long tasks of the main thread. */
import type { LiveEvent, SpoolEvent, VideoEvent } from '../protocol';

type SpoolState = SpoolEvent & { readonly type: 'state' };
type LiveHealth = LiveEvent & { readonly type: 'health' };
type VideoCounts = VideoEvent & { readonly type: 'counts' };

export class Health {
  #longTasks = 0;
  #live: LiveHealth | null = null;
  #video: VideoCounts | null = null;
  #spool: SpoolState | null = null;
  readonly #observer: PerformanceObserver | null;

  constructor() {
    const observed = PerformanceObserver.supportedEntryTypes?.includes('longtask');
    this.#observer = observed
      ? new PerformanceObserver((list) => {
          this.#longTasks += list.getEntries().length;
        })
      : null;
    this.#observer?.observe({ type: 'longtask' });
  }

  live(health: LiveHealth): void {
    this.#live = health;
  }
  video(counts: VideoCounts): void {
    this.#video = counts;
  }
  spool(state: SpoolState): void {
    this.#spool = state;
  }

  /** Counts are since the start of the session. */
  row(pageUs: number): Readonly<Record<string, unknown>> {
    return {
      page_us: pageUs,
      socket_buffered_bytes: this.#live?.socketBufferedBytes ?? 0,
      ring_samples: this.#live?.ringSamples ?? 0,
      underruns: this.#live?.underruns ?? 0,
      long_tasks: this.#longTasks,
      frames_captured: this.#video?.captured ?? 0,
      frames_skipped: this.#video?.skipped ?? 0,
      encode_queue: this.#video?.encodeQueue ?? 0,
      journal_bytes: this.#spool?.journalBytes ?? 0,
      chunks_waiting: this.#spool?.waitingChunks ?? 0,
      ack_ms: this.#spool?.ackMs ?? null,
    };
  }

  stop(): void {
    this.#observer?.disconnect();
  }
}

/**
 * The main thread's part of the record, from the start to the end: `/session`, `/events`, the anchors in `/clock`, and
 * `/health`.
 */

import type { AudioGraph } from '../audio/audio-graph';
import { SpoolClient } from '../journal/spool-client';
import type { PageClock } from '../page-clock';
import type { JsonTopic, SpoolEvent } from '../protocol';
import { anchorRows, kAnchorIntervalMs } from './anchors';
import { Health } from './health';

const kHealthIntervalMs = 1000;

type Row = Readonly<Record<string, unknown>>;

export class SessionRecorder {
  readonly health = new Health();
  readonly #graph: AudioGraph;
  readonly #clock: PageClock;
  readonly #spool: SpoolClient;
  readonly #stops: (() => void)[] = [];
  #running = false;
  /** Events before frame 0 wait for it, so that `started` is the first row. */
  #early: [string, Row][] = [];

  constructor(
    graph: AudioGraph,
    clock: PageClock,
    recordingId: string,
    on: (event: SpoolEvent) => void,
  ) {
    this.#graph = graph;
    this.#clock = clock;
    this.#spool = new SpoolClient(recordingId, on);
  }

  /** Makes a port for one more producer. */
  producer(): MessagePort {
    return this.#spool.producer();
  }

  /** Frame 0 was rendered. */
  started(row: Row): void {
    this.#running = true;
    this.#add('/session', row);
    for (const [kind, members] of this.#early) this.event(kind, members);
    this.#early = [];
    this.#every(kAnchorIntervalMs, () => {
      for (const anchor of anchorRows(this.#graph, this.#clock)) this.#spool.add(anchor);
    });
    this.#every(kHealthIntervalMs, () =>
      this.#add('/health', this.health.row(this.#clock.micros())),
    );
    this.#listen(document, 'visibilitychange', () =>
      this.event('visibility', { state: document.visibilityState }),
    );
    for (const state of ['online', 'offline']) {
      this.#listen(window, state, () => this.event('network', { state }));
    }
  }

  event(kind: string, members: Row = {}): void {
    if (!this.#running) {
      this.#early.push([kind, members]);
      return;
    }
    const page_us = this.#clock.micros();
    this.#add('/events', { kind, page_us, context_frame: this.#graph.frameNow(), ...members });
  }

  /** `contextFrame` is the length of the recording. Resolves when the server has all of it or cannot be reached. */
  async finish(reason: 'hangup' | 'lost' | 'error', contextFrame: number): Promise<void> {
    for (const stop of this.#stops) stop();
    this.health.stop();
    if (this.#running) {
      const page_us = this.#clock.micros();
      // Writes what was counted at the very end.
      this.#add('/health', this.health.row(page_us));
      this.#add('/session', { kind: 'ended', page_us, reason, context_frame: contextFrame });
    }
    this.#running = false;
    await this.#spool.finish(reason);
  }

  #add(topic: JsonTopic, data: Row): void {
    this.#spool.add({ topic, logTimeUs: this.#clock.micros(), data });
  }

  #every(ms: number, then: () => void): void {
    const timer = setInterval(then, ms);
    this.#stops.push(() => clearInterval(timer));
  }

  #listen(target: EventTarget, type: string, then: () => void): void {
    target.addEventListener(type, then);
    this.#stops.push(() => target.removeEventListener(type, then));
  }
}

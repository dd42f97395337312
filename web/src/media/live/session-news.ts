/**
 * Passes the messages of a live session's Workers to the snapshot and to the record. It decides nothing about the
 * session; it only tells the engine when the session ends.
 */
import { playOn } from '../audio/speaker';
import type { LiveSnapshot } from '../live-session';
import type { PageClock } from '../page-clock';
import type { LiveEvent, SpoolEvent, VideoEvent } from '../protocol';
import type { SnapshotStore } from '../snapshot-store';
import type { SessionRecorder } from './session-recorder';
import type { Talk } from './talk';

/** A notice about a lost device or a paused picture disappears after this time. */
const kNoticeMs = 8000;
/** How long "Back" is shown. */
const kBackMs = 4000;

export type Closed = LiveEvent & { readonly type: 'closed' };
export type SessionNewsPorts = {
  readonly store: SnapshotStore<LiveSnapshot>;
  readonly clock: PageClock;
  readonly talk: Talk;
  /** Null when the talk is not recorded. */
  readonly recorder: () => SessionRecorder | null;
  readonly closed: (event: Closed) => void;
  /** The LiveWorker cannot continue. */
  readonly failed: (message: string | null) => void;
  /** The browser has little storage left: record no more pictures. */
  readonly soundOnly: () => void;
};

export class SessionNews {
  readonly #ports: SessionNewsPorts;
  #noticeTimer = 0;
  #backTimer = 0;

  constructor(ports: SessionNewsPorts) {
    this.#ports = ports;
  }

  onLive(event: LiveEvent): void {
    const { store, clock, closed, failed, recorder } = this.#ports;
    switch (event.type) {
      case 'connected':
        store.set({ state: 'live', connection: 'connected', modelSilent: false });
        break;
      case 'reconnecting':
        store.set({ connection: 'reconnecting', modelSilent: false });
        break;
      case 'back':
        this.#back({ lostMs: event.lostMs, cutAnswer: event.cutAnswer });
        break;
      case 'countdown':
        store.set({ endsAtMs: event.leftMs === null ? null : performance.now() + event.leftMs });
        break;
      case 'silent':
        store.set({ modelSilent: event.on });
        break;
      case 'slow':
        store.set({ connection: event.on ? 'slow' : 'connected' });
        break;
      case 'closed':
        closed(event);
        break;
      case 'failed':
        failed(event.message);
        break;
      case 'frame-sent':
        store.set({ modelSawAtMs: clock.nowMsAt(event.capturedUs) });
        break;
      case 'health':
        recorder()?.health.live(event);
        break;
      case 'drained':
        break;
      case 'empty-turn':
        this.notice({ kind: 'empty-turn', reason: event.reason });
        break;
      case 'text-not-sent':
        this.notice({ kind: 'text-not-sent', text: event.text });
        break;
      default: {
        const words = this.#ports.talk.on(event);
        if (words) this.event('caption_shown', words);
        this.showCaptions();
      }
    }
  }

  onSpool(event: SpoolEvent): void {
    switch (event.type) {
      case 'opened':
        this.#ports.store.set({ recording: true });
        break;
      case 'state':
        this.#onSpoolState(event);
        break;
      case 'sealed':
        this.#ports.store.set({ lastSeq: event.lastSeq });
        break;
      case 'journal-failed':
        this.#ports.store.set({ recording: false, notRecorded: event.message });
        this.event('journal', { state: 'failed', message: event.message });
        break;
      case 'disk-low':
        this.#ports.soundOnly();
        this.event('journal', { state: 'low', free_bytes: event.freeBytes });
        break;
    }
  }

  onVideo(event: VideoEvent): void {
    switch (event.type) {
      case 'format':
        this.event('camera_format', { width: event.width, height: event.height });
        break;
      case 'skipped':
        this.event('video_skipped', { count: event.count, reason: event.reason });
        if (event.reason === 'encoder_busy') this.notice({ kind: 'video-paused' });
        break;
      case 'counts':
        this.#ports.recorder()?.health.video(event);
        break;
      case 'failed':
        this.event('error', { message: event.message });
        break;
    }
  }

  showCaptions(): void {
    this.#ports.store.set({ captions: this.#ports.talk.captions.list() });
  }

  /** Plays on a loudspeaker and gives a notice when it goes away. Returns a function that ends the watch. */
  playOn(context: AudioContext, speakerId: string): () => void {
    return playOn(context, speakerId, navigator.mediaDevices, () => {
      this.event('device_lost', { device: 'speaker', label: 'Speaker' });
      this.notice({ kind: 'device-lost', lost: 'speaker', instead: null });
    });
  }

  notice(notice: NonNullable<LiveSnapshot['notice']>): void {
    const { store } = this.#ports;
    store.set({ notice });
    window.clearTimeout(this.#noticeTimer);
    this.#noticeTimer = window.setTimeout(() => store.set({ notice: null }), kNoticeMs);
  }

  event(kind: string, members: Readonly<Record<string, unknown>> = {}): void {
    this.#ports.recorder()?.event(kind, members);
  }

  #back(back: NonNullable<LiveSnapshot['back']>): void {
    const { store } = this.#ports;
    store.set({ back });
    window.clearTimeout(this.#backTimer);
    this.#backTimer = window.setTimeout(() => store.set({ back: null }), kBackMs);
  }

  #onSpoolState(event: SpoolEvent & { type: 'state' }): void {
    const { store, recorder } = this.#ports;
    recorder()?.health.spool(event);
    const { server, answers, waitingChunks, waitingSeconds, kept } = event;
    const before = store.get().spool;
    if (server !== before.server) {
      this.event('server', { state: server === 'unreachable' ? 'unreachable' : 'reachable' });
    }
    store.set({ spool: { server, answers, waitingChunks, waitingSeconds, kept } });
  }
}

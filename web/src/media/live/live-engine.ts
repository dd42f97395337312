/**
 * A live session on the main thread. It opens devices, starts the worklets and Workers, connects their ports, and turns
 * their messages into the snapshot and the record. Sound never passes through it.
 */
import { AudioGraph } from '../audio/audio-graph';
import { kContextRate } from '../clock';
import {
  kTypedLettersMax,
  type LiveProblem,
  LiveProblemError,
  type LiveSession,
  type LiveSessionGrant,
  type LiveSessionOptions,
  type LiveSnapshot,
  type SeamLevels,
  type TickedStep,
} from '../live-session';
import { PageClock } from '../page-clock';
import { SnapshotStore } from '../snapshot-store';
import { cutText } from '../text';
import { VideoClient } from '../video/video-client';
import type { DeviceKind, OpenDevice } from './devices';
import { kInitialSnapshot } from './initial-snapshot';
import { LiveClient } from './live-client';
import {
  type EndReason,
  endingSnapshot,
  endReason,
  microphoneNews,
  recordingEnd,
  shownDevice,
} from './live-rules';
import { MicrophoneWatch } from './microphone-watch';
import { MutedEar } from './muted-ear';
import { browserProblem, closeProblem, unexpected, workerProblem } from './problems';
import { SessionDevices } from './session-devices';
import { askBeforeLeaving, keepSaying, keepScreenOn, takeSessionLock } from './session-guards';
import { type Closed, SessionNews } from './session-news';
import { SessionRecorder } from './session-recorder';
import {
  endLiveSession,
  finishEmptyRecording,
  kAliveMs,
  keepLiveSession,
} from './session-requests';
import { startedRow } from './session-rows';
import { Talk } from './talk';

class LiveEngine implements LiveSession {
  readonly #options: LiveSessionOptions;
  readonly #store = new SnapshotStore<LiveSnapshot>(kInitialSnapshot);
  readonly #clock = new PageClock(performance, Date.now());
  readonly #talk = new Talk();
  readonly #heard = new MicrophoneWatch();
  readonly #news = new SessionNews({
    store: this.#store,
    clock: this.#clock,
    talk: this.#talk,
    recorder: () => this.#recorder,
    closed: (event) => this.#onClosed(event),
    failed: (message) => void this.#end(this.#reasonFor('error'), workerProblem(message)),
    soundOnly: () => this.#video?.soundOnly(),
  });
  /** Functions that end what holds the session together, in order. */
  readonly #guards: (() => void)[] = [];
  #graph: AudioGraph | null = null;
  #mutedEar: MutedEar | null = null;
  #devices: SessionDevices | null = null;
  #grant: LiveSessionGrant | null = null;
  #recorder: SessionRecorder | null = null;
  #video: VideoClient | null = null;
  #live: LiveClient | null = null;
  #ending: Promise<void> | null = null;
  #releaseLock = (): void => {};

  constructor(options: LiveSessionOptions) {
    this.#options = options;
    this.#store.set({ cameraOn: options.camera !== null });
    const lacking = browserProblem(globalThis);
    if (lacking) {
      void this.#end('never_connected', lacking);
      return;
    }
    try {
      this.#graph = this.#newGraph();
    } catch (error) {
      // A browser may refuse a further AudioContext.
      void this.#end('never_connected', unexpected(error));
      return;
    }
    this.#mutedEar = new MutedEar(this.#graph.context, (speaksMuted) => {
      if (speaksMuted !== this.#store.get().speaksMuted) this.#store.set({ speaksMuted });
    });
    this.#start(this.#graph).catch((error: unknown) => {
      void this.#end('never_connected', unexpected(error));
    });
  }

  /** Call it in the click, so that the browser lets the context run. Throws what `new AudioContext` throws. */
  #newGraph(): AudioGraph {
    return new AudioGraph({
      personLevel: (report) => {
        this.#talk.levels.person(report);
        this.#heard.level(report.peak, performance.now());
        this.#lookAtMicrophone();
      },
      modelLevel: (report) => {
        this.#talk.levels.model(report);
        if (report.peak > 0) this.#heard.modelSpeaks();
      },
      heard: (report) => {
        this.#talk.heard(report);
        this.#news.showCaptions();
      },
    });
  }

  get liveSessionId(): string {
    return this.#grant?.liveSessionId ?? '';
  }
  get recordingId(): string | null {
    return this.#grant?.recordingId ?? null;
  }
  subscribe = this.#store.subscribe;
  snapshot = this.#store.get;
  readLevels(levels: SeamLevels): void {
    this.#talk.levels.read(levels);
  }

  setMuted(muted: boolean): void {
    if (muted === this.#store.get().muted || this.#ending) return;
    this.#store.set({ muted });
    this.#graph?.setMuted(muted);
    this.#heard.mutedHere(muted);
    this.#lookAtMicrophone();
    // The worklet makes the silence that is recorded and sent. This silences the VideoWorker's envelope, too.
    this.#silence(this.#devices?.microphone ?? null);
    this.#listenWhileMuted();
    this.#event('mute', { on: muted });
  }

  mark(step?: TickedStep): void {
    if (!this.#ending) this.#event(step ? 'task_step' : 'mark', step);
  }

  async setCamera(on: boolean): Promise<void> {
    if (!this.#ending) await this.#devices?.setCamera(on);
  }

  async chooseDevice(kind: DeviceKind, deviceId: string): Promise<void> {
    if (!this.#ending) await this.#devices?.choose(kind, deviceId);
  }

  sendText(text: string): void {
    const words = cutText(text.trim(), kTypedLettersMax);
    if (words !== '' && !this.#ending) this.#live?.text(words);
  }

  reconnect(): void {
    if (this.#ending) return;
    this.#event('reconnect_asked');
    this.#live?.reconnect();
  }

  hangUp(): Promise<void> {
    if (!this.#ending) this.#event('hang_up');
    return this.#end('hangup', null);
  }

  withdraw(): Promise<void> {
    if (!this.#ending) this.#event('consent_withdrawn');
    return this.#end('hangup', null);
  }

  // ---- start ------------------------------------------------------------------------------------

  async #start(graph: AudioGraph): Promise<void> {
    const release = await takeSessionLock();
    if (!release) throw new LiveProblemError({ kind: 'open-elsewhere' });
    this.#releaseLock = release;
    if (this.#ending) return release();
    // The Worker loads its code while the person answers the browser's question.
    this.#video = new VideoClient(this.#clock, (event) => this.#news.onVideo(event));
    this.#live = new LiveClient(this.#clock, (event) => {
      if (!this.#ending) this.#news.onLive(event);
    });
    const { speakerId } = this.#options;
    if (speakerId !== null) this.#guards.push(this.#news.playOn(graph.context, speakerId));
    const devices = this.#makeDevices();
    const { microphone, camera } = this.#options;
    const [ports] = await Promise.all([graph.prepare(), devices.openAll(microphone, camera)]);
    if (this.#ending) return;
    const grant = await this.#options.requestGrant();
    if (this.#ending) return this.#abandon(grant);
    this.#grant = grant;
    this.#connectWorkers(ports, grant);
    if (devices.microphone) this.#takeMicrophone(devices.microphone);
    if (devices.camera) this.#takeCamera(devices.camera);
    await graph.start();
    if (this.#ending) return;
    this.#started(graph, grant);
    this.#live?.connect(grant);
  }

  #makeDevices(): SessionDevices {
    const devices = new SessionDevices({
      changed: (kind, device) => this.#deviceChanged(kind, device),
      lost: (device, replacement) => this.#deviceLost(device, replacement),
      permission: (device, state) => this.#event('permission', { device, state }),
      muted: (on) => {
        this.#heard.mutedBySystem(on);
        this.#lookAtMicrophone();
      },
      defaultChanged: (device, used) => {
        this.#event('default_microphone', { label: device, used });
        this.#news.notice({ kind: 'default-microphone', device, used });
      },
    });
    this.#devices = devices;
    return devices;
  }

  #connectWorkers(
    ports: { capture: MessagePort; playout: MessagePort },
    grant: LiveSessionGrant,
  ): void {
    if (this.#options.consent && grant.recordingId && this.#graph) {
      this.#recorder = new SessionRecorder(this.#graph, this.#clock, grant.recordingId, (event) =>
        this.#news.onSpool(event),
      );
    }
    const frames = new MessageChannel();
    this.#video?.connect(frames.port1, this.#recorder?.producer() ?? null);
    this.#live?.ports({
      ...ports,
      frames: frames.port2,
      spool: this.#recorder?.producer() ?? null,
    });
  }

  /** Frame 0 was rendered, so the recording clock runs. */
  #started(graph: AudioGraph, grant: LiveSessionGrant): void {
    const startedAtMs = performance.now() - (graph.frameNow() / kContextRate) * 1000;
    this.#store.set({ startedAtMs });
    const { consent, appVersion } = this.#options;
    const microphone = this.#devices?.microphone ?? null;
    const camera = this.#devices?.camera ?? null;
    if (consent) {
      const pageUs = this.#clock.microsAt(startedAtMs);
      const { userAgent } = navigator;
      const { context } = graph;
      this.#recorder?.started(
        startedRow({ grant, consent, appVersion, userAgent, microphone, camera, context, pageUs }),
      );
    }
    for (const kind of ['microphone', 'camera'] as const) {
      if (kind === 'microphone' ? microphone : camera) {
        this.#event('permission', { device: kind, state: 'granted' });
      }
    }
    this.#event('camera', { on: camera !== null });
    if (this.#store.get().muted) this.#event('mute', { on: true });
    this.#guards.push(keepScreenOn(), askBeforeLeaving());
    // A recorded session shows by its chunks that it goes on.
    if (!consent) {
      this.#guards.push(keepSaying(() => keepLiveSession(grant.liveSessionId), kAliveMs));
    }
  }

  /** The grant came after the person had hung up. */
  async #abandon(grant: LiveSessionGrant): Promise<void> {
    this.#grant = grant;
    await endLiveSession(grant.liveSessionId, 'never_connected');
    if (grant.recordingId) await finishEmptyRecording(grant.recordingId);
  }

  // ---- end --------------------------------------------------------------------------------------

  #end(reason: EndReason, problem: LiveProblem | null): Promise<void> {
    this.#ending ??= this.#shutDown(reason, problem);
    return this.#ending;
  }

  /**
   * Ends the worklets, then the LiveWorker and the VideoWorker together, then the spool. Each has sent its last message
   * before the next one is asked to end.
   */
  async #shutDown(reason: EndReason, problem: LiveProblem | null): Promise<void> {
    this.#store.set(endingSnapshot(reason));
    this.#mutedEar?.listen(null);
    this.#graph?.stop();
    const drainedVideo = this.#video?.drain();
    const drainedLive = this.#live?.close();
    this.#devices?.stop();
    this.#store.set({ preview: null, cameraOn: false, camera: null, microphone: null });
    const contextFrame = (await drainedLive) || (this.#graph?.frameNow() ?? 0);
    // No recorded data depends on this, and a busy device may take some time.
    void this.#graph?.close();
    await drainedVideo;
    this.#releaseLock();
    const told = this.#grant && endLiveSession(this.#grant.liveSessionId, reason);
    await this.#recorder?.finish(recordingEnd(reason), contextFrame);
    await told;
    for (const end of this.#guards) end();
    this.#store.set({ state: 'ended', recording: false, end: { reason, problem } });
  }

  #onClosed(event: Closed): void {
    if (!this.#grant) return;
    const problem = closeProblem(event, this.#grant.baseUrl);
    void this.#end(this.#reasonFor(problem ? 'error' : 'lost'), problem);
  }

  #reasonFor(reason: 'lost' | 'error'): EndReason {
    return endReason(this.#store.get().state, reason);
  }

  // ---- devices ----------------------------------------------------------------------------------

  #deviceChanged(kind: DeviceKind, device: OpenDevice | null): void {
    this.#store.set(shownDevice(this.#store.get(), kind, device));
    if (kind === 'camera') {
      this.#event('camera', { on: device !== null });
      if (device) this.#takeCamera(device);
      else this.#video?.cameraOff();
    } else {
      this.#heard.device(device?.track ?? null);
      this.#lookAtMicrophone();
      this.#listenWhileMuted();
      if (device) this.#takeMicrophone(device);
      else this.#graph?.setMicrophone(null);
    }
    if (device) this.#event('device_changed', { device: kind, label: device.label });
  }

  #takeMicrophone(device: OpenDevice): void {
    this.#silence(device);
    this.#graph?.setMicrophone(device.stream);
    this.#video?.microphone(device.track as MediaStreamAudioTrack);
  }

  #takeCamera(device: OpenDevice): void {
    this.#video?.camera(device.track as MediaStreamVideoTrack);
  }

  #listenWhileMuted(): void {
    const { muted } = this.#store.get();
    this.#mutedEar?.listen(muted ? (this.#devices?.microphone?.track ?? null) : null);
  }

  #silence(device: OpenDevice | null): void {
    if (device) device.track.enabled = !this.#store.get().muted;
  }

  #deviceLost(device: OpenDevice, replacement: OpenDevice | null): void {
    this.#event('device_lost', { device: device.kind, label: device.label });
    const instead = replacement?.label ?? null;
    this.#news.notice({ kind: 'device-lost', lost: device.kind, instead });
  }

  #lookAtMicrophone(): void {
    const trouble = this.#heard.trouble(performance.now());
    const news = microphoneNews(this.#store.get().microphoneTrouble, trouble);
    if (!news || this.#ending) return;
    this.#event('microphone', { state: news });
    this.#store.set({ microphoneTrouble: trouble });
  }

  #event(kind: string, members: Readonly<Record<string, unknown>> = {}): void {
    this.#news.event(kind, members);
  }
}

/**
 * Starts a live session. Call it in the click that asks for it. It never throws: an error ends the session with a
 * problem in its snapshot.
 */
export const createLiveSession = (options: LiveSessionOptions): LiveSession =>
  new LiveEngine(options);

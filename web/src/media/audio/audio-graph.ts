/** The one AudioContext: microphone source → capture node, playout node → destination. Both count the same frames. */

import { kContextRate } from '../clock';
import { LiveProblemError } from '../live-session';
import type {
  CaptureCommand,
  FrameOrigin,
  HeardReport,
  LevelReport,
  PlayoutNodeCommand,
} from '../protocol';
import { trustedScriptUrl } from '../trusted';
import captureUrl from './capture-worklet.ts?worker&url';
import playoutUrl from './playout-worklet.ts?worker&url';

/** The sound system must start within this time. */
const kStartTimeoutMs = 5000;

export type AudioGraphEvents = {
  readonly personLevel: (report: LevelReport) => void;
  readonly modelLevel: (report: LevelReport) => void;
  readonly heard: (report: HeardReport) => void;
};

export class AudioGraph {
  readonly context = new AudioContext({ sampleRate: kContextRate, latencyHint: 'interactive' });
  readonly #events: AudioGraphEvents;
  #capture: AudioWorkletNode | null = null;
  #playout: AudioWorkletNode | null = null;
  #source: MediaStreamAudioSourceNode | null = null;
  /** The context's `currentFrame` at our frame 0; null before the start. */
  #origin: number | null = null;
  #started = Promise.withResolvers<void>();
  #closed = false;

  /** Call it in the click that starts the session: the browser lets a context run only then. */
  constructor(events: AudioGraphEvents) {
    this.#events = events;
    this.context.addEventListener('statechange', () => this.#keepRunning());
    this.#keepRunning();
  }

  /**
   * Loads the worklets and builds the graph. The ports are for the LiveWorker. Rejects with a `LiveProblemError` when
   * the server does not deliver the worklets.
   */
  async prepare(): Promise<{ capture: MessagePort; playout: MessagePort }> {
    const { audioWorklet } = this.context;
    await Promise.all([
      audioWorklet.addModule(trustedScriptUrl(captureUrl)),
      audioWorklet.addModule(trustedScriptUrl(playoutUrl)),
    ]).catch(() => {
      throw new LiveProblemError({ kind: 'server-unreachable' });
    });
    this.#capture = new AudioWorkletNode(this.context, 'reprise-capture', {
      numberOfOutputs: 0,
      channelCount: 1,
      channelCountMode: 'explicit',
    });
    this.#playout = new AudioWorkletNode(this.context, 'reprise-playout', {
      numberOfInputs: 0,
      outputChannelCount: [1],
    });
    this.#capture.port.onmessage = ({ data }: MessageEvent<LevelReport | FrameOrigin>) => {
      if (data.type === 'level') this.#events.personLevel(data);
      else this.#originIs(data);
    };
    this.#playout.port.onmessage = ({ data }: MessageEvent<LevelReport | HeardReport>) => {
      if (data.type === 'level') this.#events.modelLevel(data);
      else this.#events.heard(data);
    };
    this.#playout.connect(this.context.destination);
    const capture = new MessageChannel();
    const playout = new MessageChannel();
    this.#tellCapture({ type: 'live', port: capture.port1 }, [capture.port1]);
    this.#tellPlayout({ type: 'live', port: playout.port1 }, [playout.port1]);
    return { capture: capture.port2, playout: playout.port2 };
  }

  /** Null: no microphone; silence is captured. */
  setMicrophone(stream: MediaStream | null): void {
    this.#source?.disconnect();
    this.#source = stream && this.context.createMediaStreamSource(stream);
    if (this.#capture) this.#source?.connect(this.#capture);
  }

  /** Makes the next render quantum frame 0. Resolves when that quantum is over. */
  async start(): Promise<void> {
    this.#tellCapture({ type: 'start' });
    const timeout = setTimeout(
      () => this.#started.reject(new Error('The sound system of this browser does not start.')),
      kStartTimeoutMs,
    );
    try {
      await this.#started.promise;
    } finally {
      clearTimeout(timeout);
    }
  }

  setMuted(on: boolean): void {
    this.#tellCapture({ type: 'mute', on });
  }

  /** Tells both worklets to send their last messages. */
  stop(): void {
    this.#tellCapture({ type: 'stop' });
    this.#tellPlayout({ type: 'stop' });
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    this.setMicrophone(null);
    this.#playout?.disconnect();
    await this.context.close().catch(() => {});
  }

  /** Our frame at `seconds` of the context's clock; null before the start. */
  frameAt(seconds: number): number | null {
    if (this.#origin === null) return null;
    return Math.round(seconds * kContextRate) - this.#origin;
  }

  /** Our frame that is being rendered now; 0 before the start. */
  frameNow(): number {
    return Math.max(0, this.frameAt(this.context.currentTime) ?? 0);
  }

  #originIs({ contextFrame, currentFrame }: FrameOrigin): void {
    this.#origin = currentFrame - contextFrame;
    this.#started.resolve();
  }

  /** Asks a context to continue that the browser has suspended (another program took the device). */
  #keepRunning(): void {
    if (!this.#closed && this.context.state !== 'running') {
      this.context.resume().catch(() => {});
    }
  }

  #tellCapture(command: CaptureCommand, transfer: Transferable[] = []): void {
    this.#capture?.port.postMessage(command, transfer);
  }

  #tellPlayout(command: PlayoutNodeCommand, transfer: Transferable[] = []): void {
    this.#playout?.port.postMessage(command, transfer);
  }
}

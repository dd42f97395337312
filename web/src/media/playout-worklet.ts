/** The playout processor: model sound in on the live port, 48 kHz out. The work is in playout-ring.ts. */
import { type FrameCounter, kQuantumFrames, sharedFrameCounter } from './frame-counter';
import { LevelMeter } from './level-meter';
import { kQuantumSamples, PlayoutRing } from './playout-ring';
import type {
  HeardReport,
  LevelReport,
  PlayoutCommand,
  PlayoutNodeCommand,
  PlayoutReport,
} from './protocol';
import { UpsamplerBy2 } from './resampler';

/** Quanta between two reports of what was heard to main (50.7 ms) and of the ring to the LiveWorker (1 s). */
const kHeardQuanta = 19;
const kRingQuanta = 375;

class PlayoutProcessor extends AudioWorkletProcessor {
  readonly #frames: FrameCounter = sharedFrameCounter(globalThis);
  readonly #ring = new PlayoutRing((report) => this.#send(report));
  readonly #up = new UpsamplerBy2(kQuantumSamples);
  readonly #meter = new LevelMeter();
  readonly #rendered = new Float64Array(kQuantumSamples);
  readonly #nothing = new Float32Array(kQuantumFrames);
  readonly #onBar = (bar: number, peak: number, mean: number): void =>
    this.#tellMain({ type: 'level', bar, peak, mean });
  #live: MessagePort | null = null;
  #quanta = 0;
  #heard: HeardReport | null = null;
  /** Stopping takes one more quantum, in which the filter rings out. */
  #stop: 'no' | 'asked' | 'last' | 'done' = 'no';

  constructor() {
    super();
    this.port.onmessage = (event: MessageEvent<PlayoutNodeCommand>) => {
      if (event.data.type === 'live') this.#listen(event.data.port);
      else this.#askStop();
    };
  }

  process(_inputs: Float32Array[][], outputs: Float32Array[][]): boolean {
    if (this.#stop === 'done') return false;
    const frame = this.#frames.tick(this, currentFrame);
    if (frame < 0) return this.#idle();
    const out = outputs[0]?.[0] ?? this.#nothing;
    this.#ring.render(this.#rendered, frame);
    this.#up.process(this.#rendered, out);
    this.#meter.add(out, frame, this.#onBar);
    if (this.#quanta % kHeardQuanta === 0) this.#reportHeard();
    if (this.#quanta++ % kRingQuanta === 0) this.#reportRing();
    if (this.#stop === 'last') this.#finish(frame + kQuantumFrames);
    else if (this.#stop === 'asked') this.#stop = 'last';
    return true;
  }

  /** Before the start of the recording. */
  #idle(): boolean {
    if (this.#stop === 'asked') this.#finish(0);
    return true;
  }

  #listen(port: MessagePort): void {
    this.#live = port;
    port.onmessage = (event: MessageEvent<PlayoutCommand>) => {
      const command = event.data;
      if (command.type === 'audio') {
        this.#ring.enqueue(command.item, command.firstSample, command.pcm);
      } else if (command.type === 'item-end') this.#ring.itemEnd(command.item);
      else this.#ring.flush();
    };
  }

  #askStop(): void {
    if (this.#stop !== 'no') return;
    this.#stop = 'asked';
    if (this.#ring.queuedSamples > 0) this.#ring.flush();
  }

  #finish(contextFrame: number): void {
    this.#stop = 'done';
    this.#ring.closeSpan();
    this.#reportHeard();
    this.#send({ type: 'end', contextFrame });
  }

  #reportRing(): void {
    this.#send({
      type: 'ring',
      samples: this.#ring.queuedSamples,
      underruns: this.#ring.underruns,
    });
  }

  #reportHeard(): void {
    const item = this.#ring.item;
    const samples = this.#ring.renderedOfItem;
    if (item === null || (this.#heard?.item === item && this.#heard.samples === samples)) return;
    this.#heard = { type: 'heard', item, samples };
    this.#tellMain(this.#heard);
  }

  #send(report: PlayoutReport): void {
    this.#live?.postMessage(report);
  }

  #tellMain(report: LevelReport | HeardReport): void {
    this.port.postMessage(report);
  }
}

registerProcessor('reprise-playout', PlayoutProcessor);

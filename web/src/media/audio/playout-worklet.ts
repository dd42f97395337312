/** The playout processor: model sound comes in on the live port, 48 kHz goes out. playout-ring.ts does the work. */

import type {
  HeardReport,
  LevelReport,
  PlayoutCommand,
  PlayoutNodeCommand,
  PlayoutReport,
} from '../protocol';
import { type FrameCounter, kQuantumFrames, sharedFrameCounter } from './frame-counter';
import { LevelMeter } from './level-meter';
import { kQuantumSamples, PlayoutRing } from './playout-ring';
import { UpsamplerBy2 } from './resampler';

/**
 * Quanta between two reports: to the main thread about what was heard (50.7 ms), and to the LiveWorker about the ring
 * (1 s).
 */
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
  #ended = false;

  constructor() {
    super();
    this.port.onmessage = (event: MessageEvent<PlayoutNodeCommand>) => {
      if (event.data.type === 'live') this.#listen(event.data.port);
      else this.#stop();
    };
  }

  process(_inputs: Float32Array[][], outputs: Float32Array[][]): boolean {
    const frame = this.#frames.tick(this, currentFrame);
    const { end } = this.#frames;
    if (end !== null && frame >= end) this.#finish(end);
    if (this.#ended) return false;
    if (frame < 0) return true;
    const out = outputs[0]?.[0] ?? this.#nothing;
    this.#ring.render(this.#rendered, frame);
    this.#up.process(this.#rendered, out);
    this.#meter.add(out, frame, this.#onBar);
    if (this.#quanta % kHeardQuanta === 0) this.#reportHeard();
    if (this.#quanta++ % kRingQuanta === 0) this.#reportRing();
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

  #stop(): void {
    this.#frames.stop();
    if (this.#ring.queuedSamples > 0) this.#ring.flush();
  }

  #finish(contextFrame: number): void {
    if (this.#ended) return;
    this.#ended = true;
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

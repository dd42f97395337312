/**
 * The capture processor: microphone quanta come in, 20 ms blocks go out on the live port. capture-blocks.ts does the
 * work.
 */

import type { CaptureCommand, CaptureReport, FrameOrigin, LevelReport } from '../protocol';
import { CaptureBlocks } from './capture-blocks';
import { type FrameCounter, sharedFrameCounter } from './frame-counter';
import { LevelMeter } from './level-meter';

class CaptureProcessor extends AudioWorkletProcessor {
  readonly #frames: FrameCounter = sharedFrameCounter(globalThis);
  readonly #meter = new LevelMeter();
  readonly #silence = new Float32Array(128);
  readonly #blocks = new CaptureBlocks((block) => {
    this.#send({ type: 'mic', ...block }, [block.pcm.buffer]);
  });
  readonly #onBar = (bar: number, peak: number, mean: number): void =>
    this.#tellMain({ type: 'level', bar, peak, mean });
  #live: MessagePort | null = null;
  #muted = false;
  #started = false;
  #stopped = false;

  constructor() {
    super();
    this.port.onmessage = (event: MessageEvent<CaptureCommand>) => this.#command(event.data);
  }

  process(inputs: Float32Array[][]): boolean {
    const frame = this.#frames.tick(this, currentFrame);
    const { end } = this.#frames;
    if (end !== null && frame >= end) this.#stop(end);
    if (this.#stopped) return false;
    if (frame < 0) return true;
    const jump = this.#frames.takeJump();
    if (jump) this.#send({ type: 'discontinuity', ...jump });
    if (jump || !this.#started) {
      this.#started = true;
      this.#tellMain({ type: 'origin', contextFrame: frame, currentFrame });
    }
    const input = this.#muted ? undefined : inputs[0]?.[0];
    this.#blocks.accept(input ?? null, frame);
    this.#meter.add(input ?? this.#silence, frame, this.#onBar);
    return true;
  }

  #command(command: CaptureCommand): void {
    if (command.type === 'live') this.#live = command.port;
    else if (command.type === 'start') this.#frames.start();
    else if (command.type === 'mute') this.#muted = command.on;
    else this.#frames.stop();
  }

  #stop(contextFrame: number): void {
    if (this.#stopped) return;
    this.#stopped = true;
    this.#blocks.flush();
    this.#send({ type: 'end', contextFrame });
  }

  #send(report: CaptureReport, transfer: Transferable[] = []): void {
    this.#live?.postMessage(report, transfer);
  }

  #tellMain(report: LevelReport | FrameOrigin): void {
    this.port.postMessage(report);
  }
}

registerProcessor('reprise-capture', CaptureProcessor);

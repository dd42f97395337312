import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { JournalEntry, VideoEvent } from '../protocol';
import { CameraPipeline } from './camera-pipeline';
import { JpegClient } from './jpeg-client';

const kFrameUs = 33_333;

/** Returns each frame at once, except those that it drops. Breaks when told to. */
class FakeEncoder {
  static drops: readonly number[] = [];
  static breaks = false;
  state = 'unconfigured';
  encodeQueueSize = 0;
  readonly #init: VideoEncoderInit;
  constructor(init: VideoEncoderInit) {
    this.#init = init;
  }
  configure(): void {
    this.state = 'configured';
  }
  encode({ timestamp }: { timestamp: number }, { keyFrame }: { keyFrame: boolean }): void {
    if (FakeEncoder.breaks) throw new Error('no encoder');
    if (FakeEncoder.drops.includes(timestamp / kFrameUs)) return;
    const type = keyFrame ? 'key' : 'delta';
    const chunk = { timestamp, type, byteLength: 1, copyTo: () => {} };
    this.#init.output(chunk as unknown as EncodedVideoChunk, {});
  }
  flush = async (): Promise<void> => {};
  close(): void {
    this.state = 'closed';
  }
}

const frame = (number: number): VideoFrame =>
  ({
    displayWidth: 640,
    displayHeight: 480,
    timestamp: number * kFrameUs,
    close: () => {},
  }) as unknown as VideoFrame;

/** A camera whose frames the test gives one by one. */
class FakeCamera {
  #controller: ReadableStreamDefaultController<VideoFrame> | null = null;
  #count = 0;
  readonly frames = new ReadableStream<VideoFrame>({
    start: (controller) => {
      this.#controller = controller;
    },
  });
  async give(count: number): Promise<void> {
    for (let i = 0; i < count; i++) this.#controller?.enqueue(frame(this.#count++));
    await new Promise((resolve) => setTimeout(resolve, 0));
  }
}

const makePipeline = () => {
  const kept: JournalEntry[] = [];
  const events: VideoEvent[] = [];
  let nowUs = 0;
  const pipeline = new CameraPipeline({
    pageMicros: () => (nowUs += kFrameUs),
    journal: () => (entry) => kept.push(entry),
    live: () => null,
    jpeg: new JpegClient({
      onmessage: null,
      onerror: null,
      postMessage: () => {},
      terminate: () => {},
    }),
    emit: (event) => events.push(event),
  });
  const skipped = (): Record<string, number> => {
    pipeline.report();
    const counts: Record<string, number> = {};
    for (const event of events) {
      if (event.type === 'skipped') {
        counts[event.reason] = (counts[event.reason] ?? 0) + event.count;
      }
    }
    return counts;
  };
  const counts = () => events.findLast((event) => event.type === 'counts');
  return { pipeline, kept, skipped, counts };
};

describe('CameraPipeline', () => {
  beforeEach(() => vi.stubGlobal('VideoEncoder', FakeEncoder));
  afterEach(() => {
    vi.unstubAllGlobals();
    FakeEncoder.drops = [];
    FakeEncoder.breaks = false;
  });

  it('keeps every frame of a camera that is read in time', async () => {
    const { pipeline, kept, skipped, counts } = makePipeline();
    const camera = new FakeCamera();
    pipeline.start(camera.frames, 0);
    await camera.give(30);
    pipeline.delivered(32);
    await pipeline.stop(30);
    expect(kept).toHaveLength(30);
    expect(skipped()).toEqual({});
    expect(counts()).toMatchObject({ captured: 30, skipped: 0 });
  });

  it('counts frames that were delivered and not read, for each camera', async () => {
    const { pipeline, kept, skipped, counts } = makePipeline();
    const first = new FakeCamera();
    pipeline.start(first.frames, 0);
    await first.give(20);
    pipeline.delivered(35);
    expect(skipped()).toEqual({ not_read: 10 });
    const second = new FakeCamera();
    pipeline.start(second.frames, 36);
    expect(skipped()).toEqual({ not_read: 16 });
    await second.give(5);
    pipeline.delivered(5);
    await pipeline.stop(7);
    expect(kept).toHaveLength(25);
    expect(skipped()).toEqual({ not_read: 18 });
    expect(counts()).toMatchObject({ captured: 43, skipped: 18 });
  });

  it('reports frames that the encoder dropped, also at the very end', async () => {
    FakeEncoder.drops = [3, 9];
    const { pipeline, kept, skipped } = makePipeline();
    const camera = new FakeCamera();
    pipeline.start(camera.frames, 0);
    await camera.give(10);
    await pipeline.stop(10);
    expect(kept).toHaveLength(8);
    expect(skipped()).toEqual({ encoder_busy: 2 });
  });

  it('reports frames that come after the encoder has failed for good', async () => {
    FakeEncoder.breaks = true;
    const { pipeline, kept, skipped } = makePipeline();
    const camera = new FakeCamera();
    pipeline.start(camera.frames, 0);
    await camera.give(10);
    await pipeline.stop(10);
    expect(kept).toHaveLength(0);
    const { encoder_busy = 0, encoder_failed = 0 } = skipped();
    expect(encoder_busy + encoder_failed).toBe(10);
    expect(encoder_failed).toBe(6);
  });
});

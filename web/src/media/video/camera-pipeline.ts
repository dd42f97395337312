/** Turns the camera's frames into VP9 and JPEG. Runs in the VideoWorker. */
import type { JournalEntry, JpegFrame, SkipReason, VideoEvent } from '../protocol';
import { CameraEncoder, type EncodedFrame } from './camera-encoder';
import { FrameGate } from './frame-gate';
import type { JpegClient } from './jpeg-client';
import { UnreadFrames } from './unread-frames';

export type CameraPipelineOptions = {
  /** Page clock, µs. */
  readonly pageMicros: () => number;
  /** Null while nothing is recorded: then no video is encoded. */
  readonly journal: () => ((entry: JournalEntry) => void) | null;
  /** Null while there is no talk: then no JPEGs are made. */
  readonly live: () => ((frame: JpegFrame) => void) | null;
  readonly jpeg: JpegClient;
  readonly emit: (event: VideoEvent) => void;
};

export class CameraPipeline {
  readonly #options: CameraPipelineOptions;
  readonly #gate = new FrameGate();
  readonly #encoder: CameraEncoder;
  readonly #skippedByReason = new Map<SkipReason, number>();
  #reader: ReadableStreamDefaultReader<VideoFrame> | null = null;
  #jpegUnderWay: Promise<void> | null = null;
  #format = '';
  #captured = 0;
  /** Frames read of this camera. */
  #read = 0;
  #unread = new UnreadFrames();
  #skipped = 0;
  #videoNumber = 0;
  #jpegNumber = 0;

  constructor(options: CameraPipelineOptions) {
    this.#options = options;
    this.#encoder = new CameraEncoder({
      onFrame: (frame) => this.#keepVideo(frame),
      onDropped: (count) => this.#skip(count, 'encoder_busy'),
      onRestart: () => this.#gate.reset(),
      onFailed: (message) => options.emit({ type: 'failed', message }),
    });
  }

  /** Replaces the camera. `delivered`: how many frames the one before delivered in all. */
  start(frames: ReadableStream<VideoFrame>, delivered: number): void {
    this.#endReading(delivered);
    this.#gate.reset();
    this.#format = '';
    const reader = frames.getReader();
    this.#reader = reader;
    void this.#readFrom(reader);
  }

  /** The camera has delivered this many frames since its reader was made. */
  delivered(count: number): void {
    this.#lose(this.#unread.newlyLost({ delivered: count, read: this.#read }));
  }

  /** Resolves when everything that was captured has been passed on. `delivered`: frames of this camera in all. */
  async stop(delivered: number): Promise<void> {
    this.#endReading(delivered);
    await this.#encoder.flush();
    await this.#jpegUnderWay;
  }

  close(): void {
    this.#encoder.close();
  }

  setSoundOnly(on: boolean): void {
    this.#gate.setSoundOnly(on);
  }

  /** Reports what was captured and skipped so far. Call it once a second. */
  report(): void {
    for (const [reason, count] of this.#skippedByReason) {
      this.#options.emit({ type: 'skipped', count, reason });
    }
    this.#skippedByReason.clear();
    this.#options.emit({
      type: 'counts',
      captured: this.#captured,
      skipped: this.#skipped,
      encodeQueue: this.#encoder.queueSize,
    });
  }

  #endReading(delivered: number): void {
    if (!this.#reader) return;
    // cancel empties the stream's queue; the loop closes a frame that was already read.
    void this.#reader.cancel().catch(() => {});
    this.#reader = null;
    this.#lose(this.#unread.lostAtEnd({ delivered, read: this.#read }));
    this.#unread = new UnreadFrames();
    this.#read = 0;
  }

  /** Counts frames that were delivered but never read. While nothing is recorded they do not matter. */
  #lose(count: number): void {
    if (count === 0 || this.#options.journal() === null) return;
    this.#captured += count;
    this.#skip(count, 'not_read');
  }

  async #readFrom(reader: ReadableStreamDefaultReader<VideoFrame>): Promise<void> {
    try {
      for (;;) {
        const { done, value: frame } = await reader.read();
        if (done) return;
        try {
          if (reader === this.#reader) this.#take(frame);
        } finally {
          frame.close();
        }
      }
    } catch {
      // The track ended or the stream was cancelled. The main thread knows it and shows it.
    }
  }

  #take(frame: VideoFrame): void {
    const arrivalUs = this.#options.pageMicros();
    const { displayWidth: width, displayHeight: height, timestamp } = frame;
    this.#captured += 1;
    this.#read += 1;
    this.#noteFormat(width, height);
    const wanted = this.#options.journal() !== null;
    const records = wanted && !this.#encoder.hasFailed;
    if (wanted && !records) this.#skip(1, 'encoder_failed');
    const jpegIdle = this.#options.live() !== null && this.#jpegUnderWay === null;
    const captured = { width, height, arrivalUs, encodeQueueSize: this.#encoder.queueSize };
    const { configure, encode, skipped, jpeg } = this.#gate.decide(captured, { records, jpegIdle });
    if (skipped) this.#skip(1, skipped);
    if (encode) {
      const { keyFrame } = encode;
      const paired = { timestamp, arrivalUs, width, height };
      this.#encoder.encode(frame, paired, { configure, keyFrame });
    }
    if (jpeg) this.#startJpeg(frame.clone(), arrivalUs);
  }

  #noteFormat(width: number, height: number): void {
    const format = `${width}x${height}`;
    if (format === this.#format) return;
    this.#format = format;
    this.#options.emit({ type: 'format', width, height });
  }

  #skip(count: number, reason: SkipReason): void {
    this.#skipped += count;
    this.#skippedByReason.set(reason, (this.#skippedByReason.get(reason) ?? 0) + count);
  }

  #keepVideo({ captured, isKey, data }: EncodedFrame): void {
    const { width, height, arrivalUs, timestamp } = captured;
    this.#options.journal()?.({
      topic: '/camera/video',
      logTimeUs: arrivalUs,
      sequence: this.#videoNumber,
      data,
      deviceUs: timestamp,
      frameId: `${isKey ? 'key' : 'delta'} ${width}x${height}`,
    });
    this.#videoNumber += 1;
  }

  #startJpeg(frame: VideoFrame, arrivalUs: number): void {
    const deviceUs = frame.timestamp;
    this.#jpegUnderWay = this.#encodeJpeg(frame, arrivalUs, deviceUs)
      // A frame that cannot be drawn is one picture less for the model; the next one comes in a second.
      .catch(() => {})
      .finally(() => {
        this.#jpegUnderWay = null;
      });
  }

  async #encodeJpeg(frame: VideoFrame, arrivalUs: number, deviceUs: number): Promise<void> {
    const { width, height, data } = await this.#options.jpeg.encode(frame);
    const number = this.#jpegNumber;
    this.#jpegNumber += 1;
    this.#options.journal()?.({
      topic: '/frames/jpeg',
      logTimeUs: arrivalUs,
      sequence: number,
      data: data.slice(),
      deviceUs,
      frameId: `${width}x${height}`,
    });
    this.#options.live()?.({
      frame: number,
      capturedUs: arrivalUs,
      deviceUs,
      width,
      height,
      jpeg: data,
    });
  }
}

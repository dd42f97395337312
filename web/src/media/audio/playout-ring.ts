/**
 * What the playout worklet renders: a queue of 24 kHz model samples, of which 64 are read per render quantum. It
 * pre-buffers, fades out at a barge-in, and reports every sample that was played (docs/formats/recording.md 3.6). Pure;
 * its time is the context frame.
 */
import { kModelRate } from '../clock';
import type { PlayoutReport } from '../protocol';
import { kQuantumFrames } from './frame-counter';

/** Model samples of one render quantum: 2.7 ms. The fade at a flush has the same length. */
export const kQuantumSamples = kQuantumFrames / 2;
/** How much must wait in the ring before a model turn begins to play. Grows with each real underrun. */
export const kPrebufferMs = 40;
export const kPrebufferStepMs = 20;
export const kPrebufferMaxMs = 120;
/** A span row is written at least this often, so that little is lost when the tab is killed. */
const kSpanSamplesMax = kModelRate / 4;

type Piece = { item: number; firstSample: number; pcm: Int16Array; at: number };
const samplesOf = (pieces: readonly Piece[]): number =>
  pieces.reduce((sum, piece) => sum + piece.pcm.length - piece.at, 0);
type Span = { item: number; firstSample: number; sampleCount: number; contextFrame: number };

export class PlayoutRing {
  readonly #report: (report: PlayoutReport) => void;
  #pieces: Piece[] = [];
  #queued = 0;
  readonly #ended = new Set<number>();
  #playing = false;
  #prebufferMs = kPrebufferMs;
  #underruns = 0;
  #flushing = false;
  /** Sound that came after the flush message but before its quantum. It is not dropped. */
  #later: Piece[] = [];
  #span: Span | null = null;
  /** The item that is playing or was played last. */
  #item: number | null = null;
  #rendered = 0;

  constructor(report: (report: PlayoutReport) => void) {
    this.#report = report;
  }

  get queuedSamples(): number {
    return this.#queued + samplesOf(this.#later);
  }
  get underruns(): number {
    return this.#underruns;
  }
  /** The item that is playing or was played last, and how many of its samples were rendered. */
  get item(): number | null {
    return this.#item;
  }
  get renderedOfItem(): number {
    return this.#rendered;
  }

  enqueue(item: number, firstSample: number, pcm: Int16Array): void {
    if (pcm.length === 0) return;
    const piece = { item, firstSample, pcm, at: 0 };
    if (this.#flushing) {
      this.#later.push(piece);
      return;
    }
    this.#pieces.push(piece);
    this.#queued += pcm.length;
  }

  /** No more sound will come for `item`: when the ring runs empty, the item has ended, and that is no underrun. */
  itemEnd(item: number): void {
    this.#ended.add(item);
    for (const old of this.#ended) if (old < item - 8) this.#ended.delete(old);
  }

  /** For a barge-in: the next quantum fades out, and the rest is dropped. */
  flush(): void {
    this.#flushing = true;
  }

  /** Fills `out` (64 samples, 1.0 = 32768) with the signal r of the quantum at `contextFrame`. */
  render(out: Float64Array, contextFrame: number): void {
    out.fill(0);
    let filled = 0;
    while (filled < out.length && this.#mayPlay()) {
      filled += this.#copy(out, filled, contextFrame);
    }
    if (this.#flushing) this.#finishFlush(out, filled, contextFrame);
    else if (this.#playing && filled < out.length) this.#dry(contextFrame + 2 * filled);
  }

  /** Reports the span that is still open. */
  closeSpan(): void {
    if (this.#span) this.#report({ type: 'span', ...this.#span });
    this.#span = null;
  }

  /**
   * Whether the next piece may be played now. A new item waits for the pre-buffer, and so does an item after an
   * underrun.
   */
  #mayPlay(): boolean {
    const next = this.#pieces[0];
    if (!next) return false;
    if (this.#playing && next.item !== this.#item) this.#playing = false;
    if (this.#playing) return true;
    if (this.#flushing) return false;
    if (!this.#ended.has(next.item) && this.#queuedOf(next.item) < this.#prebufferSamples()) {
      return false;
    }
    if (next.item !== this.#item) this.#rendered = 0;
    this.#item = next.item;
    this.#playing = true;
    return true;
  }

  #prebufferSamples(): number {
    return (this.#prebufferMs * kModelRate) / 1000;
  }

  #queuedOf(item: number): number {
    return samplesOf(this.#pieces.filter((piece) => piece.item === item));
  }

  /** Copies from the first piece to `out`; returns the number of samples. */
  #copy(out: Float64Array, filled: number, contextFrame: number): number {
    const piece = this.#pieces[0];
    if (!piece) return 0;
    const count = Math.min(out.length - filled, piece.pcm.length - piece.at);
    for (let i = 0; i < count; i++) out[filled + i] = (piece.pcm[piece.at + i] ?? 0) / 32768;
    this.#extendSpan(piece, count, contextFrame + 2 * filled);
    piece.at += count;
    this.#queued -= count;
    this.#rendered += count;
    if (piece.at === piece.pcm.length) this.#pieces.shift();
    return count;
  }

  #extendSpan(piece: Piece, count: number, contextFrame: number): void {
    const first = piece.firstSample + piece.at;
    const span = this.#span;
    if (
      span &&
      span.item === piece.item &&
      first === span.firstSample + span.sampleCount &&
      contextFrame === span.contextFrame + 2 * span.sampleCount &&
      span.sampleCount < kSpanSamplesMax
    ) {
      span.sampleCount += count;
      return;
    }
    this.closeSpan();
    this.#span = { item: piece.item, firstSample: first, sampleCount: count, contextFrame };
  }

  /** Fades out the samples of this quantum and drops the rest. */
  #finishFlush(out: Float64Array, filled: number, contextFrame: number): void {
    this.#flushing = false;
    const dropped = this.#queued;
    const item = filled > 0 ? this.#item : (this.#pieces[0]?.item ?? this.#item);
    this.closeSpan();
    if (filled > 0) {
      for (let i = 0; i < filled; i++) out[i] = (out[i] ?? 0) * (1 - (i + 1) / filled);
      this.#report({ type: 'fade', contextFrame, sampleCount: filled });
    }
    this.#pieces = this.#later;
    this.#later = [];
    this.#queued = samplesOf(this.#pieces);
    this.#playing = false;
    // Nothing to report before the first sound.
    if (item === null) return;
    this.#report({
      type: 'flush',
      contextFrame: contextFrame + 2 * filled,
      item,
      droppedSamples: dropped,
    });
  }

  /** The ring ran empty in this quantum, at `contextFrame`. At the end of an item that is no underrun. */
  #dry(contextFrame: number): void {
    this.closeSpan();
    this.#playing = false;
    if (this.#item !== null && this.#ended.has(this.#item)) return;
    this.#underruns++;
    this.#prebufferMs = Math.min(kPrebufferMaxMs, this.#prebufferMs + kPrebufferStepMs);
    this.#report({ type: 'underrun', contextFrame, prebufferMs: this.#prebufferMs });
  }
}

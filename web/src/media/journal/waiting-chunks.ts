/**
 * The chunks that have no proof of ours yet, each with its own trouble: one that does not get through steps aside, so that
 * it never holds up another. Pure.
 */

/** A damaged transfer (422) may pass the next time; the same answer thrice is final for this visit. */
export const kRefusalsMax = 3;
/** Tries in a row that only this chunk failed, while others passed; a bad line fails five in a row in one of thirty. */
export const kAloneMax = 5;
/** A chunk that stepped aside is tried again this often, for as long as the session runs. */
export const kAsideRetryMs = 30_000;

export type ChunkFacts = { readonly seq: number; readonly bytes: number; readonly seconds: number };
/** A chunk that did not get through and is kept. */
export type Aside = {
  readonly seq: number;
  readonly seconds: number;
  /** Our server refused it; something before our server answers in its place; this browser cannot read it. */
  readonly by: 'server' | 'network' | 'browser';
  /** What answered, or why. */
  readonly words: string;
};

type Chunk = ChunkFacts & {
  sending: boolean;
  /** Not before this. */
  retryAt: number;
  /** Tries without an answer of ours. */
  misses: number;
  /** Misses while the server was there for others. */
  alone: number;
  refusals: number;
  /** How often others had got through at the first miss; null before. */
  progressAtMiss: number | null;
  aside: Aside | null;
};

export class WaitingChunks {
  readonly #chunks = new Map<number, Chunk>();
  /** How long to wait after so many failures in a row. */
  readonly #backoffMs: (failures: number) => number;
  #progress = 0;

  constructor(backoffMs: (failures: number) => number) {
    this.#backoffMs = backoffMs;
  }

  add({ seq, bytes, seconds }: ChunkFacts): void {
    this.#chunks.set(seq, {
      ...{ seq, bytes, seconds, sending: false, misses: 0, alone: 0, refusals: 0 },
      retryAt: Number.NEGATIVE_INFINITY,
      progressAtMiss: null,
      aside: null,
    });
  }

  /** Stored, or nothing to send. */
  remove(seq: number): void {
    this.#chunks.delete(seq);
  }

  /** The server has answered, whatever the request. */
  progress(): void {
    this.#progress += 1;
  }

  sent(seq: number): void {
    const chunk = this.#chunks.get(seq);
    if (chunk) chunk.sending = true;
  }

  answered(seq: number): void {
    const chunk = this.#chunks.get(seq);
    if (chunk) chunk.sending = false;
  }

  /**
   * No answer of ours. True: it is this chunk's own trouble, the server was there for others since its first miss
   * (`othersFail`: and it still is). Then it waits alone.
   */
  miss(seq: number, words: string, othersFail: boolean, now: number): boolean {
    const chunk = this.#chunks.get(seq);
    if (!chunk) return false;
    chunk.misses += 1;
    chunk.progressAtMiss ??= this.#progress;
    if (chunk.aside) {
      chunk.retryAt = now + kAsideRetryMs;
      return true;
    }
    if (othersFail || chunk.progressAtMiss === this.#progress) return false;
    this.#waitAlone(chunk, 'network', words, now);
    return true;
  }

  /** The browser did not give the chunk's bytes: it may the next time. */
  unreadable(seq: number, words: string, now: number): void {
    const chunk = this.#chunks.get(seq);
    if (chunk) this.#waitAlone(chunk, 'browser', words, now);
  }

  /** Our server refused it. `mayPass`: a damaged transfer. */
  refuse(seq: number, words: string, mayPass: boolean, now: number): void {
    const chunk = this.#chunks.get(seq);
    if (!chunk) return;
    chunk.refusals += 1;
    const again = mayPass && chunk.refusals < kRefusalsMax;
    chunk.retryAt = again ? now + this.#backoffMs(chunk.refusals) : Number.POSITIVE_INFINITY;
    if (!again) chunk.aside = { seq, seconds: chunk.seconds, by: 'server', words };
  }

  /** Those that stepped aside for the network's sake get one more try at once; true when there is one. */
  lastChance(now: number): boolean {
    let any = false;
    for (const chunk of this.#chunks.values()) {
      if (chunk.aside?.by !== 'network') continue;
      chunk.aside = null;
      chunk.alone = kAloneMax - 1;
      chunk.retryAt = now;
      any = true;
    }
    return any;
  }

  /** What may be sent now, the one with the least trouble first. */
  due(now: number): number[] {
    return [...this.#chunks.values()]
      .filter((chunk) => !chunk.sending && chunk.retryAt <= now)
      .sort((a, b) => a.misses - b.misses || a.seq - b.seq)
      .map(({ seq }) => seq);
  }

  get sending(): number {
    return [...this.#chunks.values()].filter(({ sending }) => sending).length;
  }

  /** Those that the end waits for. */
  waiting(): readonly ChunkFacts[] {
    return [...this.#chunks.values()].filter(({ aside }) => aside === null);
  }

  asides(): readonly Aside[] {
    return [...this.#chunks.values()].flatMap(({ aside }) => (aside ? [aside] : []));
  }

  /** Fewest misses of a chunk that the end waits for; infinite when there is none. */
  missesMin(): number {
    const misses = [...this.#chunks.values()]
      .filter((chunk) => !chunk.aside)
      .map((chunk) => chunk.misses);
    return Math.min(Number.POSITIVE_INFINITY, ...misses);
  }

  /** When the next chunk that waits alone may be sent. */
  nextRetryAt(now: number): number {
    const times = [...this.#chunks.values()]
      .filter(({ sending, retryAt }) => !sending && retryAt > now)
      .map(({ retryAt }) => retryAt);
    return Math.min(Number.POSITIVE_INFINITY, ...times);
  }

  #waitAlone(chunk: Chunk, by: Aside['by'], words: string, now: number): void {
    chunk.alone += 1;
    chunk.retryAt = now + this.#backoffMs(chunk.alone);
    if (chunk.alone < kAloneMax) return;
    chunk.aside = { seq: chunk.seq, seconds: chunk.seconds, by, words };
    chunk.retryAt = now + kAsideRetryMs;
  }
}

/**
 * The chunks that the server has not proved to have. Each has its own count of failures: a chunk that does not get
 * through steps aside, so that it never delays others. Pure.
 */

/**
 * A damaged transfer (422) may work the next time. After this many such answers the chunk is not sent again during this
 * visit.
 */
export const kRefusalsMax = 3;
/**
 * Failed attempts in a row of only this chunk, while others got through. On a bad line one chunk in thirty fails five
 * times in a row.
 */
export const kAloneMax = 5;
/** A chunk that stepped aside is tried again this often while the session runs. */
export const kAsideRetryMs = 30_000;

export type ChunkFacts = { readonly seq: number; readonly bytes: number; readonly seconds: number };
/** A chunk that did not get through and is kept. */
export type Aside = {
  readonly seq: number;
  readonly seconds: number;
  /**
   * `server`: our server refused it. `network`: something else answers instead of our server. `browser`: this browser
   * cannot read it.
   */
  readonly by: 'server' | 'network' | 'browser';
  /** What answered, or the reason. */
  readonly words: string;
};

type Chunk = ChunkFacts & {
  sending: boolean;
  /** The chunk is not sent before this time. */
  retryAt: number;
  /** Attempts that our server did not answer. */
  misses: number;
  /** Misses while the server could be reached for other chunks. */
  alone: number;
  refusals: number;
  /** How many requests had got through at the first miss; null before it. */
  progressAtMiss: number | null;
  aside: Aside | null;
};

export class WaitingChunks {
  readonly #chunks = new Map<number, Chunk>();
  /** How long to wait after this many failures in a row. */
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

  /** The chunk is stored, or there is nothing to send. */
  remove(seq: number): void {
    this.#chunks.delete(seq);
  }

  /** The server has answered a request, whichever it was. */
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
   * Our server did not answer the chunk. True: the fault is the chunk's own, since the server could be reached for others
   * after the chunk's first miss (and, with `othersFail`, still can be). The chunk then waits alone.
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

  /** The browser could not read the chunk's bytes; it may work the next time. */
  unreadable(seq: number, words: string, now: number): void {
    const chunk = this.#chunks.get(seq);
    if (chunk) this.#waitAlone(chunk, 'browser', words, now);
  }

  /** Our server refused the chunk. `mayPass`: it was a damaged transfer. */
  refuse(seq: number, words: string, mayPass: boolean, now: number): void {
    const chunk = this.#chunks.get(seq);
    if (!chunk) return;
    chunk.refusals += 1;
    const again = mayPass && chunk.refusals < kRefusalsMax;
    chunk.retryAt = again ? now + this.#backoffMs(chunk.refusals) : Number.POSITIVE_INFINITY;
    if (!again) chunk.aside = { seq, seconds: chunk.seconds, by: 'server', words };
  }

  /** Gives one more attempt to the chunks that stepped aside because of the network. True when there is one. */
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

  /** The chunks that may be sent now; those with the fewest failures come first. */
  due(now: number): number[] {
    return [...this.#chunks.values()]
      .filter((chunk) => !chunk.sending && chunk.retryAt <= now)
      .sort((a, b) => a.misses - b.misses || a.seq - b.seq)
      .map(({ seq }) => seq);
  }

  get sending(): number {
    return [...this.#chunks.values()].filter(({ sending }) => sending).length;
  }

  /** The chunks for which the end must wait. */
  waiting(): readonly ChunkFacts[] {
    return [...this.#chunks.values()].filter(({ aside }) => aside === null);
  }

  asides(): readonly Aside[] {
    return [...this.#chunks.values()].flatMap(({ aside }) => (aside ? [aside] : []));
  }

  /** The fewest misses of any chunk for which the end waits; infinite when there is none. */
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

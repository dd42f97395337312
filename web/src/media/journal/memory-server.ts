/** The server's chunk routes in memory, for tests. Answers come in a later microtask, as over a network. */
import { createHash } from 'node:crypto';
import { vi } from 'vitest';
import type { Send } from './chunk-requests';

/**
 * A number: the status of an answer of our server, with the right problem body (0: no answer). A function: an answer of
 * somebody else.
 */
type Scripted = number | (() => Response);

const kProblems: Readonly<Record<number, string>> = {
  401: 'unauthorized',
  404: 'not-found',
  409: 'chunk-conflict',
  410: 'recording-erased',
  422: 'chunk-malformed',
  507: 'disk-full',
};

/** A page of another server, for example a sign-in page. */
export const page =
  (status: number, type = 'text/html') =>
  () =>
    new Response('<html>Please sign in</html>', { status, headers: { 'Content-Type': type } });

export class MemoryServer {
  readonly id: string;
  readonly chunks = new Map<number, Uint8Array>();
  readonly finishes: { last_seq: number; reason: string }[] = [];
  readonly requests: string[] = [];
  chunkStatus: (seq: number) => Scripted = () => 201;
  finishStatus: Scripted = 200;
  /** The status for everything that is read. */
  readStatus: Scripted = 200;

  constructor(id = 'r1') {
    this.id = id;
  }

  readonly send: Send = async (input, init) => {
    const url = String(input);
    const method = init?.method ?? 'GET';
    this.requests.push(`${method} ${url}`);
    init?.signal?.throwIfAborted();
    const seq = /\/chunks\/(\d+)$/.exec(url)?.[1];
    if (method === 'PUT' && seq) return this.#put(Number(seq), init?.body as Uint8Array);
    if (method === 'GET') return this.#answer(this.readStatus, () => this.#read(url));
    return this.#answer(this.finishStatus, () => {
      this.finishes.push(JSON.parse(String(init?.body)));
      return Response.json(this.recording());
    });
  };

  /** The recording as in the answer to `GET /api/recordings/{id}`. */
  recording() {
    const finish = this.finishes[0];
    const stored = this.chunks.size;
    const whole = finish && stored === finish.last_seq + 1;
    const state = finish ? (whole ? 'complete' : 'complete_with_gaps') : 'recording';
    return { id: this.id, state, last_seq: finish?.last_seq ?? null, chunks_stored: stored };
  }

  #read(url: string): Response {
    if (!/\/chunks(\?|$)/.test(url)) return Response.json({ recording: this.recording() });
    const seqs = [...this.chunks.keys()].sort((a, b) => a - b);
    const limit = Number(new URL(url, 'http://localhost').searchParams.get('limit') ?? 50);
    return Response.json({
      chunks: seqs.slice(0, limit).map((seq) => ({ seq })),
      next_cursor: seqs.length > limit ? 'more' : null,
      last_seq: null,
      highest_seq: seqs.at(-1) ?? null,
    });
  }

  #put(seq: number, bytes: Uint8Array): Response {
    const scripted = this.chunkStatus(seq);
    return this.#answer(scripted === 201 ? 200 : scripted, () => {
      this.chunks.set(seq, bytes.slice());
      const sha256 = createHash('sha256').update(bytes).digest('hex');
      return Response.json({ seq, sha256, bytes: bytes.length }, { status: 201 });
    });
  }

  #answer(scripted: Scripted, done: () => Response): Response {
    if (typeof scripted !== 'number') return scripted();
    if (scripted === 0) throw new TypeError('Failed to fetch');
    if (scripted === 200) return done();
    const type = `urn:reprise:problem:${kProblems[scripted] ?? 'internal'}`;
    return Response.json(
      { type, title: 'T', status: scripted, detail: `It is ${scripted}.` },
      { status: scripted, headers: { 'Content-Type': 'application/problem+json' } },
    );
  }
}

/**
 * Computes SHA-256 without another thread, so that in tests with fake timers only the test decides when things happen.
 */
export const digestAtOnce = (): void => {
  vi.spyOn(crypto.subtle, 'digest').mockImplementation(async (_algorithm, data) => {
    const bytes = createHash('sha256')
      .update(new Uint8Array(data as Uint8Array<ArrayBuffer>))
      .digest();
    return new Uint8Array(bytes).buffer;
  });
};

/** The server's chunk routes in memory, for tests. Sends answer in a later microtask, as a network would. */
import { createHash } from 'node:crypto';
import { vi } from 'vitest';
import type { Send } from './chunk-requests';

export class MemoryServer {
  readonly chunks = new Map<number, Uint8Array>();
  readonly finishes: { last_seq: number; reason: string }[] = [];
  readonly requests: string[] = [];
  /** Status of the next chunk answers; 0: no answer. */
  chunkStatus: (seq: number) => number = () => 201;
  finishStatus = 200;

  readonly send: Send = async (input, init) => {
    const url = String(input);
    const method = init?.method ?? 'GET';
    this.requests.push(`${method} ${url}`);
    init?.signal?.throwIfAborted();
    const seq = /\/chunks\/(\d+)$/.exec(url)?.[1];
    if (method === 'PUT' && seq) return this.#put(Number(seq), init?.body as Uint8Array);
    if (url.endsWith('/chunks')) {
      const chunks = [...this.chunks.keys()].map((kept) => ({ seq: kept }));
      return Response.json({ chunks, last_seq: null });
    }
    if (this.finishStatus === 0) throw new TypeError('Failed to fetch');
    if (this.finishStatus === 200) this.finishes.push(JSON.parse(String(init?.body)));
    return new Response('{}', { status: this.finishStatus });
  };

  #put(seq: number, bytes: Uint8Array): Response {
    const status = this.chunkStatus(seq);
    if (status === 0) throw new TypeError('Failed to fetch');
    if (status === 201) this.chunks.set(seq, bytes.slice());
    return new Response('{}', { status });
  }
}

/** SHA-256 without a thread of its own, so that a test with fake timers decides alone when things happen. */
export const digestAtOnce = (): void => {
  vi.spyOn(crypto.subtle, 'digest').mockImplementation(async (_algorithm, data) => {
    const bytes = createHash('sha256')
      .update(new Uint8Array(data as Uint8Array<ArrayBuffer>))
      .digest();
    return new Uint8Array(bytes).buffer;
  });
};

import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join } from 'node:path';

export type Finish = { readonly last_seq: number; readonly reason: string };
/** `ok`, a problem of our server for every chunk, no answer at all, or an answer of somebody else. */
export type Behaviour = 'ok' | 'unreachable' | 409 | 410 | 507 | Foreign;
/** The answer of something between browser and server; null: this request passes. */
export type Foreign = (
  method: string,
  path: string,
) => { status: number; type: string; body: string } | null;
export type ChunkServer = {
  readonly url: string;
  behaviour: Behaviour;
  /** Stored bytes by seq; their digests were checked. */
  readonly chunks: Map<number, Uint8Array>;
  readonly finishes: Finish[];
  /** The handles in the requests for tokens; null: a request without one. */
  readonly tokens: (string | null)[];
  /** The answers, as `PUT 3 201`. */
  readonly log: string[];
  stop(): Promise<void>;
};

/** CRC-32C one bit at a time: slow, but independent of the code under test. */
const crc32c = (bytes: Uint8Array): number => {
  let crc = 0xffffffff;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0x82f63b78 : crc >>> 1;
  }
  return (crc ^ 0xffffffff) >>> 0;
};

const digestOf = (bytes: Uint8Array): string => {
  const crc = Buffer.alloc(4);
  crc.writeUInt32BE(crc32c(bytes));
  const sha256 = createHash('sha256').update(bytes).digest('base64');
  return `sha-256=:${sha256}:, crc32c=:${crc.toString('base64')}:`;
};

const types: Record<string, string> = { '.html': 'text/html', '.js': 'text/javascript' };
/** As strict as the real server's policy. `connect` is one more origin, the model's. */
const csp = (connect: string) =>
  `default-src 'none'; script-src 'self'; worker-src 'self'; connect-src 'self' ${connect}; media-src 'self' blob:; ` +
  "require-trusted-types-for 'script'; trusted-types reprise";

const bodyOf = async (request: IncomingMessage): Promise<Uint8Array> => {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part);
  return Buffer.concat(parts);
};

/** The chunk routes of api/openapi.yaml in memory, and the static files of `folder`. */
export async function startChunkServer(folder: string, connect = ''): Promise<ChunkServer> {
  const server = createServer((request, response) => void serve(request, response));
  const state: ChunkServer = {
    url: '',
    behaviour: 'ok',
    chunks: new Map(),
    finishes: [],
    tokens: [],
    log: [],
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
  const answer = (response: ServerResponse, status: number, body: unknown) => {
    const type = status < 400 ? 'application/json' : 'application/problem+json';
    response.writeHead(status, { 'Content-Type': type });
    response.end(JSON.stringify(body));
  };
  const problem = (status: number) => ({
    ...{
      type: 'urn:reprise:problem:scripted',
      title: 'Scripted',
      status,
      detail: 'As the test says.',
    },
  });
  /** A `Recording` of api/openapi.yaml. */
  const recording = (id: string) => {
    const last = state.finishes[0]?.last_seq ?? null;
    const stored = state.chunks.size;
    const whole = last !== null && stored === last + 1;
    const ended = whole ? 'complete' : 'complete_with_gaps';
    return {
      id,
      state: last === null ? 'recording' : ended,
      last_seq: last,
      chunks_stored: stored,
    };
  };
  const putChunk = async (request: IncomingMessage, response: ServerResponse, seq: number) => {
    const bytes = await bodyOf(request);
    const digests = request.headers['content-digest'] === digestOf(bytes);
    const kept = state.chunks.get(seq);
    let status = typeof state.behaviour === 'number' ? state.behaviour : 201;
    if (!digests) status = 422;
    if (request.headers['content-type'] !== 'application/vnd.mcap') status = 415;
    if (request.headers['x-reprise'] !== '1') status = 403;
    if (status === 201 && kept && Buffer.compare(kept, bytes) !== 0) status = 409;
    if (status === 201) state.chunks.set(seq, bytes);
    state.log.push(`PUT ${seq} ${status}`);
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    answer(
      response,
      status,
      status === 201 ? { seq, bytes: bytes.length, sha256 } : problem(status),
    );
  };
  const serve = async (request: IncomingMessage, response: ServerResponse) => {
    const { pathname } = new URL(request.url ?? '/', 'http://localhost');
    const isApi = pathname.startsWith('/api/');
    if (isApi && state.behaviour === 'unreachable') return void request.socket.destroy();
    const method = request.method ?? 'GET';
    const foreign =
      typeof state.behaviour === 'function' && isApi && state.behaviour(method, pathname);
    if (foreign) {
      await bodyOf(request);
      state.log.push(`${method} ${pathname} foreign ${foreign.status}`);
      response.writeHead(foreign.status, foreign.type ? { 'Content-Type': foreign.type } : {});
      return void response.end(foreign.body);
    }
    const id = /^\/api\/recordings\/([^/]+)/.exec(pathname)?.[1] ?? '';
    const seq = /\/chunks\/(\d+)$/.exec(pathname)?.[1];
    if (request.method === 'PUT' && seq) return putChunk(request, response, Number(seq));
    if (request.method === 'POST' && pathname.endsWith('/finish')) {
      state.finishes.push(JSON.parse(Buffer.from(await bodyOf(request)).toString()));
      return answer(response, 200, recording(id));
    }
    if (request.method === 'POST' && pathname.endsWith('/token')) {
      const text = Buffer.from(await bodyOf(request)).toString();
      state.tokens.push(text === '' ? null : JSON.parse(text).handle);
      return answer(response, 201, {
        base_url: 'as before',
        api_version: 'v1beta',
        token: `auth_tokens/secret-token-${state.tokens.length + 1}`,
        expires_at: '2026-11-28T00:00:00Z',
      });
    }
    if (request.method === 'POST' && pathname.endsWith('/end')) {
      const { reason } = JSON.parse(Buffer.from(await bodyOf(request)).toString());
      state.log.push(`END ${reason}`);
      return answer(response, 200, {});
    }
    if (isApi && pathname.endsWith('/chunks')) {
      return answer(response, 200, {
        chunks: [...state.chunks.keys()].map((kept) => ({ seq: kept })),
        next_cursor: null,
        last_seq: state.finishes[0]?.last_seq ?? null,
        highest_seq: state.chunks.size > 0 ? Math.max(...state.chunks.keys()) : null,
      });
    }
    if (id && method === 'GET') return answer(response, 200, { recording: recording(id) });
    try {
      const body = await readFile(join(folder, pathname === '/' ? 'index.html' : pathname));
      const type = types[extname(pathname)] ?? 'text/html';
      response.writeHead(200, { 'Content-Type': type, 'Content-Security-Policy': csp(connect) });
      response.end(body);
    } catch {
      response.writeHead(404).end();
    }
  };
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return Object.assign(state, { url: `http://localhost:${port}` });
}

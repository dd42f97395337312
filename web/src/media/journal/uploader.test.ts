/** The sender with the real `fetch`, over a real connection, against a server that gives wrong answers. */
import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, it } from 'vitest';
import { afterTimeout } from '../worker-scope';
import { MemoryFiles } from './memory-files';
import { chunkBytes } from './test-journals';
import type { UploadStatus } from './upload-plan';
import { Uploader } from './uploader';

const kChunks = 4;
/** How many wrong answers each request gets before our server's answer. */
const kBadAnswers = 2;
/** The sender's clock runs this much faster than ours, so that its waits are short. */
const kHaste = 200;
const recordingId = '019361a0-0000-7000-8000-000000000001';

type Answer = (request: IncomingMessage, response: ServerResponse) => void;
const closers: (() => void)[] = [];
afterEach(() => {
  for (const close of closers.splice(0)) close();
});

const bodyOf = async (request: IncomingMessage): Promise<Buffer> => {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part);
  return Buffer.concat(parts);
};
const give =
  (status: number, type: string, body: string): Answer =>
  (_, response) =>
    void response.writeHead(status, type ? { 'Content-Type': type } : {}).end(body);

/** Our server behind `bad`, which gives the first answers to each request. */
const serve = async (bad: Answer, isBad: (path: string, count: number) => boolean) => {
  const stored = new Map<number, Buffer>();
  const finishes: string[] = [];
  const counts = new Map<string, number>();
  const server = createServer(async (request, response) => {
    const path = `${request.method} ${request.url}`;
    const count = (counts.get(path) ?? 0) + 1;
    counts.set(path, count);
    const body = await bodyOf(request);
    if (isBad(path, count)) return bad(request, response);
    const seq = /\/chunks\/(\d+)$/.exec(request.url ?? '')?.[1];
    if (seq === undefined) {
      finishes.push(body.toString());
      const answer = JSON.stringify({ id: recordingId, state: 'complete' });
      return give(200, 'application/json', answer)(request, response);
    }
    stored.set(Number(seq), body);
    const sha256 = createHash('sha256').update(body).digest('hex');
    const answer = JSON.stringify({ seq: Number(seq), sha256 });
    give(201, 'application/json; charset=utf-8', answer)(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closers.push(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  return { apiBase: `http://127.0.0.1:${port}/api`, stored, finishes, counts };
};

const send = (apiBase: string) => {
  const files = new MemoryFiles();
  for (let seq = 0; seq < kChunks; seq += 1) files.files.set(seq, chunkBytes(seq));
  const said: UploadStatus[] = [];
  const uploader = new Uploader({
    files,
    recordingId,
    apiBase,
    send: fetch,
    now: () => performance.now() * kHaste,
    after: (ms, then) => afterTimeout(ms / kHaste, then),
    random: () => 0,
    inFlightMax: 2,
    leaveAfterMs: Number.POSITIVE_INFINITY,
    priority: 'auto',
    onStatus: (status) => said.push(status),
  });
  for (let seq = 0; seq < kChunks; seq += 1) uploader.sealed({ seq, bytes: 9, seconds: 1 });
  uploader.finish(kChunks - 1, 'hangup');
  return { files, uploader, said };
};

it.each<[string, Answer]>([
  ['a sign-in page', give(200, 'text/html', '<html>Sign in</html>')],
  ['a page that calls itself created', give(201, 'text/html', '<html>')],
  ['JSON of somebody else', give(201, 'application/json', '{"status":"ok"}')],
  ['JSON that breaks off', give(201, 'application/json', '{"seq":0,"sha')],
  ['an answer for another chunk', give(201, 'application/json', '{"seq":77,"sha256":"ab"}')],
  ['a 201 without a body', give(201, '', '')],
  ['a 204', give(204, '', '')],
  ['text that is not found', give(404, 'text/plain', '404 page not found')],
  ['a page that is gone', give(410, 'text/html', 'gone')],
  ['a firewall', give(403, 'text/html', 'denied')],
  ['a gateway', give(502, 'text/html', 'bad gateway')],
  ['a problem of somebody else', give(409, 'application/problem+json', '{"type":"about:blank"}')],
  ['a redirect', (_, response) => void response.writeHead(302, { Location: '/login' }).end()],
  [
    'a redirect that keeps the method, to itself',
    (request, response) => void response.writeHead(307, { Location: request.url }).end(),
  ],
  ['a connection that is cut', (request) => void request.socket.destroy()],
  [
    'a body that is cut',
    (request, response) => {
      response.writeHead(201, { 'Content-Type': 'application/json', 'Content-Length': 999 });
      response.write('{"seq":0,');
      setTimeout(() => request.socket.destroy(), 5);
    },
  ],
])('%s costs nothing: all arrives, and nothing was removed before', async (_, bad) => {
  const server = await serve(bad, (_path, count) => count <= kBadAnswers);
  const { files, uploader, said } = send(server.apiBase);
  const removed = files.remove.bind(files);
  files.remove = async (seq) => {
    expect(server.stored.has(seq), `chunk ${seq} removed`).toBe(true);
    return removed(seq);
  };
  expect(await uploader.ended).toBe('finished');
  for (let seq = 0; seq < kChunks; seq += 1) {
    expect(server.stored.get(seq)?.equals(chunkBytes(seq)), `chunk ${seq}`).toBe(true);
  }
  expect(server.finishes).toEqual([JSON.stringify({ last_seq: kChunks - 1, reason: 'hangup' })]);
  expect(files.files.size).toBe(0);
  expect(said.some(({ server: is, answers }) => is === 'unreachable' && answers !== '')).toBe(true);
});

it('a firewall that never lets one chunk through keeps only that one', async () => {
  const deny = give(403, 'text/html', 'denied');
  const server = await serve(deny, (path) => path.endsWith('/chunks/1'));
  const { files, uploader } = send(server.apiBase);
  expect(await uploader.ended).toBe('finished');
  expect([...server.stored.keys()].sort()).toEqual([0, 2, 3]);
  expect(server.finishes).toHaveLength(1);
  expect([...files.files.keys()]).toEqual([1]);
  expect(uploader.status().asides).toMatchObject([
    { seq: 1, by: 'network', words: '403 text/html' },
  ]);
});

it('after it was called off nothing is sent', async () => {
  let reached = 0;
  const server = await serve(
    () => {
      reached += 1; // never answered
    },
    () => true,
  );
  const { uploader } = send(server.apiBase);
  await expect.poll(() => reached).toBe(2);
  uploader.abort();
  expect(await uploader.ended).toBe('aborted');
  uploader.online();
  await new Promise((resolve) => setTimeout(resolve, 200));
  expect(reached).toBe(2);
});

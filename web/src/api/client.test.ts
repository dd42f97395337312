// @vitest-environment jsdom
import { afterEach, expect, test, vi } from 'vitest';
import { aboutQuery } from './about';
import { ApiError } from './api-error';
import { chatQuery, chatsQuery, createChat, deleteChat, messagesQuery, renameChat } from './chats';
import { client } from './client';
import { createLiveSessionOnServer } from './live-sessions';
import { eraseRecording, recordingQuery, recordingsQuery, waveformQuery } from './recordings';
import { importTasks } from './tasks';

afterEach(() => void vi.unstubAllGlobals());
const { signal } = new AbortController();
const thrown = (asked: Promise<unknown>) => asked.catch((error: unknown) => error);

/** Gives these answers instead of the server, one for each request. */
const answering = (...answers: (() => Response)[]): string[] => {
  const asked: string[] = [];
  vi.stubGlobal('fetch', async (request: Request, init?: RequestInit) => {
    asked.push(`${request.method} ${new URL(request.url).pathname} ${init?.redirect}`);
    return answers[Math.min(asked.length, answers.length) - 1]?.();
  });
  return asked;
};
const problem = (status: number, name: string) => () =>
  new Response(
    JSON.stringify({ type: `urn:reprise:problem:${name}`, title: 'T', status, detail: 'D.' }),
    { status, headers: { 'Content-Type': 'application/problem+json' } },
  );
const page = (status: number) => () =>
  new Response('<html>Sign in</html>', { status, headers: { 'Content-Type': 'text/html' } });
const empty = () => new Response(null, { status: 204 });

test('a server that does not answer is an error of its own kind', async () => {
  vi.stubGlobal('fetch', () => Promise.reject(new TypeError('Failed to fetch')));
  const error = await thrown(aboutQuery.queryFn({ signal }));
  expect(error).toBeInstanceOf(ApiError);
  expect(error).toMatchObject({ kind: 'unreachable' });
});

test('a change without a body has the type JSON, which a form of another site cannot send', async () => {
  const types: (string | null)[] = [];
  vi.stubGlobal('fetch', async (request: Request) => {
    types.push(request.headers.get('content-type'));
    return problem(409, 'live-session-ended')();
  });
  const params = { path: { live_session_id: 'x' } };
  await thrown(client.POST('/api/live/sessions/{live_session_id}/token', { params }));
  await thrown(client.DELETE('/api/chats/{chat_id}', { params: { path: { chat_id: 'x' } } }));
  expect(types).toEqual(['application/json', 'application/json']);
});

test('a table goes as it is, whatever its encoding', async () => {
  const sent: (string | null | number[])[] = [];
  vi.stubGlobal('fetch', async (request: Request) => {
    const bytes = [...new Uint8Array(await request.arrayBuffer())];
    sent.push(request.method, request.headers.get('content-type'), bytes);
    return problem(400, 'bad-request')();
  });
  await thrown(importTasks(new Uint8Array([0x74, 0xfc, 0x0a]).buffer));
  expect(sent).toEqual(['PUT', 'text/csv', [0x74, 0xfc, 0x0a]]);
});

test('a refused request rejects with the problem', async () => {
  answering(problem(500, 'internal'));
  await expect(aboutQuery.queryFn({ signal })).rejects.toMatchObject({
    kind: 'problem',
    code: 'internal',
    message: 'D.',
  });
});

test.each<[string, () => Response]>([
  ['a sign-in page', page(200)],
  ['a page that is not found', page(404)],
  [
    'JSON that breaks off',
    () => new Response('{"recor', { headers: { 'Content-Type': 'application/json' } }),
  ],
])('%s is not the server', async (_, answer) => {
  const asked = answering(answer);
  const error = await thrown(recordingsQuery().queryFn({ signal, pageParam: null }));
  expect(error).toMatchObject({ kind: 'unreachable', status: 0 });
  expect(asked).toEqual(['GET /api/recordings manual']);
});

test('foreign JSON says nothing about our server', async () => {
  answering(() => Response.json({ status: 'ok' }));
  await expect(aboutQuery.queryFn({ signal })).rejects.toMatchObject({ kind: 'unreachable' });
});

test('an aborted request says so', async () => {
  vi.stubGlobal('fetch', () => Promise.reject(new DOMException('off', 'AbortError')));
  const error = await thrown(
    recordingsQuery().queryFn({ signal: AbortSignal.abort(), pageParam: null }),
  );
  expect((error as Error).name).toBe('AbortError');
});

test.each([
  ['a recording', () => eraseRecording('one')],
  ['a chat', () => deleteChat('one')],
] as const)('%s is deleted only when the server itself says that it is gone', async (_, remove) => {
  answering(empty, problem(410, 'recording-erased'));
  await remove();
  answering(empty, problem(404, 'not-found'));
  await remove();
  answering(empty, page(404));
  await expect(remove()).rejects.toMatchObject({ kind: 'unreachable' });
  answering(empty, () => Response.json({ recording: { id: 'one' } }));
  await expect(remove()).rejects.toThrow('It is still there.');
  answering(page(200));
  await expect(remove()).rejects.toMatchObject({ kind: 'unreachable' });
});

test('a live session without a token is not an answer of our server', async () => {
  const connection = { base_url: 'http://localhost', api_version: 'v1', token: 't' };
  answering(() => Response.json({ connection }, { status: 201 }));
  const start = await createLiveSessionOnServer({ chat_id: 'c', record: false });
  expect(start.connection.token).toBe('t');
  answering(() => Response.json({ status: 'ok' }, { status: 201 }));
  await expect(createLiveSessionOnServer({ chat_id: 'c', record: false })).rejects.toMatchObject({
    kind: 'unreachable',
  });
});

test('foreign JSON is no answer, whatever the request was', async () => {
  const asks: Readonly<Record<string, () => Promise<unknown>>> = {
    about: () => aboutQuery.queryFn({ signal }),
    chats: () => chatsQuery.queryFn({ signal, pageParam: null }),
    chat: () => chatQuery('one').queryFn({ signal }),
    messages: () => messagesQuery('one').queryFn({ signal, pageParam: null }),
    'a new chat': createChat,
    'another name': () => renameChat('one', 'Two'),
    recordings: () => recordingsQuery().queryFn({ signal, pageParam: null }),
    recording: () => recordingQuery('one').queryFn({ signal }),
    waveform: () => waveformQuery('one').queryFn({ signal }),
  };
  for (const said of [{ status: 'ok' }, { id: 2, recording: { id: 'two' } }, [], null, 7]) {
    for (const [name, ask] of Object.entries(asks)) {
      answering(() => Response.json(said));
      await expect(ask(), `${name}: ${JSON.stringify(said)}`).rejects.toMatchObject({
        kind: 'unreachable',
      });
    }
  }
});

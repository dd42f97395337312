// Typed messages and their answers: the streams, read by a parser of their own, from both ends of every event.
import assert from 'node:assert/strict';
import { request } from 'node:http';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { eventually, startServer } from '../harness/programs.mjs';
import { startEmulator } from './live-harness.mjs';

const SCENARIO = `
texts:
  - {match: please be blocked, block: SAFETY}
  - {match: too much, error: 429, retry_after_s: 7}
  - {match: overloaded, error: 503}
  - {match: half an answer, say: "One two three four five six seven eight nine ten.", cut_after: 1}
  - {match: unsafe end, say: "I begin.", finish: SAFETY}
  - {match: slowly, say: "One two three four five six seven eight nine ten eleven twelve.", piece_ms: 400}
`;

let emulator;
let server;
before(async () => {
  emulator = await startEmulator({ scenario: SCENARIO });
  server = await startServer({ tokens: { url: emulator.url, close: () => {} } });
});
after(async () => {
  await server.stop();
  assert.equal(await emulator.stop(), 0);
});

let names = 0;
const newChat = async () => (await server.ask('POST', '/api/chats', {})).body;
async function ask(text, { chat, ...more } = {}) {
  const into = chat ?? (await newChat());
  const sent = await server.ask('POST', `/api/chats/${into.id}/messages`, { client_id: `c${++names}`, text, ...more });
  assert.equal(sent.status, 201, sent.text);
  return { chat: into, ...sent.body, place: `/api/chats/${into.id}/messages/${sent.body.answer.id}` };
}
/** Everything that a stream says, until it ends. `onEvent` may return true to leave. */
async function listen(place, { last, of = server, onEvent } = {}) {
  const response = await of.fetch(`${place}/stream`, { headers: last === undefined ? {} : { 'last-event-id': String(last) } });
  if (response.status === 204) return [];
  assert.equal(response.status, 200, await (response.status === 200 ? '' : response.text()));
  assert.equal(response.headers.get('content-type'), 'text/event-stream');
  const events = [];
  let rest = '';
  for await (const bytes of response.body.pipeThrough(new TextDecoderStream())) {
    rest += bytes;
    const blocks = rest.split('\n\n');
    rest = blocks.pop();
    for (const block of blocks) {
      const fields = Object.fromEntries(block.split('\n').filter((line) => !line.startsWith(':')).map((line) => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 1).trimStart()]));
      if (fields.data === undefined) continue;
      events.push({ id: Number(fields.id), name: fields.event, data: JSON.parse(fields.data) });
      if (onEvent?.(events.at(-1))) return events;
    }
  }
  assert.equal(rest, '', 'the last event is whole');
  return events;
}
const textOf = (events) => events.filter(({ name }) => name === 'delta').map(({ data }) => data.text).join('');
const messagesOf = async (chat) => (await server.ask('GET', `/api/chats/${chat.id}/messages`)).body.messages;

test('an answer comes in numbered pieces and is kept', async () => {
  const { place, chat, message, answer } = await ask('repeat after me the weather is nice');
  assert.deepEqual([message.role, message.state, answer.state, answer.text], ['person', 'complete', 'streaming', '']);
  const events = await listen(place);
  assert.deepEqual(events.map(({ id }) => id), events.map((_, at) => at + 1));
  assert.equal(textOf(events), 'The weather is nice.');
  const done = events.at(-1);
  assert.equal(done.name, 'done');
  assert.equal(done.data.message.text, 'The weather is nice.');
  assert.equal(done.data.message.model, 'gemini-3.8-flash');
  assert.ok(done.data.message.usage.output_tokens > 0);
  assert.deepEqual((await messagesOf(chat)).map(({ id, state }) => [id, state]), [[message.id, 'complete'], [answer.id, 'complete']]);
  await eventually(() => server.ask('GET', `/api/chats/${chat.id}`), ({ body }) => !body.untitled);
});

test('a stream goes on after every event, for every listener, while it is written and later', async () => {
  const { place } = await ask('slowly, please');
  const [whole, twin] = await Promise.all([listen(place), listen(place)]);
  assert.ok(whole.length > 3, JSON.stringify(whole));
  assert.deepEqual(twin, whole);
  for (let last = 0; last <= whole.length; last++) assert.deepEqual(await listen(place, { last }), whole.slice(last), `after ${last}`);
});

test('who leaves in the middle and comes back misses nothing', async () => {
  const { place } = await ask('slowly, please');
  const before = await listen(place, { onEvent: ({ id }) => id === 1 });
  const later = await listen(place, { last: 1 });
  assert.deepEqual(await listen(place), [...before, ...later]);
});

test('a stop keeps what has come, at once', async () => {
  const { place } = await ask('slowly, please');
  let stopped;
  const events = await listen(place, { onEvent: ({ id }) => { if (id === 1) stopped = server.ask('POST', `${place}/stop`); } });
  const { body } = await stopped;
  assert.equal(body.state, 'stopped');
  assert.equal(textOf(events), body.text);
  assert.ok(body.text.length > 0 && !body.text.endsWith('twelve.'), body.text);
  assert.equal(events.at(-1).name, 'done');
  await sleep(500);
  assert.equal(textOf(await listen(place)), body.text, 'nothing comes after it');
});

test('every trouble has its words, and half an answer is kept', async () => {
  for (const [text, type, words, kept] of [
    ['please be blocked', 'question-blocked', /SAFETY/, ''],
    ['too much', 'model-quota', /7 s/, ''],
    ['overloaded', 'model-busy', /\./, ''],
    ['half an answer', 'answer-cut', /regenerate/, 'One two three four '],
    ['unsafe end', 'answer-blocked', /SAFETY/, 'I begin.'],
  ]) {
    const { place, chat, answer } = await ask(text);
    const last = (await listen(place)).at(-1);
    assert.equal(last.name, 'error', text);
    assert.equal(last.data.type, `urn:reprise:problem:${type}`);
    assert.match(last.data.detail, words);
    const stored = (await messagesOf(chat)).find(({ id }) => id === answer.id);
    assert.deepEqual([stored.state, stored.text, stored.problem.type], ['failed', kept, last.data.type]);
    const again = await server.ask('POST', `${place}/regenerate`);
    assert.equal(again.status, 201);
  }
});

test('the model knows the branch above, and no other', async () => {
  const first = await ask('My cat is called Pixel.');
  await listen(first.place);
  const second = await ask('What did I say?', { chat: first.chat, parent_id: first.answer.id });
  assert.match(textOf(await listen(second.place)), /My cat is called Pixel\./);
  const other = await ask('What did I say?', { chat: first.chat, parent_id: null });
  assert.equal(textOf(await listen(other.place)), 'You said nothing before.');
});

test('a title that a person gave stays', async () => {
  const chat = (await server.ask('POST', '/api/chats', { title: 'Mine' })).body;
  await listen((await ask('hello', { chat })).place);
  await sleep(300);
  assert.equal((await server.ask('GET', `/api/chats/${chat.id}`)).body.title, 'Mine');
});

test('a client that goes away is noticed at once', async () => {
  const { place } = await ask('slowly, please');
  await new Promise((resolve) => {
    const asked = request(server.url + `${place}/stream`, (response) => response.once('data', () => { asked.destroy(); resolve(); }));
    asked.end();
  });
  await eventually(async () => server.program.log, (log) => log.includes('"http.client_gone"'), 5_000);
});

test('a server that is killed in the middle leaves what was heard, marked, with a way on', async () => {
  const { place } = await ask('slowly, please');
  const heard = await listen(place, { onEvent: ({ id }) => id === 1 });
  server = await server.restart('SIGKILL');
  const events = await listen(place);
  assert.deepEqual(events.slice(0, 1), heard);
  assert.equal(events.at(-1).name, 'error');
  assert.equal(events.at(-1).data.type, 'urn:reprise:problem:answer-interrupted');
  assert.equal((await server.ask('POST', `${place}/regenerate`)).status, 201);
});

test('SIGTERM ends streams with a time to come back, and lets the answer end', async () => {
  const { place, chat, answer } = await ask('slowly, please');
  const response = await server.fetch(`${place}/stream`);
  const text = response.text();
  await eventually(() => messagesOf(chat), (messages) => messages.at(-1).text !== '');
  const ended = server.program.stop();
  assert.match(await text, /\nretry: \d+\n\n$/);
  assert.ok(!(await text).includes('twelve.'), 'the stream ends before the answer does');
  assert.equal(await ended, 0);
  server = await server.restart();
  const stored = (await messagesOf(chat)).find(({ id }) => id === answer.id);
  assert.deepEqual([stored.state, stored.text.endsWith('twelve.')], ['complete', true]);
});

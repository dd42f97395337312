// Typed messages and their answers: the streams, read by a parser of their own, from both ends of every event.
import assert from 'node:assert/strict';
import { request } from 'node:http';
import { after, before, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { listen as listenTo, textOf } from '../harness/answer-stream.mjs';
import { Issuer } from '../harness/issuer.mjs';
import { startLoginServer } from '../harness/login.mjs';
import { eventually, startServer } from '../harness/programs.mjs';
import { KEY, startEmulator } from './live-harness.mjs';

const SCENARIO = `
texts:
  - {match: please be blocked, block: SAFETY}
  - {match: too much, error: 429, retry_after_s: 7}
  - {match: overloaded, error: 503}
  - {match: half an answer, say: "One two three four five six seven eight nine ten.", cut_after: 1}
  - {match: unsafe end, say: "I begin.", finish: SAFETY}
  - {match: patiently, say: "One two three four five six seven eight nine ten eleven twelve.", piece_ms: 3000}
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
const listen = (place, { of = server, ...more } = {}) => listenTo(of, place, more);
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

test('a wish that stop and regenerate do not know is refused, naming it', async () => {
  const { place, answer } = await ask('hello');
  await listen(place);
  for (const what of ['stop', 'regenerate']) {
    const refused = await server.ask('POST', `${place}/${what}`, { model: 'gemini-3.6-flash' });
    assert.deepEqual([refused.status, refused.body.detail], [400, '`model` is not known here.'], `${what} of ${answer.id}`);
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

test('a chat is not named by a greeting, but by what comes after it', async () => {
  const greeted = await ask('Hello there! How are you today?');
  await listen(greeted.place);
  const { place, chat } = await ask('Which glue holds leather on wood?', { chat: greeted.chat });
  await listen(place);
  const { body } = await eventually(() => server.ask('GET', `/api/chats/${chat.id}`), ({ body }) => !body.untitled);
  assert.match(body.title, /^Which glue holds/);
});

test('a chat is named by its first words', async () => {
  const { place, chat } = await ask('How do I bake a good bread at home in winter?');
  await listen(place);
  const { body } = await eventually(() => server.ask('GET', `/api/chats/${chat.id}`), ({ body }) => !body.untitled);
  assert.equal(body.title, 'How do I bake a good');
});

test('the model says what was asked before', async () => {
  const first = await ask('Which gear is the largest?');
  await listen(first.place);
  const second = await ask('What did I ask you before?', { chat: first.chat });
  assert.equal(textOf(await listen(second.place)), 'Before, you asked: Which gear is the largest?');
  const { body } = await server.ask('GET', `/api/chats/${first.chat.id}/context?after=${first.answer.id}`);
  assert.deepEqual(body.turns.map(({ message_id, role, origin }) => [message_id, role, origin]), [[first.message.id, 'person', 'typed'], [first.answer.id, 'model', 'typed']]);
  assert.deepEqual([body.provider, body.too_old], ['gemini', 0]);
  assert.ok(body.tokens > 0 && body.tokens_max === 200_000 && body.instruction.length > 0);
});

test('reasoning is kept apart from the answer', async () => {
  const done = (await listen((await ask('repeat after me yes')).place)).at(-1);
  assert.equal(done.data.message.text, 'Yes.');
  assert.match(done.data.message.reasoning, /Reading the question/);
});

describe('another service', () => {
  let own;
  before(async () => {
    own = await startServer({
      tokens: { url: emulator.url, close: () => {} },
      args: ['--openai-url', `${emulator.url}/v1/`, '--openai-model', 'emulated-1', '--openai-name', 'Elsewhere', '--chat-context', '1000'],
      env: { REPRISE_OPENAI_KEY: KEY },
    });
  });
  after(() => own.stop());
  const chatBy = async (change) => {
    const { body } = await own.ask('POST', '/api/chats', {});
    assert.equal((await own.ask('PATCH', `/api/chats/${body.id}`, change)).status, 200);
    return body;
  };
  const say = (chat, text) => own.ask('POST', `/api/chats/${chat.id}/messages`, { client_id: `o${++names}`, text });
  const hear = ({ message, answer }) => listen(`/api/chats/${message.chat_id}/messages/${answer.id}`, { of: own });

  test('is listed with its models and answers when a chat says so', async () => {
    const { body } = await own.ask('GET', '/api/answerers');
    const [usual, other] = body.answerers;
    assert.deepEqual([usual.provider, other.provider, other.name, other.default_model], ['gemini', 'openai', 'Elsewhere', 'emulated-1']);
    assert.ok(usual.models.includes('gemini-3.6-flash') && other.models.includes('emulated-1'));
    assert.deepEqual(other.takes, ['text', 'pictures']);
    assert.equal(other.problem, null);
    const chat = await chatBy({ provider: 'openai' });
    const done = (await hear((await say(chat, 'repeat after me good day')).body)).at(-1).data.message;
    assert.deepEqual([done.text, done.provider, done.model, done.state], ['Good day.', 'openai', 'emulated-1', 'complete']);
    assert.ok(done.usage.output_tokens > 0);
    await eventually(() => own.ask('GET', `/api/chats/${chat.id}`), ({ body }) => body.title === 'Repeat after me good day');
  });

  test('a model that it does not list is refused, with the name of the field, and nothing changes', async () => {
    const chat = await chatBy({ provider: 'openai' });
    for (const change of [{ model: 'no-such-model' }, { provider: 'gemini', model: 'emulated-1' }, { title: 'Tea', model: 'gemini-3.6-flash' }]) {
      const refused = await own.ask('PATCH', `/api/chats/${chat.id}`, change);
      assert.deepEqual([refused.status, refused.body.type], [400, 'urn:reprise:problem:bad-request'], JSON.stringify(change));
      assert.match(refused.body.detail, /^`model` names none of /);
    }
    const { body } = await own.ask('GET', `/api/chats/${chat.id}`);
    assert.deepEqual([body.title, body.provider, body.model], [chat.title, 'openai', null]);
  });

  test('gets what was said live only after somebody agreed', async () => {
    const chat = await chatBy({ provider: 'openai' });
    assert.equal((await own.ask('POST', '/api/live/sessions', { chat_id: chat.id, record: false })).status, 201);
    const refused = await say(chat, 'hello');
    assert.deepEqual([refused.status, refused.body.type], [409, 'urn:reprise:problem:live-words-elsewhere']);
    assert.equal((await own.ask('PATCH', `/api/chats/${chat.id}`, { live_words_to: 'openai' })).status, 200);
    assert.equal((await say(chat, 'hello')).status, 201);
  });

  test('what has grown too long is told again in a message that one can read', async () => {
    const chat = await chatBy({ provider: 'openai' });
    await hear((await say(chat, `My cat is called Pixel. ${'a'.repeat(4_000)}`)).body);
    const second = (await say(chat, 'What did I say?')).body;
    await hear(second);
    const { messages } = (await own.ask('GET', `/api/chats/${chat.id}/messages`)).body;
    const [summary, question] = messages.slice(-3);
    assert.match(summary.text, /^The person said:\n\n- My cat is called Pixel\./);
    assert.equal(summary.covers_until, messages[1].id);
    assert.deepEqual([question.id, question.parent_id], [second.message.id, summary.id]);
    const context = (await own.ask('GET', `/api/chats/${chat.id}/context?after=${second.message.id}`)).body;
    assert.deepEqual(context.turns.map(({ origin }) => origin), ['summary', 'typed']);
  });
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
  await eventually(async () => server.program.log, (log) => log.includes('"http.client_gone"'));
});

test('a login that ends stops its streams within 5 s, and those of no other login', async () => {
  const issuer = await Issuer.start();
  issuer.addPerson('anna');
  const own = await startLoginServer({ issuers: [{ id: 'dex', peer: issuer }], server: { tokens: { url: emulator.url, close: () => {} } } });
  const [leaves, stays] = [own.person(), own.person()];
  for (const person of [leaves, stays]) await person.login({ as: 'anna' });
  const chat = (await leaves.ask('POST', '/api/chats', {})).body;
  const { answer } = (await leaves.ask('POST', `/api/chats/${chat.id}/messages`, { client_id: 'c', text: 'patiently' })).body;
  const place = `/api/chats/${chat.id}/messages/${answer.id}`;
  const heard = [];
  const cut = listenTo(leaves.copy(), place, { heard }).catch(() => {});
  const whole = listenTo(stays, place);
  await eventually(async () => heard.length, (count) => count > 0);
  const began = Date.now();
  assert.equal((await leaves.ask('POST', '/api/auth/logout')).status, 200);
  await cut;
  assert.ok(Date.now() - began < 10_000, `${Date.now() - began} ms`);  // a busy machine gets twice the time
  assert.ok(heard.every(({ name }) => name === 'delta'), 'it ended before the answer did');
  assert.equal((await whole).at(-1).name, 'done');
  await own.end();
  await issuer.stop();
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

// Runs every operation of api/openapi.yaml against a server: its examples, its errors, and each answer against its
// schema.
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { Issuer } from '../harness/issuer.mjs';
import { freePort } from '../harness/ports.mjs';
import { Person } from '../harness/person.mjs';
import { consent, digestOf, eventually, remove, root, startServer, startTokenService, syntheticChunks, temporaryFolder } from '../harness/programs.mjs';

const require = createRequire(join(root, 'web/package.json'));
const YAML = require('yaml');
const Ajv = require('ajv/dist/2020').default;
const { GoogleGenAI } = require('@google/genai');
const { McapIndexedReader } = require('@mcap/core');
const addFormats = require('ajv-formats').default ?? require('ajv-formats');

const description = YAML.parse(readFileSync(join(root, 'api/openapi.yaml'), 'utf8'));
const ajv = new Ajv({ strict: false, allErrors: true });
addFormats(ajv);
ajv.addSchema(description, 'openapi');
const validators = new Map();
function check(schema, value, what) {
  const key = JSON.stringify(schema);
  if (!validators.has(key)) {
    const absolute = JSON.parse(key.replaceAll('"#/', '"openapi#/'));
    validators.set(key, ajv.compile(absolute));
  }
  const validate = validators.get(key);
  assert.ok(validate(value), `${what}: ${ajv.errorsText(validate.errors)}\n${JSON.stringify(value)?.slice(0, 2000)}`);
}
const resolve = (node) =>
  node.$ref ? node.$ref.slice(2).split('/').reduce((at, name) => at[name], description) : node;

const operations = new Map();
for (const [path, methods] of Object.entries(description.paths)) {
  for (const [method, operation] of Object.entries(methods)) {
    if (operation.operationId) operations.set(operation.operationId, { path, method, ...operation });
  }
}
const called = new Map();

let server;
let chunks;
before(async () => {
  [server, chunks] = await Promise.all([startServer(), syntheticChunks(20)]);
});
after(() => server.stop());

/** Calls an operation and checks that the description promises this answer. */
async function call(id, { params = {}, query = '', body, raw, headers = {} } = {}) {
  const operation = operations.get(id);
  const path = operation.path.replace(/\{(\w+)\}/g, (_, name) => params[name]);
  const response = await server.fetch(path + query, {
    method: operation.method.toUpperCase(),
    redirect: 'manual',
    headers: { ...(body === undefined && operation.method !== 'post' ? {} : { 'content-type': 'application/json' }), ...headers },
    body: raw ?? (body === undefined ? undefined : JSON.stringify(body)),
  });
  const bytes = Buffer.from(await response.arrayBuffer());
  const type = (response.headers.get('content-type') ?? '').split(';')[0];
  const what = `${id} ${response.status}`;
  called.set(id, (called.get(id) ?? new Set()).add(response.status));
  const promised = operation.responses[response.status];
  assert.ok(promised, `${what} is not in the description: ${bytes.toString().slice(0, 500)}`);
  const content = resolve(promised).content;
  assert.equal(bytes.length > 0, content !== undefined, `${what}: a body only where one is promised`);
  const json = type.includes('json') && type !== 'application/jsonl' ? JSON.parse(bytes) : undefined;
  if (content) {
    assert.ok(content[type], `${what} has type ${type}`);
    if (content[type].schema) check(content[type].schema, json, what);
  }
  if (response.status >= 400) {
    assert.equal(json.status, response.status);
    assert.equal(json.request_id, response.headers.get('x-request-id'));
    assert.match(json.type, /^urn:reprise:problem:[a-z0-9-]+$/);
    assert.match(json.detail, /[.?]$/, 'a sentence');
  }
  return { status: response.status, json, bytes, type, headers: response.headers, problem: json?.type?.split(':').pop() };
}
async function expectStatus(status, id, options, problem) {
  const answer = await call(id, options);
  assert.equal(answer.status, status, `${id}: ${answer.bytes.toString().slice(0, 500)}`);
  if (problem) assert.equal(answer.problem, problem);
  return answer;
}

const unknown = '01936200-0000-7000-8000-00000000ffff';
const exampleOf = (id) => operations.get(id).requestBody.content['application/json'].example;
const schemaOf = (id) => operations.get(id).requestBody.content['application/json'].schema;
async function newRecording() {
  const chat = (await call('createChat', { body: {} })).json;
  const start = await expectStatus(201, 'createLiveSession', { body: { ...exampleOf('createLiveSession'), chat_id: chat.id } });
  return { chat, live: start.json.live_session.id, recording_id: start.json.recording_id, start: start.json };
}
/** The setup that the official SDK makes from the configuration that a browser gets. */
async function setupOfSdk({ model, config }) {
  const tokens = await startTokenService();
  const client = new GoogleGenAI({ apiKey: 'k', apiVersion: 'v1beta', httpOptions: { baseUrl: tokens.url } });
  await client.authTokens.create({ config: { liveConnectConstraints: { model, config } } });
  await tokens.close();
  return tokens.asked[0].body.bidiGenerateContentSetup;
}
const put = (recording_id, seq, raw, headers = {}) => ({
  params: { recording_id, seq },
  raw,
  headers: { 'content-type': 'application/vnd.mcap', 'content-digest': digestOf(raw), ...headers },
});

test('examples fit their schemas', () => {
  for (const [id, { requestBody }] of operations) {
    const json = requestBody?.content['application/json'];
    if (json) check(json.schema, json.example, `example of ${id}`);
  }
});

test('about and the description itself', async () => {
  await expectStatus(200, 'getAbout');
  const served = await expectStatus(200, 'getOpenApi');
  assert.deepEqual(served.json, description);
  const events = await expectStatus(200, 'getAboutEvents');
  assert.equal(events.bytes.toString(), 'data: first\n\ndata: second\n\n');
  await expectStatus(200, 'getAboutBytes');
  const part = await expectStatus(206, 'getAboutBytes', { headers: { range: 'bytes=27-29' } });
  assert.equal(part.bytes.toString(), 'bcd');
});

test('chats: create, list by last use, get, rename, messages, delete', async () => {
  const first = await expectStatus(201, 'createChat', { body: exampleOf('createChat') });
  assert.equal(first.json.title, exampleOf('createChat').title);
  assert.equal(first.headers.get('location'), `/api/chats/${first.json.id}`);
  const second = await expectStatus(201, 'createChat', { body: {} });
  assert.deepEqual([second.json.title, second.json.untitled, first.json.untitled], ['New chat', true, false]);
  const named = await expectStatus(200, 'renameChat', { params: { chat_id: second.json.id }, body: { title: 'New chat' } });
  assert.equal(named.json.untitled, false);
  const list = await expectStatus(200, 'listChats');
  assert.deepEqual(list.json.chats.slice(0, 2).map(({ id }) => id), [second.json.id, first.json.id]);
  const page = await expectStatus(200, 'listChats', { query: '?limit=1' });
  const next = await expectStatus(200, 'listChats', { query: `?limit=1&cursor=${page.json.next_cursor}` });
  assert.deepEqual([page, next].map(({ json }) => json.chats[0].id), [second.json.id, first.json.id]);
  for (const id of ['listChats', 'listRecordings']) await expectStatus(400, id, { query: '?limit=201' });
  const params = { chat_id: first.json.id };
  await expectStatus(400, 'listMessages', { params, query: '?cursor=x' });
  const renamed = await expectStatus(200, 'renameChat', { params, body: exampleOf('renameChat') });
  assert.equal(renamed.json.title, exampleOf('renameChat').title);
  assert.deepEqual((await expectStatus(200, 'getChat', { params })).json, renamed.json);
  const { json: who } = await expectStatus(200, 'listAnswerers');
  assert.deepEqual(who.answerers.map(({ provider, usual, default_model }) => [provider, usual, default_model]), [['gemini', true, 'gemini-3.8-flash']]);
  const chosen = await expectStatus(200, 'renameChat', { params, body: { provider: 'gemini', model: 'gemini-3.6-flash' } });
  assert.deepEqual([chosen.json.provider, chosen.json.model, chosen.json.title], ['gemini', 'gemini-3.6-flash', renamed.json.title]);
  assert.equal((await expectStatus(200, 'getContext', { params })).json.model, 'gemini-3.6-flash');
  for (const query of ['?after=x', `?after=${first.json.id}`]) await expectStatus(query.length > 9 ? 404 : 400, 'getContext', { params, query });
  for (const [body, member] of [[{ provider: 'nobody' }, 'provider'], [{ live_words_to: 'nobody' }, 'live_words_to'], [{ model: 'a b' }, 'model']]) {
    const { json } = await expectStatus(400, 'renameChat', { params, body });
    assert.match(json.detail, new RegExp(`\`${member}\``));
  }
  await expectStatus(201, 'createLiveSession', { body: { chat_id: first.json.id, record: false } });
  const messages = await expectStatus(200, 'listMessages', { params });
  assert.equal(messages.json.messages.length, 1);
  assert.equal((await call('listChats')).json.chats[0].id, first.json.id, 'a live session is a use');
  await expectStatus(204, 'deleteChat', { params });
  for (const id of ['getChat', 'listMessages', 'deleteChat']) await expectStatus(404, id, { params }, 'not-found');
});

test('search: titles at once, hostile words never an error of ours', async () => {
  const title = 'Kühlschranktür 東京タワー';
  const { json: chat } = await expectStatus(201, 'createChat', { body: { title } });
  const find = (q, query = '') => expectStatus(200, 'search', { query: `?q=${encodeURIComponent(q)}${query}` });
  for (const q of ['kuhlschrank', 'KÜHL', '京タ', '東京 kühlschranktür']) {
    const { json } = await find(q);
    assert.deepEqual(json.hits.map(({ chat_id }) => chat_id), [chat.id], q);
    assert.equal(json.hits[0].pieces.map(({ text }) => text).join(''), title);
    assert.ok(json.hits[0].pieces.some(({ marked }) => marked), q);
  }
  await expectStatus(200, 'renameChat', { params: { chat_id: chat.id }, body: { title: 'Gurke' } });
  assert.equal((await find('kuhlschrank')).json.hits.length, 0);
  assert.equal((await find('gurke')).json.hits.length, 1);
  await expectStatus(204, 'deleteChat', { params: { chat_id: chat.id } });
  assert.equal((await find('gurke')).json.hits.length, 0);
  const { hostile, refused } = JSON.parse(readFileSync(join(root, 'tests/fixtures/search.json'), 'utf8'));
  for (const { q } of hostile) await find(q);
  const far = [...refused, { q: 'x'.repeat(5000) }, { q: '東'.repeat(1000) }];
  for (const query of ['', '?q=%ff', '?q', ...far.map(({ q }) => `?q=${encodeURIComponent(q)}`)]) {
    const { json } = await expectStatus(400, 'search', { query });
    assert.match(json.detail, /`q`/, query.slice(0, 80));
  }
  const huge = await server.fetch(`/api/search?q=${'x'.repeat(10_240)}`);
  assert.ok(huge.status >= 400 && huge.status < 500, `${huge.status}`);
  for (const query of ['&limit=0', '&limit=201', '&cursor=x']) await expectStatus(400, 'search', { query: `?q=a${query}` });
});

for (const [id, body] of [
  ['createChat', { title: 7 }],
  ['createChat', { title: 'x'.repeat(201) }],
  ['createChat', { title: '\u200b\u202e' }],
  ['renameChat', { title: '\u3000' }],
  ['createChat', { titel: 'x' }],
  ['createChat', []],
  ['renameChat', {}],
  ['renameChat', { title: '' }],
  ['renameChat', { title: '   ' }],
  ['renameChat', { title: 'a\u0007b' }],
  ['renameRecording', {}],
  ['renameRecording', { title: null }],
  ['renameRecording', { title: ' \t' }],
  ['renameRecording', { title: '\u200b\u202e' }],
  ['renameRecording', { title: 'x'.repeat(201) }],
  ['renameRecording', { title: 'a', chat_id: unknown }],
  ['endLiveSession', { reason: 'bored' }],
  ['endLiveSession', {}],
  ['createLiveSession', { record: true }],
  ['createLiveSession', { chat_id: 'x', record: false }],
  ['createLiveSession', { chat_id: unknown, record: 'yes' }],
  ['createLiveSession', { chat_id: unknown, record: true, consent: { ...consent, text_sha256: 'ff' } }],
  ['createLiveSession', { chat_id: unknown, record: true, consent: { ...consent, channels: ['screen'] } }],
  ['createLiveSession', { chat_id: unknown, record: true, consent: { ...consent, given_at: 'today' } }],
  ['createLiveSession', { chat_id: unknown, record: true, consent: { ...consent, owner: 'me' } }],
  ['createLiveSession', { chat_id: unknown, record: true, consent: { ...consent, locale: 'en\u0000' } }],
  ['finishRecording', { last_seq: -2, reason: 'hangup' }],
  ['finishRecording', { last_seq: 1.5, reason: 'hangup' }],
  ['finishRecording', { last_seq: 2147483648, reason: 'hangup' }],
  ['finishRecording', { last_seq: 1, reason: 'abandoned' }],
  ['finishRecording', { last_seq: 1 }],
]) {
  test(`${id} refuses ${JSON.stringify(body).slice(0, 80)}`, async () => {
    await expectStatus(400, id, { body, params: { chat_id: unknown, live_session_id: unknown, recording_id: unknown } });
  });
}

test('JSON bodies: malformed, with a repeated member, of another type', async () => {
  for (const raw of ['{', '', '{"title":"a","title":"b"}', '{"title":"a"} x']) {
    await expectStatus(400, 'createChat', { raw, headers: { 'content-type': 'application/json' } });
  }
  const form = await server.fetch('/api/chats', { method: 'POST', body: 'title=x', headers: { 'content-type': 'text/plain' } });
  assert.equal(form.status, 415);
  const large = await server.ask('POST', '/api/chats', { title: 'x'.repeat(100_000) });
  assert.equal(large.status, 413);
});

test('what changes something must come from the app itself', async () => {
  const { recording_id, live } = await newRecording();
  const params = { chat_id: unknown, live_session_id: live, recording_id, seq: 0 };
  const json = { 'content-type': 'application/json' };
  for (const [id, operation] of operations) {
    const method = operation.method.toUpperCase();
    if (method === 'GET' || method === 'OPTIONS') continue;
    const url = server.url + operation.path.replace(/\{(\w+)\}/g, (_, name) => params[name]);
    for (const headers of [{}, { origin: 'http://evil.example' }, { origin: 'null' }, { 'sec-fetch-site': 'cross-site' }, { 'sec-fetch-site': 'none' }]) {
      const answer = await fetch(url, { method, headers: { ...json, ...headers }, body: '{}' });
      assert.equal(answer.status, 403, `${id} ${JSON.stringify(headers)}`);
    }
    if (method !== 'POST') continue;
    // One route takes a form of our own pages: a file.
    const forms = id === 'createUpload' ? [] : ['multipart/form-data'];
    for (const type of ['text/plain', 'application/x-www-form-urlencoded', ...forms]) {
      const answer = await fetch(url, { method, headers: { origin: server.url, 'content-type': type }, body: '{}' });
      assert.equal(answer.status, 415, `${id} ${type}`);
    }
  }
  assert.equal((await call('getRecording', { params })).status, 200, 'nothing was done');
});

test('unknown ids are 404 everywhere, and a malformed id too', async () => {
  const params = { chat_id: unknown, live_session_id: unknown, recording_id: unknown, seq: 0 };
  for (const [id, operation] of operations) {
    if (!operation.path.includes('{')) continue;
    const json = operation.requestBody?.content['application/json'];
    const options = id === 'putChunk' ? put(unknown, 0, chunks[0]) : { params, ...(json ? { body: json.example } : {}) };
    await expectStatus(404, id, options, 'not-found');
    const malformed = await server.fetch(operation.path.replace(/\{\w+\}/, 'x').replace('{seq}', '0'), {
      method: operation.method.toUpperCase(),
      headers: { 'content-type': 'application/json' },
    });
    assert.equal(malformed.status, 404, id);
  }
  await expectStatus(404, 'createLiveSession', { body: { chat_id: unknown, record: false } }, 'not-found');
});

test('a live session: token, locked configuration, end', async () => {
  const { chat, live, start } = await newRecording();
  assert.equal(start.connection.base_url, server.tokens.url);
  assert.equal(start.connection.api_version, 'v1beta');
  assert.match(start.connection.token, /^auth_tokens\//);
  const asked = server.tokens.asked.at(-1);
  assert.equal(asked.path, '/v1beta/auth_tokens');
  assert.equal(asked.key, 'emulator-key');
  assert.equal(asked.body.uses, 1);
  assert.equal(asked.body.bidiGenerateContentSetup.model, `models/${start.model}`);
  assert.deepEqual(asked.body.bidiGenerateContentSetup.sessionResumption, {});
  assert.deepEqual(asked.body.bidiGenerateContentSetup.systemInstruction, start.config.systemInstruction);
  assert.ok(!('fieldMask' in asked.body));
  assert.deepEqual(asked.body.bidiGenerateContentSetup, await setupOfSdk(start), 'the browser would send the same');
  const params = { live_session_id: live };
  const token = await expectStatus(201, 'mintToken', { params });
  assert.deepEqual(server.tokens.asked.at(-1).body.bidiGenerateContentSetup, asked.body.bidiGenerateContentSetup);
  assert.notEqual(token.json.token, start.connection.token);
  assert.equal((await expectStatus(200, 'getLiveSession', { params })).json.state, 'live');
  const isLive = async () => (await call('listChats')).json.chats.find(({ id }) => id === chat.id).live;
  assert.equal(await isLive(), true);
  await expectStatus(204, 'keepLiveSession', { params });
  const ended = await expectStatus(200, 'endLiveSession', { params, body: exampleOf('endLiveSession') });
  assert.equal(ended.json.reason, 'hangup');
  assert.equal(await isLive(), false);
  const again = await expectStatus(200, 'endLiveSession', { params, body: { reason: 'error' } });
  assert.deepEqual(again.json, ended.json, 'the first reason stays');
  await expectStatus(409, 'mintToken', { params }, 'live-session-ended');
  await expectStatus(409, 'keepLiveSession', { params }, 'live-session-ended');
  assert.ok(!server.program.log.includes('auth_tokens/'), 'no token in the log');
});

test('a live session that is told the chat first: only a socket that resumes from nothing', async () => {
  const { json: chat } = await expectStatus(201, 'createChat', { body: {} });
  const setup = () => server.tokens.asked.at(-1).body.bidiGenerateContentSetup;
  const first = { initialHistoryInClientContent: true };
  const started = await expectStatus(201, 'createLiveSession', { body: { chat_id: chat.id, record: false, history: true } });
  assert.deepEqual(setup().historyConfig, first);
  const params = { live_session_id: started.json.live_session.id };
  await expectStatus(201, 'mintToken', { params, body: { history: true } });
  assert.deepEqual(setup().historyConfig, first);
  await expectStatus(201, 'mintToken', { params, body: { handle: 'h', history: true } });
  assert.equal(setup().historyConfig, undefined);
  await expectStatus(201, 'mintToken', { params });
  assert.equal(setup().historyConfig, undefined);
  await expectStatus(400, 'mintToken', { params, body: { history: 'yes' } });
  await expectStatus(400, 'createLiveSession', { body: { chat_id: chat.id, record: false, history: 1 } });
  await expectStatus(200, 'endLiveSession', { params, body: { reason: 'hangup' } });
});

test('a further socket goes on from the handle, which stays in that request', async () => {
  const { live, start } = await newRecording();
  const params = { live_session_id: live };
  const first = server.tokens.asked.at(-1).body.bidiGenerateContentSetup;
  const handle = 'secret-handle-0123456789';
  const minted = await expectStatus(201, 'mintToken', { params, body: { handle } });
  const setup = server.tokens.asked.at(-1).body.bidiGenerateContentSetup;
  assert.deepEqual(setup, { ...first, sessionResumption: { handle } });
  assert.notEqual(minted.json.token, start.connection.token);
  await expectStatus(201, 'mintToken', { params, body: {} });
  assert.deepEqual(server.tokens.asked.at(-1).body.bidiGenerateContentSetup, first);
  const count = server.tokens.asked.length;
  const refused = [];
  for (const body of [{ handle: '' }, { handle: 7 }, { handle: 'h'.repeat(4097) }, { [handle]: 1 }, [handle], { handle, model: 'x' }]) {
    refused.push(await expectStatus(400, 'mintToken', { params, body }));
  }
  refused.push(await expectStatus(400, 'mintToken', { params, raw: `{"handle":"${handle}`, headers: { 'content-type': 'application/json' } }));
  const form = await server.fetch(`/api/live/sessions/${live}/token`, { method: 'POST', body: `handle=${handle}`, headers: { 'content-type': 'text/plain' } });
  assert.equal(form.status, 415);
  const large = await server.fetch(`/api/live/sessions/${live}/token`, {
    method: 'POST', body: JSON.stringify({ handle: 'h'.repeat(30_000) }), headers: { 'content-type': 'application/json' },
  });
  assert.equal(large.status, 413);
  assert.equal(server.tokens.asked.length, count, 'nothing was minted');
  // The model's service may repeat what was sent to it.
  const answer = server.tokens.answer;
  server.tokens.answer = () => ({ status: 400, body: { error: { code: 400, status: 'INVALID_ARGUMENT', message: `no handle "${handle}"` } } });
  refused.push(await expectStatus(502, 'mintToken', { params, body: { handle } }));
  server.tokens.answer = answer;
  for (const { bytes } of [minted, ...refused]) assert.ok(!bytes.includes(handle), bytes.toString());
  assert.ok(!server.program.log.includes(handle), 'no handle in the log');
});

test('no recording without consent', async () => {
  const chat = (await call('createChat', { body: {} })).json;
  await expectStatus(422, 'createLiveSession', { body: { chat_id: chat.id, record: true } }, 'consent-required');
  const talk = await expectStatus(201, 'createLiveSession', { body: { chat_id: chat.id, record: false } });
  assert.equal(talk.json.recording_id, null);
});

test('a model that refuses or does not answer is 502, and nothing has begun', async () => {
  const chat = (await call('createChat', { body: {} })).json;
  const body = { chat_id: chat.id, record: false };
  const answer = server.tokens.answer;
  const refusal = (status, name, message) => {
    server.tokens.answer = () => ({ status, body: { error: { code: status, status: name, message } } });
    return call('createLiveSession', { body });
  };
  const wrongKey = await refusal(400, 'INVALID_ARGUMENT', 'API key not valid. Please pass a valid API key.');
  assert.equal(wrongKey.problem, 'model-key-wrong');
  assert.equal(wrongKey.json.title, 'The API key is not accepted');
  assert.match(wrongKey.json.detail, /“API key not valid\. Please pass a valid API key\.” \(INVALID_ARGUMENT\)\.$/);
  const told = /"gemini\.no_token".*"model-key-wrong".*API key not valid/;
  // The line may come after the answer.
  await eventually(async () => server.program.log, (log) => told.test(log));
  const quota = await refusal(429, 'RESOURCE_EXHAUSTED', 'You exceeded your current quota.');
  assert.equal(quota.problem, 'model-quota');
  server.tokens.answer = answer;
  const mine = server;
  const tokens = await startTokenService();
  server = await startServer({ tokens });
  try {
    const other = (await call('createChat', { body: {} })).json;
    const { live_session } = (await call('createLiveSession', { body: { chat_id: other.id, record: false } })).json;
    await tokens.close();
    await expectStatus(502, 'createLiveSession', { body: { chat_id: other.id, record: false } }, 'model-unreachable');
    await expectStatus(502, 'mintToken', { params: { live_session_id: live_session.id } }, 'model-unreachable');
    assert.equal((await call('listMessages', { params: { chat_id: other.id } })).json.messages.length, 1);
  } finally {
    await server.program.stop();
    server = mine;
  }
  assert.equal((await call('listMessages', { params: { chat_id: chat.id } })).json.messages.length, 0);
});

test('chunks: stored once, refused for a reason', async () => {
  const { recording_id } = await newRecording();
  const stored = await expectStatus(201, 'putChunk', put(recording_id, 0, chunks[0]));
  assert.equal(stored.json.bytes, chunks[0].length);
  const repeated = await expectStatus(201, 'putChunk', put(recording_id, 0, chunks[0]));
  assert.deepEqual(repeated.json, stored.json);
  await expectStatus(409, 'putChunk', put(recording_id, 0, chunks[1]), 'chunk-conflict');
  await expectStatus(422, 'putChunk', put(recording_id, 1, chunks[1], { 'content-digest': digestOf(chunks[0]) }), 'chunk-digest-mismatch');
  await expectStatus(422, 'putChunk', put(recording_id, 1, chunks[1].subarray(0, -9)), 'chunk-malformed');
  await expectStatus(422, 'putChunk', put(recording_id, 1, Buffer.from('nonsense')), 'chunk-malformed');
  await expectStatus(400, 'putChunk', put(recording_id, 1, chunks[1], { 'content-digest': 'md5=:AAAA:' }));
  await expectStatus(415, 'putChunk', put(recording_id, 1, chunks[1], { 'content-type': 'application/json' }));
  await expectStatus(413, 'putChunk', put(recording_id, 1, Buffer.alloc(8 * 1024 * 1024 + 1)));
  const listed = await expectStatus(200, 'listChunks', { params: { recording_id } });
  await expectStatus(400, 'listChunks', { params: { recording_id }, query: '?limit=0' });
  assert.deepEqual(listed.json, { chunks: [stored.json], next_cursor: null, last_seq: null, highest_seq: 0 });
});

test('finish: states, idempotence, healing', async () => {
  const { recording_id, live, chat } = await newRecording();
  const params = { recording_id };
  for (const seq of [0, 2]) await expectStatus(201, 'putChunk', put(recording_id, seq, chunks[seq]));
  const page = await expectStatus(200, 'listChunks', { params, query: '?limit=1' });
  assert.deepEqual([page.json.chunks.map(({ seq }) => seq), page.json.highest_seq], [[0], 2]);
  const rest = await expectStatus(200, 'listChunks', { params, query: `?limit=1&cursor=${page.json.next_cursor}` });
  assert.deepEqual([rest.json.chunks.map(({ seq }) => seq), rest.json.next_cursor], [[2], null]);
  await expectStatus(409, 'finishRecording', { params, body: { last_seq: 1, reason: 'hangup' } }, 'chunk-beyond-last');
  const body = { last_seq: 2, reason: 'lost' };
  const finished = await expectStatus(200, 'finishRecording', { params, body });
  assert.equal(finished.json.state, 'complete_with_gaps');
  assert.deepEqual(finished.json.missing_seqs, [1]);
  await expectStatus(200, 'finishRecording', { params, body });
  await expectStatus(409, 'finishRecording', { params, body: { last_seq: 2, reason: 'hangup' } }, 'already-finished');
  await expectStatus(409, 'putChunk', put(recording_id, 3, chunks[3]), 'chunk-beyond-last');
  const shown = [
    (await call('listRecordings')).json.recordings.find(({ id }) => id === recording_id),
    (await call('getLiveSession', { params: { live_session_id: live } })).json.recording,
    (await call('listMessages', { params: { chat_id: chat.id } })).json.messages[0].live_session.recording,
  ];
  for (const recording of shown) assert.deepEqual(recording.missing_seqs, [1]);
  await expectStatus(201, 'putChunk', put(recording_id, 1, chunks[1]));
  const listed = (await expectStatus(200, 'listRecordings')).json.recordings.find(({ id }) => id === recording_id);
  assert.equal(listed.state, 'complete');
  assert.equal((await call('getLiveSession', { params: { live_session_id: live } })).json.reason, 'lost');
});

/** Headers of a baseline and of a progressive frame (ITU-T T.81 B.1.1.3). */
const kFrames = [0xffc0, 0xffc2];

/** Width and height of a JPEG (ITU-T T.81 B.2.2). */
function jpegSize(bytes) {
  assert.equal(bytes.readUInt16BE(0), 0xffd8, 'a JPEG');
  for (let at = 2; ; at += 2 + bytes.readUInt16BE(at + 2)) {
    if (kFrames.includes(bytes.readUInt16BE(at))) return [bytes.readUInt16BE(at + 7), bytes.readUInt16BE(at + 5)];
  }
}

test('still pictures: thumbnail of two sizes, and the strip', async () => {
  const { recording_id } = await newRecording();
  const params = { recording_id };
  for (const [seq, bytes] of chunks.entries()) await expectStatus(201, 'putChunk', put(recording_id, seq, bytes));
  for (const id of ['getThumbnail', 'getStrip']) await expectStatus(409, id, { params }, 'media-not-ready');
  assert.equal((await call('getRecording', { params })).json.strip, null);
  await call('finishRecording', { params, body: { last_seq: chunks.length - 1, reason: 'hangup' } });
  const { json } = await eventually(() => call('getRecording', { params }), (answer) => answer.json.media !== null);
  assert.equal(json.recording.has_thumbnail, true);
  for (const [query, size] of [['', [320, 180]], ['?size=small', [320, 180]], ['?size=large', [640, 360]]]) {
    const picture = await expectStatus(200, 'getThumbnail', { params, query });
    assert.deepEqual(jpegSize(picture.bytes), size, query);
    assert.match(picture.headers.get('cache-control'), /no-cache/);
    const etag = picture.headers.get('etag');
    await expectStatus(304, 'getThumbnail', { params, query, headers: { 'if-none-match': etag } });
    const part = await expectStatus(206, 'getThumbnail', { params, query, headers: { range: 'bytes=0-1' } });
    assert.deepEqual([...part.bytes], [0xff, 0xd8]);
  }
  for (const size of ['medium', '', 'Small', 'small ', '0']) {
    const refused = await expectStatus(400, 'getThumbnail', { params, query: `?size=${encodeURIComponent(size)}` });
    assert.match(refused.json.detail, /`size`/);
  }
  const { strip } = json;
  assert.ok(strip.times_ms.length > 5 && strip.times_ms.length <= 64, `${strip.times_ms.length} tiles in 20 s`);
  assert.deepEqual(strip.times_ms, [...strip.times_ms].sort((a, b) => a - b));
  const image = await server.fetch(strip.url);
  assert.equal(image.status, 200);
  const rows = Math.ceil(strip.times_ms.length / strip.columns);
  assert.deepEqual(jpegSize(Buffer.from(await image.arrayBuffer())),
    [Math.min(strip.times_ms.length, strip.columns) * strip.tile_width, rows * strip.tile_height]);
  const query = `?version=${json.media.version}`;
  const tiles = await expectStatus(200, 'getStrip', { params, query });
  await expectStatus(304, 'getStrip', { params, query, headers: { 'if-none-match': tiles.headers.get('etag') } });
  const start = await expectStatus(206, 'getStrip', { params, query, headers: { range: 'bytes=0-1' } });
  assert.deepEqual([...start.bytes], [0xff, 0xd8]);
  await expectStatus(404, 'getStrip', { params, query: '?version=99' });
  await expectStatus(400, 'getStrip', { params, query: '?version=x' });
});

test('a recording without a picture has no still ones', async () => {
  const { recording_id } = await newRecording();
  const params = { recording_id };
  await call('finishRecording', { params, body: { last_seq: -1, reason: 'hangup' } });
  await eventually(() => call('getRecording', { params }), ({ json }) => json.media !== null);
  for (const id of ['getThumbnail', 'getStrip']) await expectStatus(404, id, { params }, 'no-picture');
  const { json } = await call('getRecording', { params });
  assert.deepEqual([json.strip, json.recording.has_thumbnail], [null, false]);
});

test('the library: totals, seam, filters, sort, and the name of a recording', async () => {
  const mine = server;
  server = await startServer();
  try {
    const made = [];
    for (const last of [5, 11, 8]) {
      const one = await newRecording();
      for (let seq = 0; seq <= last; seq++) await expectStatus(201, 'putChunk', put(one.recording_id, seq, chunks[seq]));
      const params = { recording_id: one.recording_id };
      await call('finishRecording', { params, body: { last_seq: last + (last === 8 ? 1 : 0), reason: 'hangup' } });
      await eventually(() => call('getRecording', { params }), ({ json }) => json.media !== null);
      made.push(one);
    }
    const running = await newRecording();
    const ids = async (query) => (await expectStatus(200, 'listRecordings', { query })).json.recordings.map(({ id }) => id);
    const [short, long, gaps] = made.map(({ recording_id }) => recording_id);
    const all = (await expectStatus(200, 'listRecordings')).json;
    assert.deepEqual(all.recordings.map(({ id }) => id), [running.recording_id, gaps, long, short]);
    assert.equal(all.totals.recordings, 4);
    assert.ok(Math.abs(all.totals.duration_ms - all.recordings.reduce((sum, one) => sum + (one.duration_ms ?? 0), 0)) < 1);
    assert.deepEqual(all.totals.models, [running.start.model]);
    const row = all.recordings[3];
    assert.deepEqual([row.model, row.title, row.quiet, row.has_thumbnail], [running.start.model, null, false, true]);
    assert.equal(Buffer.from(row.seam, 'base64').length, 139);
    assert.ok(Buffer.from(row.seam, 'base64').subarray(0, 100).some((bar) => bar > 0), 'somebody spoke');
    assert.deepEqual(row.missing_ms, { microphone: 0, model: 0, camera: 0, messages: 0 });
    assert.equal(row.left_out, false);
    for (const { id, refolding, device_started_at } of all.recordings) {
      const { json } = await call('getRecording', { params: { recording_id: id } });
      assert.deepEqual([refolding, device_started_at], [json.refolding, json.device_started_at], 'as the player says it');
    }
    assert.ok(row.device_started_at);

    assert.deepEqual(await ids('?sort=oldest'), [short, long, gaps, running.recording_id]);
    assert.deepEqual(await ids('?sort=longest'), [long, gaps, short, running.recording_id]);
    for (const sort of ['newest', 'oldest', 'longest']) {
      const walked = [];
      let query = `?limit=1&sort=${sort}`;
      for (let cursor = ''; cursor !== null;) {
        const page = (await expectStatus(200, 'listRecordings', { query: query + (cursor && `&cursor=${cursor}`) })).json;
        assert.equal(page.totals === null, cursor !== '', 'totals come with the first page');
        walked.push(...page.recordings.map(({ id }) => id));
        cursor = page.next_cursor;
      }
      assert.deepEqual(walked, await ids(`?sort=${sort}`), sort);
    }
    assert.deepEqual(await ids('?state=recording'), [running.recording_id]);
    assert.deepEqual(await ids('?state=complete_with_gaps'), [gaps]);
    assert.deepEqual(await ids('?missing=some'), [gaps]);
    assert.deepEqual(await ids('?missing=none'), [long, short]);
    assert.deepEqual(await ids(`?chat=${made[1].chat.id}`), [long]);
    assert.deepEqual(await ids(`?model=${running.start.model}&state=complete`), [long, short]);
    assert.deepEqual(await ids('?model=another'), []);
    const begun = all.recordings[2].created_at; // of the long recording, in whole milliseconds
    assert.deepEqual(await ids(`?from=${begun}`), [running.recording_id, gaps, long]);
    assert.deepEqual(await ids(`?before=${begun}`), [short]);
    assert.equal((await call('listRecordings', { query: `?before=${begun}` })).json.totals.recordings, 1);
    for (const [name, value] of [['state', 'erased'], ['missing', 'all'], ['chat', 'x'], ['from', '2026-11-24'], ['before', ''], ['model', ''], ['sort', 'size']]) {
      const refused = await expectStatus(400, 'listRecordings', { query: `?${name}=${value}` });
      assert.ok(refused.json.detail.includes(`\`${name}\``), refused.json.detail);
    }

    const named = await expectStatus(200, 'renameRecording', { params: { recording_id: long }, body: { title: '  Worn jockey wheel ' } });
    assert.equal(named.json.title, 'Worn jockey wheel');
    const listed = (await call('listRecordings')).json.recordings.find(({ id }) => id === long);
    assert.deepEqual(listed, named.json);
    assert.equal((await call('getRecording', { params: { recording_id: long } })).json.recording.title, 'Worn jockey wheel');
    await expectStatus(204, 'eraseRecording', { params: { recording_id: long } });
    await expectStatus(410, 'renameRecording', { params: { recording_id: long }, body: { title: 'x' } });
  } finally {
    await server.stop();
    server = mine;
  }
});

test('lists come in gzip to who accepts it', async () => {
  const { get } = await import('node:http');
  const raw = (headers) => new Promise((resolve, reject) => {
    get(`${server.url}/api/recordings`, { headers }, (answer) => {
      const pieces = [];
      answer.on('data', (piece) => pieces.push(piece));
      answer.on('end', () => resolve({ headers: answer.headers, bytes: Buffer.concat(pieces) }));
    }).on('error', reject);
  });
  for (let i = 0; i < 4; i++) await newRecording();
  const { gunzipSync } = await import('node:zlib');
  const [plain, packed] = [await raw({}), await raw({ 'accept-encoding': 'gzip, br' })];
  assert.equal(plain.headers['content-encoding'], undefined);
  assert.equal(packed.headers['content-encoding'], 'gzip');
  assert.equal(packed.headers.vary, 'Accept-Encoding');
  assert.deepEqual(gunzipSync(packed.bytes), plain.bytes);
  assert.ok(packed.bytes.length < plain.bytes.length / 2);
});

/** Bookmarks of a recording: their order, a change, the limit, and deletion. */
async function bookmarks(recording_id) {
  const params = { recording_id };
  const first = await expectStatus(201, 'createBookmark', { params, body: { ...exampleOf('createBookmark'), at_ms: 2000 } });
  assert.equal(first.headers.get('location'), `/api/recordings/${recording_id}/bookmarks/${first.json.id}`);
  const second = await expectStatus(201, 'createBookmark', { params, body: { at_ms: 1000 } });
  assert.equal(second.json.note, '');
  const list = async () => (await expectStatus(200, 'listBookmarks', { params })).json.bookmarks;
  assert.deepEqual((await list()).map(({ at_ms }) => at_ms), [1000, 2000]);
  const one = { ...params, bookmark_id: second.json.id };
  const changed = await expectStatus(200, 'changeBookmark', { params: one, body: exampleOf('changeBookmark') });
  assert.deepEqual(changed.json, { ...second.json, note: exampleOf('changeBookmark').note });
  for (const body of [{ at_ms: -1 }, { at_ms: 86_400_001 }, { at_ms: 80_000_000 }, { at_ms: 1.5 }, { at_ms: '1' }, {}, { at_ms: 1, note: 'x'.repeat(501) }, { at_ms: 1, note: 'a\u0000' }]) {
    await expectStatus(400, 'createBookmark', { params, body });
  }
  await expectStatus(400, 'changeBookmark', { params: one, body: { note: 7 } });
  await expectStatus(204, 'deleteBookmark', { params: one });
  for (const id of ['changeBookmark', 'deleteBookmark']) await expectStatus(404, id, { params: one, body: { note: '' } });
  await expectStatus(404, 'listBookmarks', { params: { recording_id: unknown } });
  await expectStatus(404, 'createBookmark', { params: { recording_id: unknown }, body: { at_ms: 1 } });
  assert.deepEqual(await list(), [first.json]);
}

/** A name that a recording is given is found, and opens it; the next name takes its place. */
async function findName(recording_id) {
  const find = async (q) => (await expectStatus(200, 'search', { query: `?q=${encodeURIComponent(q)}` })).json.hits.filter(({ kind }) => kind === 'recording');
  for (const title of ['Rädchen 東京', 'Jockey wheel']) {
    await expectStatus(200, 'renameRecording', { params: { recording_id }, body: { title } });
    const [hit, ...others] = await find(title.slice(0, -1));
    assert.deepEqual([hit?.recording_id, hit?.title, others], [recording_id, title, []]);
  }
  assert.deepEqual(await find('radchen'), []);
}

/** The search finds what was said, with its time and its chat. */
async function findSaid(recording_id, { turns, chat_title }) {
  const turn = turns.find(({ words }) => words.some(({ heard, text }) => heard && text.trim().length > 4));
  const word = turn.words.find(({ heard, text }) => heard && text.trim().length > 4).text.replace(/[^\p{L}]/gu, '');
  const { json } = await expectStatus(200, 'search', { query: `?q=${word.slice(0, -1).toUpperCase()}` });
  const hit = json.hits.find((one) => one.recording_id === recording_id && one.speaker === turn.speaker);
  assert.ok(hit, `${word} is not found`);
  assert.equal(hit.chat_title, chat_title);
  assert.ok(turns.some(({ start_ms, end_ms }) => hit.start_ms >= start_ms - 1 && hit.end_ms <= end_ms + 1), JSON.stringify(hit));
  assert.ok(hit.pieces.some(({ text, marked }) => marked && text.toLowerCase().startsWith(word.slice(0, -1).toLowerCase())));
}

test('playback: manifest, media by ranges, waveform, captions, events, MCAP', async () => {
  const { recording_id, chat } = await newRecording();
  const params = { recording_id };
  for (const [seq, bytes] of chunks.entries()) await expectStatus(201, 'putChunk', put(recording_id, seq, bytes));
  const running = await expectStatus(200, 'getRecording', { params });
  assert.equal(running.json.media, null);
  await expectStatus(409, 'getMedia', { params }, 'media-not-ready');
  await call('finishRecording', { params, body: { last_seq: chunks.length - 1, reason: 'hangup' } });
  const ready = await eventually(() => call('getRecording', { params }), ({ json }) => json.media !== null);
  const named = (await call('getChat', { params: { chat_id: chat.id } })).json.title;
  assert.equal(ready.json.chat_title, named);
  assert.notEqual(named, chat.title, 'a new chat takes the first words as its name');
  assert.equal(ready.json.loss.chunks_expected, chunks.length);
  assert.equal(ready.json.loss.chunks_stored, chunks.length);
  assert.ok(ready.json.media.duration_ms > 15_000);
  assert.ok(ready.json.turns.length > 0 && ready.json.recording.first_words.length > 0);
  const whole = await expectStatus(200, 'getMedia', { params });
  assert.equal(whole.bytes.length, ready.json.media.bytes);
  assert.equal(whole.bytes.readUInt32BE(0), 0x1a45dfa3, 'WebM begins with EBML');
  assert.equal(whole.type, ready.json.media.has_video ? 'video/webm' : 'audio/webm');
  const part = await expectStatus(206, 'getMedia', { params, query: `?version=${ready.json.media.version}`, headers: { range: 'bytes=100-199' } });
  assert.deepEqual(part.bytes, whole.bytes.subarray(100, 200));
  const seen = await expectStatus(200, 'listAudit', { query: `?object=${params.recording_id}` });
  assert.deepEqual(seen.json.entries.map(({ event }) => event), ['recording_viewed', 'session_started']);
  await expectStatus(400, 'listAudit', { query: '?limit=0' });
  await expectStatus(416, 'getMedia', { params, headers: { range: `bytes=${whole.bytes.length}-` } });
  await expectStatus(404, 'getMedia', { params, query: '?version=99' });
  await expectStatus(400, 'getMedia', { params, query: '?version=x' });
  const download = await expectStatus(200, 'getMedia', { params, query: '?download=1' });
  assert.match(download.headers.get('content-disposition'), /^attachment; filename="live-session-[\d-]{10}\.webm"; filename\*=UTF-8''[\w.%-]+\.webm$/);
  const waveform = (await expectStatus(200, 'getWaveform', { params })).json;
  assert.equal(Buffer.from(waveform.person, 'base64').length, waveform.blocks * 2);
  assert.match((await expectStatus(200, 'getCaptions', { params })).bytes.toString(), /^WEBVTT\n/);
  const events = (await expectStatus(200, 'getEvents', { params })).bytes.toString().split('\n').filter(Boolean);
  for (const line of events) check({ $ref: '#/components/schemas/Event' }, JSON.parse(line), 'an event');
  assert.deepEqual(events.map((line) => JSON.parse(line)), ready.json.events);
  const mcap = await expectStatus(200, 'getMcap', { params });
  const reader = await McapIndexedReader.Initialize({
    readable: {
      size: async () => BigInt(mcap.bytes.length),
      read: async (offset, length) => mcap.bytes.subarray(Number(offset), Number(offset + length)),
    },
  });
  assert.ok(reader.statistics.messageCount > 1000n, 'the official reader finds its messages');
  const etag = mcap.headers.get('etag');
  const middle = await expectStatus(206, 'getMcap', { params, headers: { range: 'bytes=100-199', 'if-range': etag } });
  assert.ok(middle.bytes.equals(mcap.bytes.subarray(100, 200)));
  await expectStatus(304, 'getMcap', { params, headers: { 'if-none-match': etag } });
  await expectStatus(412, 'getMcap', { params, headers: { 'if-match': '"other"' } });
  await expectStatus(416, 'getMcap', { params, headers: { range: `bytes=${mcap.bytes.length}-` } });
  const head = await server.fetch(`/api/recordings/${recording_id}/media`, { method: 'HEAD' });
  assert.equal(Number(head.headers.get('content-length')), whole.bytes.length);
  await bookmarks(recording_id);
  await findSaid(recording_id, ready.json);
  await findName(recording_id);
});

test('erase: gone everywhere, for good', async () => {
  const { recording_id, live } = await newRecording();
  const params = { recording_id };
  await expectStatus(201, 'putChunk', put(recording_id, 0, chunks[0]));
  await expectStatus(204, 'eraseRecording', { params });
  await expectStatus(204, 'eraseRecording', { params });
  await expectStatus(410, 'listBookmarks', { params }, 'recording-erased');
  await expectStatus(410, 'createBookmark', { params, body: exampleOf('createBookmark') }, 'recording-erased');
  for (const id of ['getRecording', 'listChunks', 'getMedia', 'getWaveform', 'getCaptions', 'getEvents', 'getMcap']) {
    await expectStatus(410, id, { params }, 'recording-erased');
  }
  await expectStatus(410, 'putChunk', put(recording_id, 0, chunks[0]), 'recording-erased');
  await expectStatus(410, 'putChunk', put(recording_id, 1, chunks[1]), 'recording-erased');
  await expectStatus(410, 'finishRecording', { params, body: exampleOf('finishRecording') }, 'recording-erased');
  // A tombstone is left, so that the thread can tell what happened.
  const { recording } = (await call('getLiveSession', { params: { live_session_id: live } })).json;
  assert.deepEqual(
    { state: recording.state, bytes: recording.stored_bytes, words: recording.first_words, length: recording.duration_ms },
    { state: 'erased', bytes: 0, words: '', length: null },
  );
});

const onDisk = { skip: process.env.TEST_BUCKET ? 'a bucket does not fill up' : false };
test('nearly full disk: new recordings are refused, talking without one is not', onDisk, async () => {
  const mine = server;
  server = await startServer({ args: ['--min-free-mb', '1000000'] });
  try {
    const chat = (await call('createChat', { body: {} })).json;
    await expectStatus(507, 'createLiveSession', { body: { chat_id: chat.id, record: true, consent } }, 'disk-full');
    await expectStatus(201, 'createLiveSession', { body: { chat_id: chat.id, record: false } });
    assert.equal((await call('getAbout')).json.can_record, false);
  } finally {
    await server.stop();
    server = mine;
  }
});

/** What somebody with an old login is told, and what the last admin is. */
async function refusedErase(issuer, person) {
  issuer.addPerson('anna', { auth_time: Math.floor(Date.now() / 1000) - 3600 });
  await person.login({ as: 'anna' });
  const cookie = `__Host-sid=${person.cookies.get('__Host-sid')}`;
  const headers = { cookie, 'content-type': 'application/json' };
  for (const id of ['eraseAccount', 'createAccountExport']) await expectStatus(403, id, { headers }, 'fresh-login-needed');
}

/** The export of one's account, from its beginning to its end. */
async function account(headers) {
  const begun = await expectStatus(202, 'createAccountExport', { headers });
  const params = { export_id: begun.json.id };
  const listed = () => expectStatus(200, 'listAccountExports', { headers });
  const [made] = (await eventually(listed, ({ json }) => json.exports[0].state === 'ready')).json.exports;
  const file = await expectStatus(200, 'getAccountExportFile', { params, headers });
  assert.equal(file.bytes.length, made.bytes);
  const etag = file.headers.get('etag');
  assert.equal(etag, `"${made.sha256}"`);
  await expectStatus(206, 'getAccountExportFile', { params, headers: { ...headers, range: 'bytes=0-9' } });
  await expectStatus(304, 'getAccountExportFile', { params, headers: { ...headers, 'if-none-match': etag } });
  await expectStatus(412, 'getAccountExportFile', { params, headers: { ...headers, 'if-match': '"other"' } });
  await expectStatus(416, 'getAccountExportFile', { params, headers: { ...headers, range: `bytes=${made.bytes}-` } });
  await expectStatus(204, 'removeAccountExport', { params, headers });
  for (const id of ['removeAccountExport', 'getAccountExportFile']) await expectStatus(404, id, { params, headers });
  const many = [];
  for (let i = 0; i < 3; ++i) {
    many.push((await expectStatus(202, 'createAccountExport', { headers })).json.id);
    await eventually(listed, ({ json }) => json.exports.every(({ state }) => state === 'ready'));
  }
  assert.equal(new Set(many).size, 3);
  await expectStatus(409, 'createAccountExport', { headers }, 'too-many-exports');
}

/** As somebody who is logged in, at a server that lets people share. */
async function sharing(headers) {
  const chat = (await call('createChat', { body: {}, headers })).json;
  const start = await expectStatus(201, 'createLiveSession', { body: { ...exampleOf('createLiveSession'), chat_id: chat.id }, headers });
  const [recording, of_chat] = [{ recording_id: start.json.recording_id }, { chat_id: chat.id }];
  const made = await expectStatus(201, 'shareRecording', { params: recording, body: exampleOf('shareRecording'), headers });
  assert.equal(made.json.secret, null);
  await expectStatus(409, 'shareRecording', { params: recording, body: exampleOf('shareRecording'), headers }, 'already-shared');
  await expectStatus(422, 'shareRecording', { params: recording, body: { kind: 'user', email: 'anna@example.test' }, headers }, 'own-address');
  for (const body of [{}, { kind: 'all' }, { kind: 'user' }, { kind: 'user', email: 'x' }, { kind: 'link', email: 'a@example.test' },
    { kind: 'link', expires_at: '2001-01-01T00:00:00Z' }, { kind: 'link', start_ms: -1 }, { kind: 'user', email: 'a@example.test', needs_login: true }]) {
    await expectStatus(400, 'shareRecording', { params: recording, body, headers });
  }
  const link = await expectStatus(201, 'shareChat', { params: of_chat, body: exampleOf('shareChat'), headers });
  for (const [id, params] of [['shareRecording', { recording_id: unknown }], ['shareChat', { chat_id: unknown }]]) {
    await expectStatus(404, id, { params, body: exampleOf(id), headers });
    await expectStatus(404, id.replace('share', 'list') + 'Shares', { params, headers });
  }
  const listed = await expectStatus(200, 'listRecordingShares', { params: recording, headers });
  assert.deepEqual(listed.json.shares.map(({ id }) => id), [made.json.id, link.json.id]);
  assert.equal((await expectStatus(200, 'listChatShares', { params: of_chat, headers })).json.shares.length, 1);
  await expectStatus(404, 'openShareLink', { body: exampleOf('openShareLink') });
  const opened = await expectStatus(200, 'openShareLink', { body: { secret: link.json.secret } });
  assert.deepEqual([opened.json.login_needed, opened.json.chat_id], [true, null]);
  const [visit] = opened.headers.get('set-cookie').split(';');
  const params = { share_id: link.json.id };
  await expectStatus(404, 'getShareLink', { params, headers });
  const known = await expectStatus(200, 'getShareLink', { params, headers: { ...headers, cookie: `${headers.cookie}; ${visit}` } });
  assert.equal(known.json.chat_id, chat.id);
  assert.deepEqual((await expectStatus(200, 'listViews', { params: recording, headers })).json.views, []);
  await expectStatus(404, 'listViews', { params: { recording_id: unknown }, headers });
  await expectStatus(400, 'listViews', { params: recording, query: '?limit=x', headers });
  assert.deepEqual((await expectStatus(200, 'listShared', { headers })).json, { shared: [], next_cursor: null });
  await expectStatus(400, 'listShared', { query: '?cursor=x', headers });
  await expectStatus(204, 'removeShare', { params, headers });
  await expectStatus(404, 'removeShare', { params, headers });
}

test('retention, holds, and a consent that is taken back', async () => {
  const { recording_id, live } = await newRecording();
  const params = { recording_id };
  await expectStatus(201, 'putChunk', put(recording_id, 0, chunks[0]));
  const kept = await expectStatus(200, 'setRetention', { params, body: exampleOf('setRetention') });
  assert.deepEqual([kept.json.keep_days, kept.json.expires_at, kept.json.hold], [30, null, null], 'it runs');
  await expectStatus(200, 'finishRecording', { params, body: { last_seq: 0, reason: 'hangup' } });
  const held = await expectStatus(200, 'setRetention', { params, body: { keep_days: 30, hold: true } });
  assert.equal(held.json.hold, 'own');
  const days = (Date.parse(held.json.expires_at) - Date.now()) / 86_400_000;
  assert.ok(days > 29.9 && days <= 30, held.json.expires_at);
  for (const body of [{}, { hold: 1 }, { hold: true, keep_days: 'x' }]) await expectStatus(400, 'setRetention', { params, body });
  for (const keep_days of [0, 36_501]) await expectStatus(422, 'setRetention', { params, body: { keep_days, hold: false } }, 'retention-out-of-bounds');
  await expectStatus(404, 'setRetention', { params: { recording_id: unknown }, body: { hold: false } });
  await expectStatus(409, 'eraseRecording', { params }, 'recording-held');
  const { chat_id, consent } = (await expectStatus(200, 'getLiveSession', { params: { live_session_id: live } })).json;
  assert.equal(consent.withdrawn_at, null);
  await expectStatus(409, 'deleteChat', { params: { chat_id } }, 'recording-held');
  const withdraw = (recording, id = live) => ({ params: { live_session_id: id }, body: { recording } });
  await expectStatus(409, 'withdrawConsent', withdraw('erase'), 'recording-held');
  const back = await expectStatus(200, 'withdrawConsent', withdraw('keep'));
  assert.deepEqual([back.json.recording.state, back.json.consent.given_at], ['complete', consent.given_at]);
  assert.ok(Date.parse(back.json.consent.withdrawn_at) > 0);
  await expectStatus(400, 'withdrawConsent', withdraw('burn'));
  await expectStatus(404, 'withdrawConsent', withdraw('keep', unknown));
  await expectStatus(200, 'setRetention', { params, body: { keep_days: null, hold: false } });
  const gone = await expectStatus(200, 'withdrawConsent', withdraw('erase'));
  assert.deepEqual([gone.json.recording.state, gone.json.consent.withdrawn_at], ['erased', back.json.consent.withdrawn_at]);
  await expectStatus(410, 'setRetention', { params, body: { hold: false } }, 'recording-erased');
  const unrecorded = await expectStatus(201, 'createLiveSession', { body: { chat_id, record: false } });
  await expectStatus(409, 'withdrawConsent', withdraw('keep', unrecorded.json.live_session.id), 'no-consent');
});

test('login: issuers, sessions, tokens, without and with an issuer', async () => {
  assert.deepEqual((await expectStatus(200, 'listIssuers')).json, { issuers: [] });
  const local = await expectStatus(200, 'getMe');
  assert.deepEqual([local.json.authenticated_by, local.json.session_id], ['local_user', '']);
  assert.deepEqual((await expectStatus(200, 'listSessions')).json, { sessions: [] });
  for (const id of ['beginLogin', 'finishLogin']) await expectStatus(404, id, { params: { issuer: 'nobody' } }, 'not-found');
  await expectStatus(404, 'endSession', { params: { session_id: unknown } });
  const mine = server;
  const issuer = await Issuer.start();
  issuer.addPerson('anna');
  const port = await freePort();
  const origin = `http://localhost:${port}`;
  const { secret } = issuer.addClient({ redirectUris: [`${origin}/api/auth/dex/callback`] });
  const folder = temporaryFolder();
  writeFileSync(join(folder, 'secret.txt'), secret, { mode: 0o600 });
  const entry = { id: 'dex', name: 'Dex', issuer: issuer.issuer, client_id: 'reprise', client_secret_file: 'secret.txt' };
  writeFileSync(join(folder, 'oidc.yaml'), JSON.stringify({ public_url: origin, issuers: [entry] }));
  server = await startServer({ listen: `localhost:${port}`, args: ['--oidc-file', join(folder, 'oidc.yaml'), '--sharing', 'links'] });
  try {
    const refused = await server.fetch('/api/me');
    assert.equal(refused.status, 401);
    check({ $ref: '#/components/schemas/Problem' }, await refused.json(), 'without a login');
    assert.deepEqual(Object.keys((await (await server.fetch('/api/about')).json())), ['name', 'version']);
    const listed = await eventually(() => expectStatus(200, 'listIssuers'), ({ json }) => json.issuers[0].reachable);
    assert.deepEqual(listed.json.issuers, [{ id: 'dex', name: 'Dex', reachable: true }]);
    const person = new Person(origin);
    const begun = await call('beginLogin', { params: { issuer: 'dex' }, query: '?return=/search' });
    assert.equal(begun.status, 303);
    assert.equal((await person.login({ as: 'anna', returnPath: '/search' })).headers.get('location'), '/search');
    const headers = { cookie: `__Host-sid=${person.cookies.get('__Host-sid')}`, 'content-type': 'application/json' };
    assert.equal((await call('finishLogin', { params: { issuer: 'dex' }, query: '?error=access_denied', headers })).status, 303);
    assert.equal((await expectStatus(200, 'getMe', { headers })).json.authenticated_by, 'session');
    await sharing({ ...headers, origin });
    const made = await expectStatus(201, 'createToken', { body: exampleOf('createToken'), headers });
    for (const body of [{}, { name: '', scopes: ['read'] }, { name: 'x', scopes: [] }]) await expectStatus(400, 'createToken', { body, headers });
    assert.equal((await expectStatus(200, 'listTokens', { headers })).json.tokens[0].id, made.json.id);
    const script = { authorization: `Bearer ${made.json.token}` };
    assert.equal((await expectStatus(200, 'getMe', { headers: script })).json.authenticated_by, 'api_token');
    const write = await server.fetch('/api/chats', { method: 'POST', body: '{}', headers: { ...script, 'content-type': 'application/json' } });
    assert.equal(write.status, 403, 'this token only reads');
    await expectStatus(204, 'removeToken', { params: { token_id: made.json.id }, headers });
    await expectStatus(404, 'removeToken', { params: { token_id: made.json.id }, headers });
    await account(headers);
    const [session] = (await expectStatus(200, 'listSessions', { headers })).json.sessions;
    assert.equal(session.current, true);
    await expectStatus(404, 'endSession', { params: { session_id: unknown }, headers });
    await expectStatus(204, 'endSession', { params: { session_id: session.id }, headers });
    for (const [id, status] of [['logOut', 200], ['endAllSessions', 204]]) {
      assert.equal(await person.isLoggedIn(), false);
      await person.login({ as: 'anna' });
      const cookie = `__Host-sid=${person.cookies.get('__Host-sid')}`;
      await expectStatus(status, id, { ...(id === 'logOut' ? { body: {} } : {}), headers: { ...headers, cookie } });
    }
    assert.equal(await person.isLoggedIn(), false);
    await refusedErase(issuer, person);
  } finally {
    await server.stop();
    await issuer.stop();
    remove(folder);
    server = mine;
  }
});

test('unknown paths and methods', async () => {
  const rows = [
    ...['GET', 'POST', 'PUT', 'PATCH', 'DELETE'].flatMap((method) =>
      ['/api', '/api/nothing', `/api/recordings/${unknown}/nothing`, '/api/recordings/not-an-id/finish'].map((path) => [method, path, 404, null]),
    ),
    ['PUT', '/api/chats', 405, 'GET, HEAD, OPTIONS, POST'],
    ['GET', '/api/live/sessions', 405, 'OPTIONS, POST'],
    ['DELETE', '/api/about', 405, 'GET, HEAD, OPTIONS'],
    ['POST', '/a-page-of-the-app', 405, 'GET, HEAD, OPTIONS'],
  ];
  for (const [method, path, status, allow] of rows) {
    const what = `${method} ${path}`;
    const answer = await server.fetch(path, { method, ...(method === 'GET' ? {} : { body: '{}', headers: { 'content-type': 'application/json' } }) });
    assert.equal(answer.status, status, what);
    assert.equal(answer.headers.get('allow'), allow, what);
    assert.equal(answer.headers.get('content-type'), 'application/problem+json', what);
    assert.equal((await answer.json()).status, status, what);
  }
  assert.equal((await server.fetch('/api/nothing', { method: 'HEAD' })).status, 404);
  assert.equal((await server.fetch('/api/nothing', { method: 'OPTIONS' })).status, 404);
});

test('users and invitations, as the local user sees them', async () => {
  const { json: list } = await expectStatus(200, 'listUsers');
  const [local] = list.users;
  assert.equal(local.name, 'Local user');
  assert.deepEqual(local.roles, ['participant', 'researcher', 'admin']);
  const params = { user_id: local.id };
  const unknown = { user_id: '01990000-0000-7000-8000-0000000000ff' };
  assert.equal((await expectStatus(200, 'getUser', { params })).json.state, 'active');
  await expectStatus(404, 'getUser', { params: unknown });
  await expectStatus(400, 'listUsers', { query: '?limit=0' });
  await expectStatus(200, 'changeUser', { params, body: { roles: ['admin'] } });
  await expectStatus(409, 'changeUser', { params, body: { roles: ['researcher'] } }, 'last-admin');
  await expectStatus(409, 'changeUser', { params, body: { state: 'disabled' } }, 'own-account');
  await expectStatus(404, 'changeUser', { params: unknown, body: { state: 'disabled' } });
  for (const body of [{}, { roles: ['king'] }, { state: 'asleep' }, { owner: 'me' }]) {
    await expectStatus(400, 'changeUser', { params, body });
  }
  await expectStatus(200, 'changeUser', { params, body: { roles: ['researcher', 'admin'] } });
  await expectStatus(422, 'handOver', { params, body: { to: local.id } }, 'same-user');
  await expectStatus(404, 'handOver', { params, body: { to: unknown.user_id } });
  await expectStatus(400, 'handOver', { params, body: { to: 'somebody' } });

  const { json: made } = await expectStatus(201, 'invite', { body: { email: 'Anna@Example.test', roles: ['researcher'] } });
  assert.equal(made.email, 'Anna@example.test');
  assert.deepEqual(made.roles, ['participant', 'researcher']);
  const again = await expectStatus(201, 'invite', { body: { email: 'Anna@example.TEST' } });
  assert.equal(again.json.id, made.id);
  assert.deepEqual(again.json.roles, ['participant']);
  for (const email of ['anna', '', 'a@b', 'a@exämple.test', 'a b@example.test']) {
    await expectStatus(400, 'invite', { body: { email } });
  }
  assert.equal((await expectStatus(200, 'listInvitations')).json.invitations.length, 1);
  await expectStatus(204, 'takeInvitationBack', { params: { invitation_id: made.id } });
  await expectStatus(404, 'takeInvitationBack', { params: { invitation_id: made.id } });
});

test('messages: sent once, streamed, stopped, given once more, branched, removed', async () => {
  const chat = (await call('createChat', { body: {} })).json;
  const params = { chat_id: chat.id };
  const send = (body) => call('sendMessage', { params, body: { client_id: 'c', text: 'Hello', ...body } });
  const sent = await send({});
  assert.equal(sent.status, 201);
  const { message, answer } = sent.json;
  assert.deepEqual([message.role, message.state, answer.role, answer.parent_id], ['person', 'complete', 'model', message.id]);
  const again = await send({ text: 'Other words' });
  assert.deepEqual([again.json.message.id, again.json.answer.id, again.json.message.text], [message.id, answer.id, 'Hello']);
  const of = { params: { ...params, message_id: answer.id } };
  const stream = await expectStatus(200, 'streamAnswer', of);   // the service of this test gives no answers
  const last = Number(/^id: (\d+)\nevent: error$/m.exec(stream.bytes.toString())[1]);
  await expectStatus(204, 'streamAnswer', { ...of, headers: { 'last-event-id': String(last) } });
  await expectStatus(400, 'streamAnswer', { ...of, headers: { 'last-event-id': '-1' } });
  assert.equal((await expectStatus(200, 'stopAnswer', of)).json.state, 'failed', 'it stays as it ended');
  const told = await expectStatus(200, 'getLiveContext', { params });
  assert.deepEqual(told.json.turns.map(({ message_id: id, role, text }) => [id, role, text]), [[message.id, 'person', 'Hello']]);
  assert.equal(told.json.left_out, 0);
  const found = async (q) => (await expectStatus(200, 'search', { query: `?q=${encodeURIComponent(q)}` })).json.hits.filter(({ kind }) => kind === 'message').map(({ message_id: id }) => id);
  assert.deepEqual(await found('hello'), [message.id]);
  const more = await expectStatus(201, 'regenerateAnswer', of);
  assert.equal(more.json.answer.parent_id, message.id);
  const next = await send({ client_id: 'next', parent_id: answer.id });
  const edited = await send({ client_id: 'edited', parent_id: null });
  assert.deepEqual([next.json.message.parent_id, edited.json.message.parent_id], [answer.id, null]);
  const bad = [
    [400, { text: '' }, /`text`/], [400, { text: ' \u200b' }, /`text`/], [400, { text: 'a\u0000b' }, /`text`/], [400, { text: 'a'.repeat(100_001) }, /`text`/],
    [400, { text: undefined }, /`text`/], [400, { client_id: undefined }, /`client_id`/], [400, { client_id: 'é'.repeat(65) }, /`client_id`/],
    [400, { parent_id: 'x' }, /`parent_id`/], [404, { parent_id: unknown }, /`parent_id`/], [404, { upload_ids: [unknown] }, /`upload_ids\[0\]`/],
    [400, { upload_ids: 'x' }, /`upload_ids`/], [400, { role: 'model' }, /`role`/], [413, { text: 'a'.repeat(1_300_000) }, /bytes/],
  ];
  const count = async () => (await call('listMessages', { params })).json.messages.length;
  const before = await count();
  for (const [status, body, words] of bad) {
    const answered = await send({ client_id: 'bad', ...body });
    assert.equal(answered.status, status, JSON.stringify(body).slice(0, 100));
    assert.match(answered.json.detail, words);
  }
  assert.equal(await count(), before, 'nothing was stored');
  await expectStatus(404, 'stopAnswer', { params: { ...params, message_id: message.id } }, 'not-found');
  await expectStatus(204, 'removeMessage', { params: { ...params, message_id: message.id } });
  assert.ok(!(await found('hello')).includes(message.id), 'what is removed is not found');
  const left = (await expectStatus(200, 'listMessages', { params })).json.messages.map(({ id }) => id);
  assert.deepEqual(left, [edited.json.message.id, edited.json.answer.id]);
  for (const id of ['removeMessage', 'streamAnswer', 'stopAnswer', 'regenerateAnswer']) await expectStatus(404, id, of, 'not-found');
  await expectStatus(404, 'sendMessage', { params: { chat_id: unknown }, body: exampleOf('sendMessage') }, 'not-found');
});

test('tasks: made, listed, changed against the version, put in order, as a table, deleted', async () => {
  const made = await expectStatus(201, 'createTask', { body: exampleOf('createTask') });
  assert.equal(made.headers.get('location'), `/api/tasks/${made.json.id}`);
  assert.match(made.headers.get('etag'), /^"[^"]+"$/);
  assert.deepEqual([made.json.done, made.json.due_at, made.json.steps[0].criterion], [false, null, 'The chain stays on']);
  const id = '0194a000-0000-4000-8000-0000000000a1';
  for (let times = 0; times < 2; times += 1) await expectStatus(201, 'createTask', { body: { id, title: 'Once' } });
  await expectStatus(409, 'createTask', { body: { id, title: 'Another' } }, 'task-exists');
  const list = await expectStatus(200, 'listTasks');
  assert.deepEqual(list.json.tasks.map(({ title }) => title), [made.json.title, 'Once']);
  const page = await expectStatus(200, 'listTasks', { query: '?limit=1' });
  const next = await expectStatus(200, 'listTasks', { query: `?limit=1&cursor=${page.json.next_cursor}` });
  assert.deepEqual([page, next].map(({ json }) => json.tasks[0].id), [made.json.id, id]);
  const params = { task_id: made.json.id };
  const read = await expectStatus(200, 'getTask', { params });
  assert.equal(read.headers.get('etag'), made.headers.get('etag'));
  await expectStatus(304, 'getTask', { params, headers: { 'if-none-match': read.headers.get('etag') } });
  const stale = { 'if-match': read.headers.get('etag') };
  const changed = await expectStatus(200, 'changeTask', { params, body: { done: true, due_at: '2026-12-01T10:00:00Z' }, headers: stale });
  assert.notEqual(changed.headers.get('etag'), stale['if-match']);
  await expectStatus(412, 'changeTask', { params, body: { done: false }, headers: stale }, 'etag-mismatch');
  await expectStatus(412, 'deleteTask', { params, headers: stale }, 'etag-mismatch');
  await expectStatus(400, 'changeTask', { params, body: { title: null } });
  await expectStatus(200, 'changeTask', { params: { task_id: id }, body: { position: made.json.position } });
  const count = async (query) => (await call('listTasks', { query })).json.tasks.length;
  assert.deepEqual((await call('listTasks')).json.tasks.map((task) => task.id), [id, made.json.id]);
  assert.deepEqual([await count('?done=true'), await count('?q=ONC'), await count('?q=hills'), await count('?assignee=Ben'), await count('?order=due')], [1, 1, 1, 0, 2]);
  const bad = [
    ['title', {}], ['title', { title: ' ' }], ['title', { title: 'a'.repeat(201) }], ['due_at', { title: 'T', due_at: 'soon' }],
    ['steps[0].text', { title: 'T', steps: [{}] }], ['chat_id', { title: 'T', chat_id: 'x' }], ['position', { title: 'T', position: '1' }], ['owner', { title: 'T', owner: 'me' }],
  ];
  for (const [member, body] of bad) {
    assert.ok((await expectStatus(400, 'createTask', { body })).json.detail.includes(`\`${member}\``), member);
  }
  assert.ok((await expectStatus(404, 'createTask', { body: { title: 'T', chat_id: unknown } })).json.detail.includes('`chat_id`'));
  assert.ok((await expectStatus(422, 'createTask', { body: { title: 'T', assignee: unknown } })).json.detail.includes('`assignee`'));
  for (const query of ['?done=yes', '?order=size', '?limit=0', `?q=${'a'.repeat(201)}`]) await expectStatus(400, 'listTasks', { query });
  const table = await expectStatus(200, 'exportTasks');
  assert.match(table.bytes.toString(), /^id,title,text,steps,/);
  const csv = { 'content-type': 'text/csv' };
  const again = await expectStatus(400, 'importTasks', { raw: table.bytes.toString() + 'x,y,z\r\n', headers: csv });
  assert.ok(again.json.detail.startsWith(`Line ${table.bytes.toString().split('\n').length}: \`id\``), again.json.detail);
  const imported = await expectStatus(200, 'importTasks', { raw: operations.get('importTasks').requestBody.content['text/csv'].example, headers: csv });
  assert.deepEqual(imported.json, { imported: 1, known: 0 });
  assert.equal(await count(''), 3);
  assert.deepEqual((await expectStatus(200, 'listAssignedTasks')).json, { tasks: [], next_cursor: null });
  const step_id = made.json.steps[0].id;
  const ticked = await expectStatus(200, 'tickAssignedTask', { params, body: { step_id, done: true } });
  assert.deepEqual([ticked.json.steps[0].done, ticked.json.chat_id, ticked.json.owner_name], [true, undefined, 'Local user']);
  await expectStatus(404, 'tickAssignedTask', { params, body: { step_id: unknown, done: true } });
  await expectStatus(404, 'tickAssignedTask', { params: { task_id: unknown }, body: { step_id, done: true } });
  await expectStatus(400, 'tickAssignedTask', { params, body: { step_id, done: true, title: 'Taken' } });
  const { live } = await newRecording();
  await expectStatus(204, 'addTaskSession', { params: { ...params, live_session_id: live } });
  await expectStatus(404, 'addTaskSession', { params: { ...params, live_session_id: unknown } });
  const sessions = (await expectStatus(200, 'listTaskSessions', { params })).json.sessions;
  assert.deepEqual(sessions.map((one) => [one.live_session_id, one.recording.state]), [[live, 'recording']]);
  await expectStatus(412, 'deleteTask', { params, headers: { 'if-match': changed.headers.get('etag') } }, 'etag-mismatch');
  await expectStatus(204, 'deleteTask', { params, headers: { 'if-match': ticked.headers.get('etag') } });
  await expectStatus(404, 'getTask', { params }, 'not-found');
});

test('studies: made, changed, links, a participant from consent to done, another who withdraws, table and zip', async () => {
  const task = (await expectStatus(201, 'createTask', { body: { title: 'Ride', steps: [{ text: 'Shift' }] } })).json;
  const made = await expectStatus(201, 'createStudy', { body: { ...exampleOf('createStudy'), task_id: task.id } });
  const params = { study_id: made.json.id };
  assert.equal(made.headers.get('location'), `/api/studies/${made.json.id}`);
  assert.deepEqual((await expectStatus(200, 'listStudies', { query: `?task=${task.id}` })).json.studies.map(({ id }) => id), [made.json.id]);
  assert.deepEqual((await expectStatus(200, 'listStudies', { query: `?task=${unknown}` })).json.studies, []);
  await expectStatus(400, 'listStudies', { query: '?task=' });
  assert.equal((await expectStatus(200, 'getStudy', { params })).json.after[0].questions.length, 10);
  for (const [member, body] of [['task_id', {}], ['title', { task_id: task.id }], ['conditions', { ...exampleOf('createStudy'), task_id: task.id, conditions: [] }]]) {
    assert.ok((await expectStatus(400, 'createStudy', { body })).json.detail.includes(`\`${member}\``), member);
  }
  await expectStatus(404, 'createStudy', { body: { ...exampleOf('createStudy'), task_id: unknown } });
  const { answer: mint } = server.tokens;
  server.tokens.answer = () => ({ status: 200, body: { models: [['gemini-3.8-live', 'bidiGenerateContent'], ['gemini-3.8-flash', 'generateContent']].map(([name, method]) => ({ name: `models/${name}`, supportedGenerationMethods: [method] })) } });
  for (const [member, wrong, known] of [['model', 'gpt-nope', 'gemini-3.8-live'], ['model', 'gemini-3.8-flash', 'gemini-3.8-live'], ['voice', 'kore', 'Kore']]) {
    const conditions = [{ name: 'A' }, { name: 'B', [member]: wrong }];
    for (const [id, body, more] of [['createStudy', { ...exampleOf('createStudy'), task_id: task.id }, {}], ['changeStudy', {}, { params }]]) {
      const { detail } = (await expectStatus(400, id, { body: { ...body, conditions }, ...more })).json;
      assert.ok(detail.startsWith(`\`conditions[1].${member}\` names none`) && detail.includes(known), detail);
    }
  }
  server.tokens.answer = mint;
  const changed = await expectStatus(200, 'changeStudy', { params, body: { after: [{ instrument: 'nasa_tlx' }], consent_text: 'Agree to this.' } });
  assert.equal(changed.json.consent_version, 2);
  for (const count of [0, 101]) await expectStatus(400, 'addParticipantLinks', { params, body: { count } });
  await expectStatus(400, 'addParticipantLinks', { params, body: { count: 1, expires_at: '2020-01-01T00:00:00Z' } });
  const { links } = (await expectStatus(201, 'addParticipantLinks', { params, body: exampleOf('addParticipantLinks') })).json;
  const revoked = { ...params, participant_id: links[2].id };
  await expectStatus(204, 'revokeParticipantLink', { params: revoked });
  await expectStatus(404, 'revokeParticipantLink', { params: { ...params, participant_id: unknown } });
  const secretOf = (link) => ({ secret: link.secret });
  const named = async (status, id, body, problem) => assert.match((await expectStatus(status, id, { body }, problem)).json.detail, /^`(secret|consent_version)`/);
  await named(410, 'openParticipantLink', secretOf(links[2]), 'link-revoked');
  await named(404, 'openParticipantLink', exampleOf('openParticipantLink'), 'link-unknown');
  assert.equal((await expectStatus(200, 'openParticipantLink', { body: secretOf(links[0]) })).json.stage, 'invited');
  await named(409, 'giveStudyConsent', { ...secretOf(links[0]), consent_version: 1 }, 'consent-changed');
  const begin = async (link) => {
    const begun = await expectStatus(201, 'giveStudyConsent', { body: { ...secretOf(link), consent_version: 2 } });
    assert.equal(begun.json.stage, 'before');
    return { headers: { cookie: begun.headers.getSetCookie()[0].split(';')[0], 'content-type': 'application/json' } };
  };
  const one = await begin(links[0]);
  await named(409, 'openParticipantLink', secretOf(links[0]), 'link-used');
  await expectStatus(200, 'openParticipantLink', { body: secretOf(links[0]), ...one });
  await expectStatus(404, 'getParticipation', {}, 'no-participation');
  const answer = (part, answers, who = one) => ({ body: { part, answers }, ...who });
  assert.match((await expectStatus(422, 'answerQuestionnaires', answer('before', { q1: 'Perhaps' }), 'answer-refused')).json.detail, /`answers.q1`/);
  const talk = { body: exampleOf('beginStudyTalk'), ...one };
  await expectStatus(409, 'beginStudyTalk', talk, 'wrong-stage');
  const at = (await expectStatus(200, 'answerQuestionnaires', answer('before', { q1: 'Yes' }))).json;
  assert.deepEqual([at.stage, at.task.steps[0].text, at.questionnaires], ['talk', 'Shift', []]);
  await expectStatus(409, 'endStudyTalk', one, 'no-talk');
  await expectStatus(400, 'beginStudyTalk', { ...talk, body: { camera: true, locale: 'en' } });
  const begun = (await expectStatus(201, 'beginStudyTalk', talk)).json;
  assert.ok(['Kore', 'Charon'].includes(begun.config.speechConfig.voiceConfig.prebuiltVoiceConfig.voiceName), JSON.stringify(begun.config));
  for (const [seq, chunk] of chunks.entries()) assert.equal((await call('putChunk', put(begun.recording_id, seq, chunk))).status, 201);
  await expectStatus(200, 'finishRecording', { params: { recording_id: begun.recording_id }, body: { last_seq: chunks.length - 1, reason: 'hangup' } });
  assert.equal((await expectStatus(200, 'endStudyTalk', one)).json.stage, 'after');
  const scales = Object.fromEntries(changed.json.after[0].questions.map(({ id }) => [id, 11]));
  assert.equal((await expectStatus(200, 'answerQuestionnaires', answer('after', scales))).json.stage, 'done');
  assert.equal((await expectStatus(200, 'getParticipation', one)).json.stage, 'done');
  const two = await begin(links[1]);
  assert.equal((await expectStatus(200, 'withdrawFromStudy', two)).json.stage, 'withdrawn');
  await expectStatus(409, 'revokeParticipantLink', { params: { ...params, participant_id: links[0].id } }, 'link-used');
  const people = (await expectStatus(200, 'listParticipants', { params })).json.participants;
  assert.deepEqual(people.map(({ stage, recordings }) => [stage, recordings.length]), [['done', 1], ['withdrawn', 0], ['invited', 0]]);
  const table = (await expectStatus(200, 'exportStudyTable', { params })).bytes.toString();
  assert.equal(table.trim().split('\r\n').length, 3);
  assert.match(table, /,50\.00\r\n/);
  await eventually(() => call('getRecording', { params: { recording_id: begun.recording_id } }), ({ json }) => json.media !== null);
  const zip = (await expectStatus(200, 'exportStudyArchive', { params })).bytes.toString('latin1');
  for (const path of ['table.csv', 'study.json', `recordings/P1/${begun.recording_id}/media.webm`, `recordings/P1/${begun.recording_id}/recording.mcap`]) {
    assert.ok(zip.includes(path), path);
  }
  await expectStatus(409, 'changeStudy', { params, body: { before: [] } }, 'study-begun');
  await expectStatus(400, 'changeStudy', { params, body: { state: 'gone' } });
  await expectStatus(409, 'deleteStudy', { params }, 'study-begun');
  await expectStatus(204, 'deleteStudy', { params, query: '?participants=delete' });
  for (const id of ['getStudy', 'listParticipants', 'exportStudyTable', 'exportStudyArchive', 'deleteStudy']) await expectStatus(404, id, { params });
  for (const [id, body] of [['changeStudy', {}], ['addParticipantLinks', { count: 1 }]]) await expectStatus(404, id, { params, body });
});

test('the interaction log: start, end, many, again, wrong ones, sums, files and stream', async () => {
  const now = () => new Date().toISOString();
  const event = (data, kind = 'mute', more = {}) => ({ id: randomUUID(), kind, at: now(), data, ...more });
  const log = (body) => call('logInteraction', { body });
  const { live } = await newRecording();
  for (const id of ['logSessionStart', 'logSessionEnd']) {
    const body = { id: randomUUID(), at: now(), live_session_id: live };
    for (const [accepted, duplicates] of [[1, 0], [0, 1]]) {
      assert.deepEqual((await expectStatus(200, id, { body })).json, { accepted, duplicates, refused: [] });
    }
    await expectStatus(400, id, { body: { events: [event({}, 'interruption'), event({}, 'interruption')] } });
  }
  const good = event({ on: true });
  const mixed = await log({ events: [good, event({ on: 1 }), good, event({}, 'shout'), event({}, 'interruption', { live_session_id: unknown }), { ...good, data: { on: false } }] });
  assert.deepEqual([mixed.status, mixed.json.accepted, mixed.json.duplicates], [200, 1, 1]);
  assert.deepEqual(mixed.json.refused.map(({ index }) => index), [1, 3, 4, 5]);
  mixed.json.refused.forEach(({ problem }, at) => assert.match(problem, [/`data.on`/, /`kind`/, /`live_session_id`/, /`id`/][at]));
  await expectStatus(409, 'logInteraction', { body: { ...good, data: { on: false } } }, 'event-differs');
  await expectStatus(404, 'logInteraction', { body: event({ on: true }, 'mute', { live_session_id: unknown }) });
  for (const at of [new Date(Date.now() + 11 * 60_000), new Date(Date.now() - 401 * 86_400_000)]) {
    assert.match((await expectStatus(400, 'logInteraction', { body: event({ on: true }, 'mute', { at: at.toISOString() }) })).json.detail, /`at`/);
  }
  const thousand = Array.from({ length: 1000 }, () => event({ hits: 3 }, 'search'));
  assert.equal((await log({ events: thousand })).json.accepted, 1000);
  await expectStatus(400, 'logInteraction', { body: { events: [...thousand, good] } });
  await expectStatus(400, 'logInteraction', { body: { events: [] } });
  const stats = (await expectStatus(200, 'getInteractionStats')).json;
  assert.deepEqual([stats.events, stats.by_kind.search, stats.by_kind.session_start], [1003, 1000, 1]);
  const health = (await expectStatus(200, 'getInteractionHealth')).json;
  assert.equal(health.status, 'ok');
  assert.ok(health.last_number >= 1003, `last_number ${health.last_number}`);
  const lines = (await expectStatus(200, 'exportInteractions')).bytes.toString().trim().split('\n').map((line) => JSON.parse(line));
  assert.equal(lines.length, 1003);
  assert.deepEqual(lines[2], { id: good.id, kind: 'mute', at: good.at, live_session_id: null, data: { on: true } });
  const table = (await expectStatus(200, 'exportInteractions', { query: '?format=csv&kind=mute' })).bytes.toString();
  assert.match(table, new RegExp(`^id,kind,at,live_session_id,data\r\n${good.id},mute,`));
  for (const query of ['?format=xml', '?kind=shout', '?from=now']) await expectStatus(400, 'exportInteractions', { query });
  const stream = (await expectStatus(200, 'streamInteractions', { query: '?follow=false' })).bytes.toString();
  const ids = [...stream.matchAll(/^id: (\d+)$/gm)].map(([, number]) => Number(number));
  assert.deepEqual([ids.length, ids], [1003, [...ids].sort((one, other) => one - other)]);
  const rest = await call('streamInteractions', { query: '?follow=false', headers: { 'last-event-id': String(ids.at(-2)) } });
  assert.deepEqual([...rest.bytes.toString().matchAll(/^id: (\d+)$/gm)].map(([, number]) => Number(number)), [ids.at(-1)]);
  await expectStatus(400, 'streamInteractions', { headers: { 'last-event-id': 'x' } });
});

/** One empty page. */
const PDF = `%PDF-1.4
1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj
2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj
3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 200 100]>>endobj
trailer<</Root 1 0 R>>
%%EOF
`;

test('uploads: begun, gone on with, as a form, read, attached, removed', async () => {
  const tus = { 'tus-resumable': '1.0.0' };
  const bytes = { ...tus, 'content-type': 'application/offset+octet-stream' };
  const able = await expectStatus(204, 'getUploadAbilities');
  assert.equal(able.headers.get('tus-version'), '1.0.0');
  await expectStatus(412, 'createUpload', { headers: { 'tus-resumable': '0.2.2' } }, 'tus-version');
  await expectStatus(400, 'createUpload', { headers: tus }, 'bad-request');
  await expectStatus(413, 'createUpload', { headers: { ...tus, 'upload-length': String(2 ** 40) } }, 'content-too-large');
  const begin = async (length, name = 'a.txt') => {
    const begun = await call('createUpload', { headers: { ...tus, 'upload-length': String(length), 'upload-metadata': `filename ${btoa(name)}` } });
    assert.equal(begun.status, 201);
    return { upload_id: begun.headers.get('location').split('/').pop() };
  };
  const params = await begin(5);
  await expectStatus(409, 'getUploadFile', { params }, 'upload-not-whole');
  await expectStatus(409, 'continueUpload', { params, headers: { ...bytes, 'upload-offset': '1' }, raw: 'h' }, 'upload-offset');
  await expectStatus(415, 'continueUpload', { params, headers: { ...tus, 'content-type': 'text/plain', 'upload-offset': '0' }, raw: 'h' });
  await expectStatus(460, 'continueUpload', { params, headers: { ...bytes, 'upload-offset': '0', 'upload-checksum': 'sha1 Kq5sNclPz7QV2+lfQIuc6R7oRu0=' }, raw: 'he' });
  await expectStatus(204, 'continueUpload', { params, headers: { ...bytes, 'upload-offset': '0' }, raw: 'hello' });
  const info = await expectStatus(200, 'getUpload', { params });
  assert.deepEqual([info.json.state, info.json.media_type, info.json.bytes, info.json.name], ['complete', 'text/plain', 5, 'a.txt']);
  const file = await expectStatus(200, 'getUploadFile', { params });
  assert.equal(file.bytes.toString(), 'hello');
  assert.match(file.headers.get('content-disposition'), /^attachment; filename="a.txt"/);
  assert.equal(file.headers.get('content-security-policy'), "sandbox; default-src 'none'");
  await expectStatus(206, 'getUploadFile', { params, headers: { range: 'bytes=1-2' } });
  await expectStatus(416, 'getUploadFile', { params, headers: { range: 'bytes=9-' } });
  await expectStatus(404, 'getUploadPreview', { params });
  const pdf = new FormData();
  pdf.append('file', new Blob([PDF]), 'a.pdf');
  const page = { upload_id: (await (await server.fetch('/api/uploads', { method: 'POST', body: pdf })).json()).id };
  await eventually(() => server.ask('GET', `/api/uploads/${page.upload_id}/info`), ({ body }) => body.has_preview);
  assert.equal((await expectStatus(200, 'getUploadPreview', { params: page })).bytes.readUInt16BE(0), 0xffd8);
  const form = new FormData();
  form.append('file', new Blob(['# Hello']), 'b.md');
  const posted = await server.fetch('/api/uploads', { method: 'POST', body: form });
  assert.equal(posted.status, 201);
  const made = await posted.json();
  check({ $ref: '#/components/schemas/Upload' }, made, 'a form');
  assert.equal(made.media_type, 'text/markdown');
  const svg = await begin(5, 'a.svg');
  await expectStatus(415, 'continueUpload', { params: svg, headers: { ...bytes, 'upload-offset': '0' }, raw: '<svg>' }, 'upload-type-refused');
  await expectStatus(404, 'getUpload', { params: svg });
  const chat = { chat_id: (await call('createChat', { body: {} })).json.id };
  const send = (upload_ids) => call('sendMessage', { params: chat, body: { client_id: upload_ids.join(), text: '', upload_ids } });
  assert.equal((await send([(await begin(3)).upload_id])).problem, 'upload-not-whole');
  const { json: sent } = await send([made.id, params.upload_id]);
  assert.deepEqual(sent.message.upload_ids, [made.id, params.upload_id]);
  assert.deepEqual(sent.message.attachments.map(({ name }) => name), ['b.md', 'a.txt']);
  await expectStatus(409, 'removeUpload', { params }, 'upload-attached');
  await expectStatus(204, 'removeMessage', { params: { ...chat, message_id: sent.message.id } });
  await expectStatus(404, 'getUploadFile', { params });
  const last = await begin(5);
  await expectStatus(204, 'removeUpload', { params: last });
  const changed = await begin(5);
  const byPost = (status, method, headers, raw, problem) => expectStatus(status, 'changeUploadByPost', { params: changed, headers: { ...headers, 'x-http-method-override': method }, raw }, problem);
  await byPost(204, 'PATCH', { ...bytes, 'upload-offset': '0' }, 'hel');
  assert.equal((await byPost(200, 'HEAD', tus)).headers.get('upload-offset'), '3');
  await byPost(412, 'HEAD', {}, undefined, 'tus-version');
  await byPost(400, 'GET', tus, undefined, 'bad-request');
  await byPost(204, 'DELETE', tus);
  await expectStatus(404, 'removeUpload', { params: last });
});

test('what is counted: a new session within ten seconds, the sessions behind a number, wrong questions', async () => {
  const { live } = await newRecording();
  const query = `?before=${new Date(Date.now() + 1000).toISOString()}&step=hour&ahead_minutes=120&clock_changes=${new Date(Date.now() - 86_400_000).toISOString()}/60`;
  const behind = async (more) => (await expectStatus(200, 'listCountedSessions', { query: `${query}${more}` })).json.sessions;
  const mine = (sessions) => sessions.find((one) => one.live_session_id === live);
  assert.deepEqual([mine(await behind('&counted=live')).reason, mine(await behind('&counted=hangup'))], [null, undefined]);
  const until = Date.now() + 10_000;
  let report;
  do report = (await expectStatus(200, 'getReport', { query })).json;
  while (!(report.total.counts.live > 0) && Date.now() < until);
  assert.ok(report.total.counts.live > 0, JSON.stringify(report.total));
  assert.equal(report.steps.reduce((sum, { counts }) => sum + (counts.sessions ?? 0), 0), report.total.counts.sessions);
  assert.deepEqual(await behind('&length=gap_ms&from_ms=86000000'), []);
  for (const wrong of ['?from=now', '?step=year', '?ahead_minutes=x', '?from=2001-01-01T00:00:00Z', '?task=1', '?study=1', '?condition=x', '?person=1',
    '?clock_changes=x', '?clock_changes=2026-10-25T01:00:00Z/9000', '?before=1677-09-22T00:00:00Z', '?from=1677-09-22T00:00:00Z&before=2262-04-11T00:00:00Z&step=hour']) {
    await expectStatus(400, 'getReport', { query: wrong });
  }
  for (const wrong of ['?counted=words', '?length=words', '?from_ms=-1']) await expectStatus(400, 'listCountedSessions', { query: wrong });
  for (const one of ['task', 'study', 'condition']) await expectStatus(404, 'getReport', { query: `?${one}=${unknown}` });
});

test('every operation was called, and every success it promises was seen', () => {
  // It needs a second user, and here is no issuer: features/users/users_test.cpp.
  called.get('handOver').add(204);
  for (const [id, { responses }] of operations) {
    const seen = called.get(id) ?? new Set();
    for (const status of Object.keys(responses).map(Number)) {
      // 202 needs files that cannot be removed; tests of the archive cover that.
      if (status < 300 && status !== 202) assert.ok(seen.has(status), `${id} was never answered with ${status}`);
    }
  }
});

// What the SDK does not show of the emulator's wire: what is refused and how, raw frames, credentials, error bodies,
// the command line.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { BINARY, fromWeb, KEY, MODEL, startEmulator } from './live-harness.mjs';

const { WebSocket } = fromWeb('ws');
const METHOD = 'GenerativeService.BidiGenerateContent';
const SETUP = { setup: { model: `models/${MODEL}`, generationConfig: { responseModalities: ['AUDIO'] } } };

let emulator;
before(async () => {
  emulator = await startEmulator({ scenario: 'setup_delay_ms: 50\n' });
});
after(() => emulator.stop());

/**
 * Opens a socket and sends frames in order (with `wait`, each one after the answer to the last). Returns the close and
 * the received frames.
 */
function exchange(path, frames, { headers = {}, wait = true, url = emulator.url, endAfter = Infinity } = {}) {
  return new Promise((resolve, reject) => {
    const socket = new WebSocket(`${url.replace('http', 'ws')}${path}`, { headers });
    const received = [];
    const left = [...frames];
    const next = () => left.length > 0 && socket.send(JSON.stringify(left.shift()));
    socket.on('open', () => (wait ? next() : frames.forEach(() => next())));
    socket.on('message', (data, binary) => {
      received.push({ text: data.toString(), binary });
      if (received.length >= endAfter) socket.close();
      else if (wait) next();
    });
    socket.on('close', (code, reason) => resolve({ code, reason: reason.toString(), received }));
    socket.on('error', reject);
  });
}

const live = (version = 'v1beta', query = `?key=${KEY}`) => `/ws/google.ai.generativelanguage.${version}.${METHOD}${query}`;

describe('frames', () => {
  test('are binary, indented by two spaces, with a final newline', async () => {
    const { received } = await exchange(live(), [SETUP], { endAfter: 1 });
    assert.deepEqual(received, [{ text: '{\n  "setupComplete": {}\n}\n', binary: true }]);
  });

  test('are text when the scenario says so', async () => {
    const other = await startEmulator({ scenario: 'frames: text\n' });
    const { received } = await exchange(live(), [SETUP], { endAfter: 1, url: other.url });
    assert.equal(received[0].binary, false);
    await other.stop();
  });

  test('may be in snake_case', async () => {
    const setup = { setup: { model: `models/${MODEL}`, generation_config: { response_modalities: ['AUDIO'] } } };
    const { received } = await exchange(live(), [setup], { endAfter: 1 });
    assert.match(received[0].text, /setupComplete/);
  });
});

test('SIGTERM ends it in order, also while a client ignores the closing handshake', async () => {
  const other = await startEmulator({ scenario: 'answer_delay_ms: 60000\n' });
  const sockets = [];
  for (let i = 0; i < 4; ++i) {
    const socket = new WebSocket(`${other.url.replace('http', 'ws')}${live()}`);
    socket.on('error', () => {});
    await new Promise((resolve) => socket.once('open', resolve));
    socket.send(JSON.stringify(SETUP));
    await new Promise((resolve) => socket.once('message', resolve));
    socket.send(JSON.stringify({ realtimeInput: { text: 'What is the time?' } }));
    socket._socket.pause(); // does not read any more, so it does not answer the Close
    sockets.push(socket);
  }
  assert.equal(await other.stop(), 0);
  for (const socket of sockets) socket.terminate();
});

describe('mistakes close the socket', () => {
  const detection = { realtimeInputConfig: { automaticActivityDetection: { disabled: true } } };
  for (const [name, frames, code, reason, options] of [
    ['input before setup', [{ realtimeInput: { text: 'hi' } }], 1008, /session not found/],
    ['input before setupComplete', [SETUP, { realtimeInput: { text: 'hi' } }], 1008, /session not found/, { wait: false }],
    ['a second setup', [SETUP, SETUP], 1007, /invalid argument/],
    ['two keys in a frame', [{ ...SETUP, realtimeInput: {} }], 1007, /invalid argument/],
    ['an unknown field', [{ setup: { ...SETUP.setup, modle: 'x' } }], 1007, /Unknown name "modle" at 'setup'/],
    ['a null handle', [{ setup: { ...SETUP.setup, sessionResumption: { handle: null } } }], 1007, /session_resumption\.handle/],
    ['mediaChunks', [SETUP, { realtimeInput: { mediaChunks: [] } }], 1007, /media_chunks is deprecated/],
    ['activity marks with automatic detection', [SETUP, { realtimeInput: { activityStart: {} } }], 1007, /invalid argument/],
    ['audioStreamEnd without it', [{ setup: { ...SETUP.setup, ...detection } }, { realtimeInput: { audioStreamEnd: true } }], 1007, /invalid argument/],
    ['an answer to no call', [SETUP, { toolResponse: { functionResponses: [{ id: 'x', name: 'f', response: {} }] } }], 1007, /No function call has the id 'x'/],
    ['an unknown handle', [{ setup: { ...SETUP.setup, sessionResumption: { handle: 'gone' } } }], 1008, /session not found/],
  ]) {
    test(name, async () => {
      const closed = await exchange(live(), frames, options);
      assert.equal(closed.code, code);
      assert.match(closed.reason, reason);
    });
  }
});

describe('credentials', () => {
  const mint = async (body = {}, key = KEY) =>
    fetch(`${emulator.url}/v1beta/auth_tokens`, {
      method: 'POST',
      headers: { 'x-goog-api-key': key, 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });

  test('none at all closes 1008', async () => {
    const { code, reason } = await exchange(live('v1beta', ''), []);
    assert.equal(code, 1008);
    assert.match(reason, /unregistered callers/);
  });

  test('a token on the plain method closes 1008', async () => {
    const { name } = await (await mint()).json();
    const { code, reason } = await exchange(live('v1beta', `?key=${name}`), []);
    assert.equal(code, 1008);
    assert.match(reason, /unregistered callers/);
  });

  test('Constrained without a token closes 1007', async () => {
    const { code, reason } = await exchange(live('v1beta', 'Constrained'), []);
    assert.equal(code, 1007);
    assert.match(reason, /access_token/);
  });

  test('the key may be a header, the token too, and its slash may be %2F', async () => {
    const asHeader = await exchange(live('v1beta', ''), [SETUP], { endAfter: 1, headers: { 'x-goog-api-key': KEY } });
    assert.equal(asHeader.received.length, 1);
    const { name } = await (await mint({ uses: 2 })).json();
    const headers = { Authorization: `Token ${name}` };
    assert.equal((await exchange(live('v1beta', 'Constrained'), [SETUP], { endAfter: 1, headers })).received.length, 1);
    const query = `Constrained?access_token=${encodeURIComponent(name)}`;
    assert.equal((await exchange(live('v1beta', query), [SETUP], { endAfter: 1 })).received.length, 1);
  });

  test('REST errors have the bodies of the API', async () => {
    const wrong = await mint({}, 'wrong');
    assert.equal(wrong.status, 400);
    const { error } = await wrong.json();
    assert.equal(error.status, 'INVALID_ARGUMENT');
    assert.equal(error.details[0].reason, 'API_KEY_INVALID');
    const none = await fetch(`${emulator.url}/v1beta/models`);
    assert.equal(none.status, 403);
    assert.equal((await none.json()).error.status, 'PERMISSION_DENIED');
    const bad = await mint({ used: 1 });
    assert.equal(bad.status, 400);
    assert.match((await bad.json()).error.message, /Unknown name "used"/);
  });

  test('a mask below other objects is refused as reported, unless the scenario allows it', async () => {
    const masked = { bidiGenerateContentSetup: SETUP.setup, fieldMask: 'model,systemInstruction.parts' };
    const refused = await mint(masked);
    assert.equal(refused.status, 400);
    const { error } = await refused.json();
    assert.deepEqual([error.status, error.message], ['INVALID_ARGUMENT', 'field_mask is invalid for BidiGenerateContentSetup']);
    assert.equal((await mint({ ...masked, fieldMask: 'model,generationConfig.temperature,tools' })).status, 200);
    const lenient = await startEmulator({ scenario: 'nested_masks: true\n' });
    const answer = await fetch(`${lenient.url}/v1beta/auth_tokens`, {
      method: 'POST', headers: { 'x-goog-api-key': KEY }, body: JSON.stringify(masked),
    });
    assert.equal(answer.status, 200);
    await lenient.stop();
  });

  test('tokens are not stored by caches, and no web page may mint them', async () => {
    const answer = await mint();
    assert.equal(answer.headers.get('cache-control'), 'no-store');
    const Origin = 'http://localhost:1234';
    const preflight = await fetch(`${emulator.url}/v1beta/auth_tokens`, {
      method: 'OPTIONS',
      headers: { Origin, 'Access-Control-Request-Method': 'POST', 'Access-Control-Request-Headers': 'x-goog-api-key' },
    });
    assert.equal(preflight.headers.get('access-control-allow-origin'), null);
    assert.equal(preflight.headers.get('access-control-allow-methods'), null);
    // Without a preflight, as from a form of another site.
    const simple = await fetch(`${emulator.url}/v1beta/auth_tokens?key=${KEY}`, { method: 'POST', headers: { Origin }, body: '{}' });
    assert.equal(simple.status, 403);
    assert.equal(simple.headers.get('access-control-allow-origin'), null);
  });

  test('any origin may ask for the rest', async () => {
    const preflight = await fetch(`${emulator.url}//v1beta/models`, {
      method: 'OPTIONS',
      headers: {
        Origin: 'http://localhost:1234',
        'Access-Control-Request-Method': 'GET',
        'Access-Control-Request-Headers': 'x-goog-api-key,x-goog-api-client,content-type',
      },
    });
    assert.ok(preflight.ok);
    assert.equal(preflight.headers.get('access-control-allow-origin'), 'http://localhost:1234');
    assert.match(preflight.headers.get('access-control-allow-headers'), /x-goog-api-key/i);
  });

  test('strict_v1 refuses v1 as Google does', async () => {
    const strict = await startEmulator({ scenario: 'strict_v1: true\n' });
    const answer = await fetch(`${strict.url}/v1/auth_tokens`, { method: 'POST', headers: { 'x-goog-api-key': KEY } });
    assert.equal(answer.status, 404);
    await assert.rejects(exchange(live('v1'), [], { url: strict.url }), /404/);
    await strict.stop();
  });
});

describe('the command line', () => {
  const run = (...args) => spawnSync(BINARY, args, { encoding: 'utf8', timeout: 20_000 });

  test('says its version and its options', () => {
    assert.match(run('--version').stdout, /^reprise-emulator \d+\.\d+\.\d+\n$/);
    assert.match(run('--help').stdout, /--scenario FILE/);
  });

  test('ends with 78 and a sentence on what it cannot use', () => {
    const folder = mkdtempSync(join(tmpdir(), 'reprise-emulator-'));
    const file = join(folder, 'wrong.yaml');
    writeFileSync(file, 'answers: none\nanswer: 1\n');
    const taken = new URL(emulator.url).host;
    for (const [args, sentence] of [
      [['--lisen', 'localhost:0'], /no option --lisen/],
      [['--listen', 'localhost'], /HOST:PORT/],
      [['--seed', 'many'], /whole number/],
      [['--scenario', join(folder, 'none.yaml')], /cannot be read/],
      [['--scenario', file], /line 2: a scenario has no key 'answer'/],
      [['--listen', taken], /Address already in use/],
    ]) {
      const { status, stderr, stdout } = run(...args);
      assert.equal(status, 78, args.join(' '));
      assert.match(stderr, sentence);
      assert.equal(stdout, '');
    }
    rmSync(folder, { recursive: true });
  });
});

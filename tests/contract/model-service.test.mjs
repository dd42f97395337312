// How Reprise handles the model's service: the words for each refusal, the clock, the proxy, and `reprise doctor
// gemini`.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { connect } from 'node:net';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { createServer as createTlsServer } from 'node:tls';
import { eventually, remove, run, startServer, temporaryFolder } from '../harness/programs.mjs';
import { KEY, startEmulator } from './live-harness.mjs';

/** The last matching line of the log, which may come after the answer. */
async function lineOf(server, fits) {
  const find = async () => server.program.log.split('\n').slice(0, -1).findLast(fits);
  return eventually(find, (line) => line !== undefined);
}

describe('a refusal reaches the person and the log', () => {
  let server;
  before(async () => {
    server = await startServer();
  });
  after(() => server.stop());

  const start = async (answer) => {
    server.tokens.answer = () => answer;
    const chat = (await server.ask('POST', '/api/chats', {})).body;
    return server.ask('POST', '/api/live/sessions', { chat_id: chat.id, record: false });
  };
  const refusal = (status, name, message, reason) => ({
    status,
    body: { error: { code: status, status: name, message, details: reason ? [{ '@type': 'type.googleapis.com/google.rpc.ErrorInfo', reason }] : [] } },
  });

  for (const [type, answer] of [
    ['model-key-wrong', refusal(400, 'INVALID_ARGUMENT', 'API key not valid.', 'API_KEY_INVALID')],
    ['model-key-expired', refusal(400, 'INVALID_ARGUMENT', 'API key expired. Please renew the API key.')],
    ['model-key-restricted', refusal(403, 'PERMISSION_DENIED', 'Requests from referer <empty> are blocked.', 'API_KEY_HTTP_REFERRER_BLOCKED')],
    ['model-api-disabled', refusal(403, 'PERMISSION_DENIED', 'It is disabled.', 'SERVICE_DISABLED')],
    ['model-location', refusal(400, 'FAILED_PRECONDITION', 'User location is not supported for the API use.')],
    ['model-unknown', refusal(404, 'NOT_FOUND', 'models/x is not found for API version v1beta.')],
    ['model-request-refused', refusal(400, 'INVALID_ARGUMENT', 'field_mask is invalid for BidiGenerateContentSetup')],
    ['model-busy', refusal(503, 'UNAVAILABLE', 'The model is overloaded.')],
    ['model-answer-foreign', { status: 200, text: '<html>Sign in</html>', headers: { 'content-type': 'text/html' } }],
    ['model-answer-foreign', { status: 302, text: '', headers: { location: 'http://portal.test/' } }],
  ]) {
    test(`${type} ${answer.status}`, async () => {
      const { status, body } = await start(answer);
      assert.equal(status, 502);
      assert.equal(body.type, `urn:reprise:problem:${type}`);
      assert.notEqual(body.title, 'Bad Gateway');
      const message = answer.body?.error.message;
      if (message) assert.ok(body.detail.includes(`“${message}”`), body.detail);
      const line = await lineOf(server, (one) => one.includes('gemini.no_token') && one.includes(type));
      if (message) assert.ok(line.includes(message), line);
    });
  }

  test('a quota says when to try again', async () => {
    const { body, headers } = await start({ ...refusal(429, 'RESOURCE_EXHAUSTED', 'Quota.'), headers: { 'retry-after': '27' } });
    assert.equal(body.type, 'urn:reprise:problem:model-quota');
    assert.equal(headers.get('retry-after'), '27');
    assert.match(body.detail, /Try again in 27 seconds\./);
  });

  test('neither the key nor what was sent is repeated', async () => {
    const { text } = await start(refusal(400, 'INVALID_ARGUMENT', `no ${KEY}, nor AIzaSyA1234567890`));
    assert.ok(!text.includes(KEY) && !text.includes('AIza'), text);
    assert.ok(!server.program.log.includes(KEY) && !server.program.log.includes('AIza'));
  });
});

test('a clock that is two minutes off: the token has the times of the service', async () => {
  for (const offMs of [120_000, -120_000]) {
    const server = await startServer();
    const theirs = () => Date.now() + offMs;
    server.tokens.answer = (count) => ({
      status: 200,
      body: { name: `auth_tokens/test-${count}` },
      headers: { date: new Date(theirs()).toUTCString() },
    });
    const chat = (await server.ask('POST', '/api/chats', {})).body;
    for (let socket = 0; socket < 2; ++socket) {
      const { status, body } = await server.ask('POST', '/api/live/sessions', { chat_id: chat.id, record: false });
      assert.equal(status, 201);
      const asked = server.tokens.asked.at(-1).body;
      const openMs = Date.parse(asked.newSessionExpireTime) - theirs();
      assert.ok(openMs > 50_000 && openMs < 62_000, `${openMs} ms to open`);
      const lifeMs = Date.parse(body.connection.expires_at) - Date.now();
      assert.ok(Math.abs(lifeMs - 30 * 60_000) < 10_000, 'to the browser it is told in our own time');
    }
    assert.equal(server.tokens.asked.length, 3, 'once more when the difference is found, and not again');
    const line = await lineOf(server, (one) => one.includes('gemini.clock_differs'));
    assert.ok(Math.abs(JSON.parse(line).ours_ahead_seconds + offMs / 1000) <= 2, line);
    await server.stop();
  }
});

describe('reprise doctor gemini', () => {
  let emulator;
  before(async () => {
    emulator = await startEmulator({ scenario: 'setup_delay_ms: 20\n' });
  });
  after(() => emulator.stop());

  const doctor = (args, env = {}) => run('reprise', ['doctor', 'gemini', ...args], env);
  const steps = (text) => [...text.matchAll(/^(ok|FAILED) +(\w+) +\d+ ms /gm)].map(([, verdict, step]) => `${verdict} ${step}`);
  const kTalk = ['ok token', 'ok socket', 'ok setup', 'ok hello'];

  test('talks, and resumes the talk', async () => {
    const { code, stdout, stderr } = await doctor(['--gemini-url', emulator.url]);
    assert.equal(code, 0, stdout + stderr);
    assert.deepEqual(steps(stdout), [...kTalk, 'ok handle', 'ok close', ...kTalk, 'ok close']);
    assert.match(stdout, /heard “hello”, said “H.*”: \d+\.\d s of sound/);
    assert.match(stdout, /Everything works/);
    assert.ok(!/auth_tokens|emulator-key/.test(stdout + stderr), stdout + stderr);
  });

  test('by a proxy and TLS, and prints no secret', async (context) => {
    const folder = temporaryFolder();
    execFileSync('openssl', ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '1',
      '-subj', '/CN=gemini.test', '-addext', 'subjectAltName=DNS:gemini.test', '-keyout', join(folder, 'key'), '-out', join(folder, 'cert')], { stdio: 'ignore' });
    context.after(() => remove(folder));
    const wire = [];
    const tls = createTlsServer({ key: readFileSync(join(folder, 'key')), cert: readFileSync(join(folder, 'cert')) }, (socket) => {
      const inner = connect(Number(new URL(emulator.url).port), 'localhost');
      inner.on('data', (data) => wire.push(data.toString('latin1')));
      socket.pipe(inner).pipe(socket);
      for (const end of [socket, inner]) end.on('error', () => {});
    });
    const asked = [];
    const proxy = createServer().on('connect', (request, socket) => {
      asked.push(`${request.url} ${request.headers['proxy-authorization']}`);
      const inner = connect(tls.address().port, 'localhost', () => socket.write('HTTP/1.1 200 OK\r\n\r\n'));
      socket.pipe(inner).pipe(socket);
      for (const end of [socket, inner]) end.on('error', () => {});
    });
    context.after(() => [tls, proxy].forEach((one) => one.close()));
    await Promise.all([tls, proxy].map((one) => new Promise((resolve) => one.listen(0, 'localhost', resolve))));
    const env = {
      HTTPS_PROXY: `http://user:pass%21word@localhost:${proxy.address().port}`,
      SSL_CERT_FILE: join(folder, 'cert'),
      https_proxy: '',
      no_proxy: '',
      NO_PROXY: '',
    };
    const { code, stdout, stderr } = await doctor(['--gemini-url', 'https://gemini.test'], env);
    assert.equal(code, 0, stdout + stderr);
    const login = `Basic ${Buffer.from('user:pass!word').toString('base64')}`;
    assert.deepEqual(asked, Array.from({ length: 4 }, () => `gemini.test:443 ${login}`), 'tokens and sockets');
    const handles = [...wire.join('').matchAll(/"newHandle": "([^"]+)"/g)].map(([, handle]) => handle);
    assert.ok(handles.length >= 1);
    for (const secret of [...handles, 'auth_tokens/', KEY, 'pass!word', 'pass%21word', login]) {
      assert.ok(!(stdout + stderr).includes(secret), `${secret} in ${stdout}${stderr}`);
    }
    const direct = await doctor(['--gemini-url', 'https://gemini.test'], { ...env, NO_PROXY: 'gemini.test' });
    assert.equal(direct.code, 1);
    assert.match(direct.stdout, /No address is known for gemini\.test|address of gemini\.test could not be found/);
  });

  for (const [name, args, env, failed, words] of [
    ['a wrong key', [], { REPRISE_GEMINI_KEY: 'wrong-key-0123' }, ['FAILED token'], /“API key not valid\. Please pass a valid API key\.” \(INVALID_ARGUMENT\)/],
    ['an unknown model', ['--model', 'gemini-0.1-live'], {}, ['ok token', 'ok socket', 'FAILED setup'], /closed the socket with 1008: “models\/gemini-0\.1-live is not found/],
    ['an unknown voice', ['--voice', 'Nobody'], {}, ['ok token', 'ok socket', 'FAILED setup'], /1007: “Request contains an invalid argument\.”/],
  ]) {
    test(`says what is wrong with ${name}`, async () => {
      const { code, stdout, stderr } = await doctor(['--gemini-url', emulator.url, ...args], env);
      assert.equal(code, 1, stdout + stderr);
      assert.deepEqual(steps(stdout), failed);
      assert.match(stdout, words);
      assert.ok(!(stdout + stderr).includes('wrong-key'), stdout);
    });
  }

  test('says that nobody is there, and what must be set', async () => {
    const gone = await startEmulator();
    await gone.stop();
    const { code, stdout } = await doctor(['--gemini-url', gone.url]);
    assert.equal(code, 1);
    assert.match(stdout, /Nothing answers at localhost:\d+\. Is it running\?/);
    for (const [args, sentence] of [
      [['--gemini-url', 'https://generativelanguage.googleapis.com'], /^reprise: REPRISE_GEMINI_KEY is not set/],
      [['--gemini-urll', 'x'], /^reprise: Unknown flag --gemini-urll\./],
    ]) {
      const refused = await doctor(args);
      assert.equal(refused.code, 78);
      assert.match(refused.stderr, sentence);
      assert.equal(refused.stderr.trim().split('\n').length, 1);
    }
    const other = await run('reprise', ['doctor', 'hello']);
    assert.equal(other.code, 78);
    assert.match(other.stderr, /reprise doctor gemini/);
  });
});

// Whatever fits the description of the API, and whatever does not: Schemathesis asks each operation, and each answer must be one that is described. Runs with TEST_LONG=1.
import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { startEmulator } from '../contract/live-harness.mjs';
import { consent, remove, root, startServer, temporaryFolder } from '../harness/programs.mjs';

const YAML = createRequire(join(root, 'web/package.json'))('yaml');

const VERSION = '4.32.5';
const place = join(root, '.tools/schemathesis');
const long = process.env.TEST_LONG === '1';

const folder = temporaryFolder();
let emulator;
let server;
before(async () => {
  if (!long) return;
  if (!existsSync(join(place, 'bin/st'))) {
    execFileSync('python3', ['-m', 'venv', place], { stdio: 'inherit' });
    execFileSync(join(place, 'bin/pip'), ['install', '--quiet', `schemathesis==${VERSION}`], { stdio: 'inherit' });
  }
  emulator = await startEmulator();
  server = await startServer({ tokens: { url: emulator.url, close: () => {} } });
});
after(async () => {
  await server?.stop();
  await emulator?.stop();
  remove(folder);
});

const PROBLEM = { $ref: '#/components/responses/Problem' };
/** What the first words of the description say of all operations. */
const ANY_OPERATION = ['400', '413', '415', '421', '429', '503', '507'];
const METHODS = ['get', 'put', 'post', 'patch', 'delete'];

/** A member that may be absent may be null as well. */
function allowNull(schema, description, seen = new Set()) {
  if (schema?.$ref) return allowNull(schema.$ref.slice(2).split('/').reduce((at, name) => at[name], description), description, seen);
  if (!schema || typeof schema !== 'object' || seen.has(schema)) return;
  seen.add(schema);
  for (const [name, member] of Object.entries(schema.properties ?? {})) {
    allowNull(member, description, seen);
    if (!(schema.required ?? []).includes(name)) schema.properties[name] = { anyOf: [member, { type: 'null' }] };
  }
  allowNull(schema.items, description, seen);
  for (const one of [...(schema.oneOf ?? []), ...(schema.anyOf ?? []), ...(schema.allOf ?? [])]) allowNull(one, description, seen);
}

/** The description, with what it says of all operations said of each. */
function spelledOut() {
  const description = YAML.parse(readFileSync(join(root, 'api/openapi.yaml'), 'utf8'));
  for (const path of Object.values(description.paths)) {
    for (const method of METHODS.filter((name) => path[name])) {
      const operation = path[method];
      for (const status of ANY_OPERATION) operation.responses[status] ??= PROBLEM;
      for (const [type, { schema }] of Object.entries(operation.requestBody?.content ?? {})) if (type === 'application/json') allowNull(schema, description);
    }
  }
  return JSON.stringify(description);
}

/** One of everything that an address can name: {chat_id, ...}. */
async function things() {
  const made = async (path, body, status = 201) => {
    const answer = await server.ask('POST', path, body);
    assert.equal(answer.status, status, `${path}: ${answer.text}`);
    return answer.body;
  };
  const chat = await made('/api/chats', { title: 'Asked by Schemathesis' });
  const { answer } = await made(`/api/chats/${chat.id}/messages`, { client_id: 'c', text: 'hello' });
  const { live_session, recording_id } = await made('/api/live/sessions', { chat_id: chat.id, record: true, consent });
  const task = await made('/api/tasks', { title: 'A task' });
  const form = new FormData();
  form.append('file', new Blob(['words']), 'a.txt');
  const upload = await (await server.fetch('/api/uploads', { method: 'POST', body: form })).json();
  return { chat_id: chat.id, message_id: answer.id, live_session_id: live_session.id, recording_id, task_id: task.id, upload_id: upload.id };
}

/**
 * What is there is not asked to go away, so that all operations find it. 410 to 412: what is gone is told before a body is judged. Left out: TRACE, which is
 * 501 here, and `positive_data_acceptance` (a title of one invisible letter fits the schema, and is refused in words). The log of interactions answers 200
 * and names each event that it refuses; in a form everything is text.
 */
const settings = (known) => `
hooks = "hooks.py"
[checks]
positive_data_acceptance.enabled = false
negative_data_rejection.expected-statuses = ["400", "401", "403", "404", "405", "406", "409", "410", "412", "413", "415", "422", "428", "429"]
[phases.coverage]
unexpected-methods = ["DELETE", "GET", "PATCH", "POST", "PUT"]
[[operations]]
include-operation-id = ["logInteraction", "logSessionStart", "logSessionEnd", "createUpload"]
checks.negative_data_rejection.enabled = false
[[operations]]
include-method = ["GET", "PATCH", "POST", "PUT"]
[operations.parameters]
${Object.entries(known).map(([name, id]) => `"path.${name}" = "${id}"`).join('\n')}
`;

/** Chunks, and pieces of files, are bytes. */
const HOOKS = `
import schemathesis

@schemathesis.serializer("application/vnd.mcap", "application/offset+octet-stream")
def as_bytes(context, value):
    return value if isinstance(value, bytes) else str(value).encode()
`;

(long ? test : () => {})('each operation answers as it is described', { timeout: 3_600_000 }, async () => {
  const seed = process.env.TEST_SEED ?? '1';
  writeFileSync(join(folder, 'openapi.json'), spelledOut());
  writeFileSync(join(folder, 'schemathesis.toml'), settings(await things()));
  writeFileSync(join(folder, 'hooks.py'), HOOKS);
  const st = spawn(join(place, 'bin/st'), [
    'run', 'openapi.json', '--url', server.url, '-H', `Origin: ${server.url}`, '--seed', seed, '--max-examples', '25',
    '--phases', 'examples,coverage,fuzzing', '--continue-on-failure', '--request-timeout', '30', '--suppress-health-check', 'all',
    '--no-color', '--generation-database', 'none',
  ], { cwd: folder, env: { ...process.env, PYTHONPATH: folder }, stdio: ['ignore', 'pipe', 'inherit'] });
  let said = '';
  st.stdout.on('data', (data) => (said += data));
  const [code] = await once(st, 'close');
  assert.equal((await server.ask('GET', '/healthz')).status, 200);
  assert.equal(code, 0, said.slice(-20_000));
});

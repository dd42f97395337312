// What is typed: the first token by way of the server against the service itself, many streams at once, answers a second.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { listen } from '../tests/harness/answer-stream.mjs';
import { Issuer } from '../tests/harness/issuer.mjs';
import { freePort } from '../tests/harness/ports.mjs';
import { callbackUrl, writeOidcFile } from '../tests/harness/oidc-file.mjs';
import { Person } from '../tests/harness/person.mjs';
import { run as longThread } from './thread.mjs';
import { binary, cpuSeconds, folder, memoryMib, quantile, remove, startReady } from './programs.mjs';

const FIRST_TOKENS = 60;
/** A user may wait for eight answers at once. */
const AT_ONCE = 8;
const USERS = 125;
const PIECES = 20;
const PIECE_MS = 1_000;
const SECONDS = 8;
const KEY = 'emulator-key';
const MODEL = 'gemini-3.8-flash';

const SCENARIO = `
text_piece_ms: 0
texts:
  - {match: streams, say: "${'one two three four '.repeat(PIECES)}", piece_ms: ${PIECE_MS}}
`;

/** Somebody with an address of their own: one address may ask for 600 answers at once. */
class Elsewhere extends Person {
  constructor(origin, address) {
    super(origin);
    this.address = address;
  }

  fetch(path, { headers = {}, ...init } = {}) {
    return super.fetch(path, { ...init, headers: { 'x-forwarded-for': this.address, ...headers } });
  }

  /** Sends a message; the answer has begun then. */
  async say(chat, name, text) {
    const { status, body } = await this.ask('POST', `/api/chats/${chat}/messages`, { client_id: name, text, parent_id: null });
    if (status !== 201) throw new Error(`a message was refused: ${status} ${body?.detail}`);
    return body;
  }
}

const median = (values) => quantile(values, 0.5);
const rowOf = (name, value, unit, more = {}) => ({ name, value, unit, ...more });

/** Milliseconds until the first piece of the answer came from the service itself. */
async function firstTokenDirect(url) {
  const began = performance.now();
  const answer = await fetch(`${url}/v1beta/models/${MODEL}:streamGenerateContent?alt=sse`, {
    method: 'POST',
    headers: { 'x-goog-api-key': KEY, 'content-type': 'application/json' },
    body: JSON.stringify({ contents: [{ role: 'user', parts: [{ text: 'hello' }] }] }),
  });
  const reader = answer.body.getReader();
  await reader.read();
  const took = performance.now() - began;
  while (!(await reader.read()).done);
  return took;
}

/** The same by way of the server: from sending the message to the first event. */
async function firstToken(person, chat, name) {
  const began = performance.now();
  const { answer } = await person.say(chat, name, 'hello');
  let took = 0;
  await listen(person, `/api/chats/${chat}/messages/${answer.id}`, {
    onEvent: () => {
      took ||= performance.now() - began;
    },
  });
  return took;
}

async function firstTokens(emulator, person) {
  const { body: chat } = await person.ask('POST', '/api/chats', { title: 'First tokens' });
  const [direct, served] = [[], []];
  for (let n = 0; n < FIRST_TOKENS; n++) {
    direct.push(await firstTokenDirect(emulator.url));
    served.push(await firstToken(person, chat.id, `f${n}`));
  }
  const beside = `the service itself ${median(direct).toFixed(1)} ms`;
  return [
    rowOf('first piece of an answer, median', median(served), 'ms', { compared_with: beside }),
    rowOf('first piece later than from the service by', median(served) - median(direct), 'ms'),
  ];
}

/** USERS × AT_ONCE answers that come at the same time, each with a listener. */
async function manyStreams(server, people) {
  const idle = memoryMib(server.child.pid);
  const chats = await Promise.all(people.map(async (person) => (await person.ask('POST', '/api/chats', { title: 'Streams' })).body.id));
  const late = [];
  const cpu = cpuSeconds(server.child.pid);
  const began = performance.now();
  let heard = 0;
  const one = async (person, chat, name) => {
    const { answer } = await person.say(chat, name, 'streams');
    let last = 0;
    await listen(person, `/api/chats/${chat}/messages/${answer.id}`, {
      onEvent: ({ name }) => {
        const now = performance.now();
        // Between two pieces: the first one waits for the reasoning, and the end is no piece.
        if (last > 0 && name === 'delta') late.push(now - last - PIECE_MS);
        last = now;
        heard++;
      },
    });
  };
  const all = Promise.all(people.flatMap((person, at) => Array.from({ length: AT_ONCE }, (_, n) => one(person, chats[at], `s${n}`))));
  let most = 0;
  const watch = setInterval(() => {
    most = Math.max(most, memoryMib(server.child.pid));
  }, 250);
  await all;
  clearInterval(watch);
  const seconds = (performance.now() - began) / 1_000;
  const count = `${USERS * AT_ONCE} streams at once`;
  return [
    rowOf(`${count}: memory for them`, most - idle, 'MiB', { compared_with: `idle ${idle.toFixed(0)} MiB` }),
    rowOf(`${count}: processor of the server`, (cpuSeconds(server.child.pid) - cpu) / seconds, 'cores'),
    rowOf(`${count}: events heard a second`, heard / seconds, 'events/s'),
    rowOf(`${count}: a piece late by, 99 of 100`, quantile(late, 0.99), 'ms'),
  ];
}

/** Short answers one after the other, AT_ONCE at a time, for one person after the other: each may ask for 60 at once. */
async function answersPerSecond(people) {
  const chats = await Promise.all(people.map(async (person) => (await person.ask('POST', '/api/chats', { title: 'Answers' })).body.id));
  const began = performance.now();
  let begun = 0;
  const worker = async () => {
    while (performance.now() - began < SECONDS * 1_000) {
      const n = begun++;
      const at = n % people.length;
      await firstToken(people[at], chats[at], `w${n}`);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  const seconds = (performance.now() - began) / 1_000;
  return [rowOf(`short answers, ${AT_ONCE} at a time`, begun / seconds, 'answers/s')];
}

export async function run() {
  const issuer = await Issuer.start();
  const listenAt = `localhost:${await freePort()}`;
  const origin = `http://${listenAt}`;
  const { secret } = issuer.addClient({ redirectUris: [callbackUrl(origin)] });
  const { file, folder: settings } = writeOidcFile({ publicUrl: origin, issuers: [{ id: 'dex', peer: { issuer: issuer.issuer, secret } }] });
  const data = folder();
  const scenario = join(settings, 'chat.yaml');
  writeFileSync(scenario, SCENARIO);
  const emulator = await startReady(binary('reprise-emulator'), ['--listen', 'localhost:0', '--seed', '1', '--scenario', scenario]);
  const server = await startReady(binary('reprise'), [
    'serve', '--listen', listenAt, '--ops-listen', 'localhost:0', '--data-dir', data, '--gemini-url', emulator.url, '--oidc-file', file,
    '--trusted-proxies', '127.0.0.1,::1',
  ]);
  try {
    const people = [];
    for (let n = 0; n <= USERS; n++) {
      issuer.addPerson(`user${n}`);
      people.push(new Elsewhere(origin, `10.9.0.${n + 1}`));
      await people[n].login({ as: `user${n}` });
    }
    // In this order: all people together may ask for 2000 answers at once, and for 50 more each second.
    return [...(await firstTokens(emulator, people[0])), ...(await manyStreams(server, people.slice(1))), ...(await answersPerSecond(people.slice(1))), ...(await longThread())];
  } finally {
    await server.stop();
    await emulator.stop();
    await issuer.stop();
    remove(data);
    remove(settings);
  }
}

// Runs the scripted session with a fault at every n-th file call of the server, counted over all its threads. By
// default a sample of the calls, with TEST_LONG=1 all of them. Prints how many points it reached.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { before, test } from 'node:test';
import { binary, eventually, remove, startServer, syntheticChunks, temporaryFolder } from '../harness/programs.mjs';
import { CHUNKS, hex, judge, newLedger, play, traces } from './session.mjs';

const long = process.env.TEST_LONG === '1';
const library = binary('reprise-faults.so');
const SAMPLE = { kill: 24, EIO: 8, ENOSPC: 8, EMFILE: 8, short: 4, delay: 4 };
/** The long run also tries calls beyond the counted ones: how many there are depends on the scheduling of threads. */
const BEYOND = 10;

let chunks;
let marks; // number of calls at the beginning of each part of the session
let secrets; // words and hashes that an erase must remove

const plan = (folder, words) => ({ LD_PRELOAD: library, FAULTS: `path=${folder}/data count=${folder}/count ${words}` });
const calls = (folder) => Number(readFileSync(join(folder, 'count')).readBigInt64LE());

/** Plays the session under a fault. Returns the ledger, and whether the fault was reached. */
async function playUnder(folder, words) {
  const ledger = newLedger();
  const dataDir = join(folder, 'data');
  let server;
  try {
    server = await startServer({ dataDir, env: plan(folder, words) });
  } catch {
    return { ledger, dataDir };
  }
  await play(server, ledger, chunks);
  return { ledger, dataDir, server };
}

before(async () => {
  chunks = await syntheticChunks(20);
  const folder = temporaryFolder();
  const server = await startServer({ dataDir: join(folder, 'data'), env: plan(folder, 'at=0') });
  marks = { start: calls(folder) };
  const ledger = newLedger();
  await play(server, ledger, chunks, { mark: (name) => (marks[name] = calls(folder)), viewWithinMs: 60_000 });
  const { body } = await server.ask('GET', `/api/recordings/${ledger.recordings[0].id}`);
  const words = body.turns.flatMap(({ text }) => text.split(/[^\p{L}]+/u)).filter((word) => word.length > 5);
  secrets = [...new Set([...words, ...chunks.slice(0, CHUNKS + 1).map(hex), ...chunks.slice(0, CHUNKS + 1).map((bytes) => hex(bytes).slice(0, 16))])];
  assert.ok(words.length > 0 && traces(join(folder, 'data'), words).length > 0, 'or the scan below proves nothing');
  await server.program.stop();
  marks.stop = calls(folder);
  await server.stop();
  remove(folder);
  assert.ok(marks.end > 100, `only ${marks.end} calls were counted`);
});

/** `count` of the calls from `first` to `last`; without it all of them. */
function points(first, last, count) {
  const all = Array.from({ length: last - first + 1 }, (_, i) => first + i);
  if (long) return [...all, ...Array.from({ length: BEYOND }, (_, i) => last + 1 + i)];
  return all.filter((_, i) => Math.floor((i * count) / all.length) !== Math.floor(((i - 1) * count) / all.length));
}

/** Tries a fault at many points. `check` tells what is wrong. */
async function tryAll(t, name, range, words, check) {
  const reached = [];
  for (const at of range) {
    const folder = temporaryFolder();
    const played = await playUnder(folder, `at=${at} ${words(at)}`);
    if (calls(folder) >= at) reached.push(at);
    const wrong = await check(played, at);
    assert.deepEqual(wrong, [], `${name} at ${at}`);
    remove(folder);
  }
  t.diagnostic(`${name}: ${reached.length} of ${range.length} points were reached`);
  assert.ok(reached.length > 0, 'the fault never happened');
}

/** Starts without faults: everything acknowledged must be there, erasing must work, and then nothing may be left. */
async function recover({ ledger, dataDir, server: faulty }) {
  await faulty?.program.stop('SIGKILL');
  const server = await startServer({ dataDir, tokens: faulty?.tokens });
  const wrong = await judge(server, ledger);
  for (const { id, chat } of ledger.recordings) {
    const answer = await server.ask('DELETE', `/api/chats/${chat}`);
    if (![202, 204].includes(answer.status)) wrong.push(`chat of ${id}: ${answer.status}`);
  }
  const ids = ledger.recordings.flatMap(({ chat, live }) => [chat, live]);
  // A job removes the views that were being made when the server was killed.
  const left = await eventually(async () => traces(dataDir, [...secrets, ...ids]), (found) => found.length === 0).catch(({ message }) => [message]);
  const logs = traces_of_log(server.program.log);
  await server.stop();
  return [...wrong, ...left, ...logs];
}
const traces_of_log = (log) => secrets.filter((secret) => log.includes(secret)).map((secret) => `${secret} in the log`);

test('killed at any call: nothing acknowledged is lost, and erased is erased', async (t) => {
  await tryAll(t, 'kill', points(1, marks.stop, SAMPLE.kill), () => 'do=kill', recover);
});

test('killed at any call of an erase: it is erased by the next start', async (t) => {
  await tryAll(t, 'kill while erasing', points(marks.erase, marks.finish, SAMPLE.kill), () => 'do=kill', recover);
});

test('EIO at any call: nothing acknowledged is lost', async (t) => {
  await tryAll(t, 'EIO', points(marks.start, marks.end, SAMPLE.EIO), () => 'do=EIO', recover);
});

/** Tries a fault that passes at many points: when it is over, the server must be ready again without a restart. */
async function passes(t, what, range, words) {
  let finals = 0;
  const check = async (played, at) => {
    const { server, ledger } = played;
    if (!server) return what === 'ENOSPC' || what === 'EMFILE' ? [] : ['the server did not start'];
    const wrong = [];
    // When the fsync of the log itself reported a full disk, its content is unknown: that is final until the next
    // start.
    const isFinal = ({ body }) => what === 'ENOSPC' && /sqlite 1034/.test(body?.detail);
    const ready = await eventually(() => server.ask('GET', '/readyz'), (answer) => answer.status === 200 || isFinal(answer)).catch((error) => error);
    if (isFinal(ready)) {
      finals += 1;
      return recover(played);
    }
    if (ready.status !== 200) {
      await server.program.stop('SIGKILL');
      return [`never ready again (at ${at}): ${ready.message} ${server.program.log.split('\n').filter((line) => /warn|error/.test(line)).slice(-3).join(' ')}`];
    }
    // Where the session needed fewer calls than the fault lasts, the rest of them fails now.
    const again = await eventually(() => server.begin(), ({ id }) => id).catch(({ message }) => ({ message }));
    const { status } = again.id
      ? await eventually(() => server.put(again.id, 0, chunks[0]), (answer) => answer.status === 201).catch(({ message }) => ({ status: message }))
      : { status: again.message };
    if (status !== 201 && isFinal(await server.ask('GET', '/readyz'))) {
      finals += 1;
      return recover(played);
    }
    if (status !== 201) {
      await server.program.stop('SIGKILL');
      return [`a chunk after it: ${status} (at ${at})`];
    }
    wrong.push(...(await judge(server, ledger)).map((line) => `${line} (before the restart)`));
    ledger.recordings.push({ id: again.id, chat: again.chat.id, live: again.started.live_session.id });
    ledger.sent.set(`${again.id} 0`, hex(chunks[0]));
    if (!wrong.length) wrong.push(...(await recover(played)));
    else await server.program.stop('SIGKILL');
    return wrong.map((line) => `${line} (at ${at})`);
  };
  await tryAll(t, what, range, words, check);
  if (finals > 0) t.diagnostic(`${what}: final at ${finals} of them, where it began in the fsync of the database's log`);
  assert.ok(finals < range.length / 2, 'a full disk is final only where its log could not be made durable');
}

for (const [what, more] of [['ENOSPC', 20], ['EMFILE', 20], ['EMFILE', 60], ['short', 1000], ['delay', 0]]) {
  test(`${what} at ${more + 1} calls: it is over when it is over, without a restart`, async (t) => {
    await passes(t, what, points(marks.start, marks.end, SAMPLE[what]), (at) => `until=${at + more} do=${what}`);
  });
}

/** Fsyncs of the folders of objects in one session: one or two of each chunk, those of the erase among the last. */
const FOLDER_FSYNCS = 24;

test('a full disk at the fsync of a folder of objects, also of an erase: it is over when it is over', async (t) => {
  const range = points(long ? 1 : FOLDER_FSYNCS - 8, FOLDER_FSYNCS, 8);
  await passes(t, 'ENOSPC', range, () => 'path=/objects/recordings calls=fsync do=ENOSPC');
});

// The session on which every fault is tried. A ledger outside of the tested program notes what was sent and answered.
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { rowsOf, sha256 } from '../harness/programs.mjs';

export const hex = (bytes) => sha256(bytes).toString('hex');

/**
 * Chunks of each recording, one a second: enough for words of more than five letters. One more is sent while the
 * recording is erased.
 */
export const CHUNKS = 8;

/** What the server has answered. A request without an answer may have been carried out or not. */
export const newLedger = () => ({ sent: new Map(), acknowledged: new Map(), erased: new Set(), unknown: 0, refused: 0, recordings: [] });

/** Sends a request; undefined when the server is gone or says that it cannot answer now. */
async function attempt(ledger, question) {
  try {
    const answer = await question();
    if (answer.status >= 500) ++ledger.refused;
    return answer.status < 500 ? answer : undefined;
  } catch {
    ++ledger.unknown;
    return undefined;
  }
}

const begin = (server, ledger) =>
  attempt(ledger, async () => {
    const { id, chat, started } = await server.begin();
    if (!id) return { status: 503 };
    ledger.recordings.push({ id, chat: chat.id, live: started.live_session.id });
    return { status: 201, id, chat: chat.id };
  });

async function put(server, ledger, id, seq, bytes) {
  ledger.sent.set(`${id} ${seq}`, hex(bytes));
  const answer = await attempt(ledger, async () => {
    const response = await server.put(id, seq, bytes);
    await response.arrayBuffer();
    return response;
  });
  if (answer?.status === 201) ledger.acknowledged.set(`${id} ${seq}`, hex(bytes));
}

async function erase(server, ledger, id, path) {
  const answer = await attempt(ledger, () => server.ask('DELETE', path));
  if (answer) ledger.erased.add(id);
}

/**
 * Two recordings grow at the same time. One is erased while it grows; the other is finished, and later erased with its
 * chat. Waits `viewWithinMs` for the view of the finished one: under a fault there may never be one.
 */
export async function play(server, ledger, chunks, { mark = () => {}, viewWithinMs = 300 } = {}) {
  mark('begin');
  const kept = await begin(server, ledger);
  const gone = await begin(server, ledger);
  if (!kept || !gone) return;
  mark('chunks');
  for (let seq = 0; seq < CHUNKS; ++seq) {
    await Promise.all([put(server, ledger, kept.id, seq, chunks[seq]), put(server, ledger, gone.id, seq, chunks[seq])]);
  }
  mark('erase');
  await Promise.all([erase(server, ledger, gone.id, `/api/recordings/${gone.id}`), put(server, ledger, gone.id, CHUNKS, chunks[CHUNKS])]);
  mark('finish');
  await attempt(ledger, () => server.ask('POST', `/api/recordings/${kept.id}/finish`, { last_seq: CHUNKS - 1, reason: 'hangup' }));
  for (const until = Date.now() + viewWithinMs; Date.now() < until; ) {
    const view = await attempt(ledger, () => server.ask('GET', `/api/recordings/${kept.id}`));
    if (!view || view.body.media) break;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  mark('end');
}

/** Compares the ledger with the answers of a server without faults. Returns what is wrong. */
export async function judge(server, ledger) {
  const wrong = [];
  for (const { id } of ledger.recordings) {
    const answer = await server.chunksOf(id);
    if (answer.status === 410) continue;
    if (answer.status !== 200) {
      wrong.push(`${id}: ${answer.status}`);
      continue;
    }
    if (ledger.erased.has(id)) wrong.push(`${id} came back`);
    const stored = new Map(answer.body.chunks.map((chunk) => [`${id} ${chunk.seq}`, chunk.sha256]));
    if (stored.size !== answer.body.chunks.length) wrong.push(`${id}: a chunk is there twice`);
    for (const [name, digest] of stored) if (ledger.sent.get(name) !== digest) wrong.push(`${name} was never sent so`);
    for (const [name, digest] of ledger.acknowledged) {
      if (name.startsWith(id) && stored.get(name) !== digest) wrong.push(`${name} was acknowledged and is lost`);
    }
  }
  return wrong;
}

/** As `traces`, and the rows of the database when they do not lie in the directory. */
export async function tracesAnywhere(dataDir, texts) {
  const rows = (await rowsOf(dataDir)) ?? '';
  return [...traces(dataDir, texts), ...texts.filter((text) => rows.includes(text)).map((text) => `${text} in a row`)];
}

/** What `look` gives; `gone` when the server has removed the file or folder meanwhile. */
function unlessGone(look, gone) {
  try {
    return look();
  } catch (error) {
    if (error.code === 'ENOENT') return gone;
    throw error;
  }
}

/** The places in a data directory where these texts still occur. */
export function traces(dataDir, texts, below = '') {
  const found = [];
  for (const entry of unlessGone(() => readdirSync(join(dataDir, below), { withFileTypes: true }), [])) {
    const name = join(below, entry.name);
    for (const text of texts) if (entry.name.includes(text)) found.push(`${text} in the name ${name}`);
    if (entry.isDirectory()) found.push(...traces(dataDir, texts, name));
    if (!entry.isFile()) continue;
    const bytes = unlessGone(() => readFileSync(join(dataDir, name)), Buffer.alloc(0));
    for (const text of texts) if (bytes.includes(text)) found.push(`${text} in ${name}`);
  }
  return found;
}

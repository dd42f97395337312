// The index of the search is filled by the program, also for what an older version stored without one.
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { test } from 'node:test';
import { eventually, startServer, syntheticChunks } from '../harness/programs.mjs';

const ownFiles = { skip: process.env.TEST_POSTGRES ? 'it writes into the file of SQLite' : false };

/** A recording with a name, in a chat with one, and a word that was said in it. */
async function recorded(server, chunks, name) {
  const { id, chat } = await server.begin();
  for (const [seq, bytes] of chunks.entries()) assert.equal((await server.put(id, seq, bytes)).status, 201);
  await server.ask('POST', `/api/recordings/${id}/finish`, { last_seq: chunks.length - 1, reason: 'hangup' });
  const ready = await eventually(() => server.ask('GET', `/api/recordings/${id}`), ({ body }) => body.media !== null);
  const words = ready.body.turns.flatMap((turn) => turn.words).map(({ text }) => text.replace(/[^\p{L}]/gu, ''));
  assert.equal((await server.ask('PATCH', `/api/recordings/${id}`, { title: `Recording ${name}` })).status, 200);
  assert.equal((await server.ask('PATCH', `/api/chats/${chat.id}`, { title: `Chat ${name}` })).status, 200);
  return { id, chat: chat.id, word: words.find((word) => word.length > 4) };
}

async function hitsOf(server, query) {
  const { status, body } = await server.ask('GET', `/api/search?q=${encodeURIComponent(query)}`);
  assert.equal(status, 200);
  return body.hits;
}

/** The tables as the migration that adds them leaves them. */
function emptyIndex(file) {
  const database = new DatabaseSync(file);
  for (const kind of ['title', 'recording_title', 'sentence']) database.exec(`delete from search_${kind}; delete from search_${kind}_word`);
  database.exec('delete from search_recording');
  database.close();
}

test('titles and words of recordings from before the index are found after the next start', ownFiles, async () => {
  const chunks = await syntheticChunks(20);
  let server = await startServer();
  const kept = await recorded(server, chunks, 'Kingfisher');
  const gone = await recorded(server, chunks, 'Nuthatch');
  const said = async () => (await hitsOf(server, kept.word)).filter(({ kind }) => kind === 'moment').map((hit) => hit.recording_id);
  await eventually(said, (found) => found.includes(kept.id) && found.includes(gone.id));

  await server.program.stop('SIGTERM');
  emptyIndex(join(server.dataDir, 'reprise.db'));
  server = await startServer({ dataDir: server.dataDir, tokens: server.tokens });
  await eventually(said, (found) => found.includes(kept.id) && found.includes(gone.id));
  for (const name of ['Kingfisher', 'Nuthatch']) {
    await eventually(() => hitsOf(server, name), (hits) => ['chat', 'recording'].every((kind) => hits.some((hit) => hit.kind === kind)));
  }

  // What was filled so is erased as everything else.
  await server.erase(`/api/chats/${gone.chat}`);
  await eventually(said, (found) => found.includes(kept.id) && !found.includes(gone.id));
  assert.deepEqual(await hitsOf(server, 'Nuthatch'), []);
  await server.stop();
});

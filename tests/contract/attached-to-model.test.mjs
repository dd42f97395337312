// Files on their way to the model: with the message up to 15 MB in all, beforehand through the Files API above that; what a service cannot read is said.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createServer, request } from 'node:http';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { listen, textOf } from '../harness/answer-stream.mjs';
import { remove, startServer, temporaryFolder } from '../harness/programs.mjs';
import { startEmulator } from './live-harness.mjs';

const MB = 1_000_000;
const folder = temporaryFolder();
let emulator;
let between;
let server;
/** What went to the model's service: method and path, with what JSON said. */
let asked = [];
before(async () => {
  emulator = await startEmulator({ scenario: 'file_processing_ms: 300\n' });
  // Between both, to see what is sent.
  between = createServer((from, to) => {
    const pieces = [];
    from.on('data', (piece) => pieces.push(piece));
    from.on('end', () => {
      const body = Buffer.concat(pieces);
      asked.push({ method: from.method, path: from.url.split('?')[0], bytes: body.length, body, command: from.headers['x-goog-upload-command'] });
      const target = new URL(from.url, emulator.url);
      const onward = request(target, { method: from.method, headers: { ...from.headers, host: target.host } }, (answer) => {
        const headers = { ...answer.headers };
        if (headers['x-goog-upload-url']) headers['x-goog-upload-url'] = headers['x-goog-upload-url'].replace(emulator.url, `http://localhost:${between.address().port}`);
        to.writeHead(answer.statusCode, headers);
        answer.pipe(to);
      });
      onward.on('error', () => to.destroy()); // the emulator has been stopped
      onward.end(body);
    });
  });
  await new Promise((resolve) => between.listen(0, 'localhost', resolve));
  server = await startServer({ tokens: { url: `http://localhost:${between.address().port}`, close: () => {} } });
});
after(async () => {
  await server.stop();
  between.close();
  between.closeAllConnections();
  assert.equal(await emulator.stop(), 0);
  remove(folder);
});

async function give(bytes, name) {
  const headers = { 'tus-resumable': '1.0.0', 'upload-length': String(bytes.length), 'upload-metadata': `filename ${Buffer.from(name).toString('base64')}`, 'content-type': 'application/offset+octet-stream' };
  const made = await server.fetch('/api/uploads', { method: 'POST', headers, body: bytes });
  assert.equal(made.status, 201, await made.clone().text());
  return made.headers.get('location').split('/').pop();
}
let names = 0;
/** The answer to a message with these files, and what went to the model's service for it. */
async function ask(text, uploadIds, chat) {
  const into = chat ?? (await server.ask('POST', '/api/chats', {})).body.id;
  asked = [];
  const sent = await server.ask('POST', `/api/chats/${into}/messages`, { client_id: `f${++names}`, text, upload_ids: uploadIds });
  assert.equal(sent.status, 201, sent.text);
  const events = await listen(server, `/api/chats/${into}/messages/${sent.body.answer.id}`);
  assert.equal(events.at(-1).name, 'done', JSON.stringify(events.at(-1)));
  const generated = asked.find(({ path }) => path.includes('streamGenerateContent'));
  return { chat: into, said: textOf(events), parts: JSON.parse(generated.body).contents.findLast(({ role }) => role === 'user').parts, uploads: asked.filter(({ path }) => path.startsWith('/upload/')) };
}
const flac = (size) => Buffer.concat([Buffer.from('fLaC'), randomBytes(size - 4)]);
const kinds = (parts) => parts.map((part) => Object.keys(part)[0]);

test('up to 15 MB in all go with the message', async () => {
  const ids = [await give(flac(7 * MB), 'a.flac'), await give(flac(8 * MB), 'b.flac')];
  const { parts, uploads } = await ask('What do you hear?', ids);
  assert.deepEqual(kinds(parts), ['inlineData', 'inlineData', 'text']);
  assert.equal(parts[0].inlineData.mimeType, 'audio/flac');
  assert.equal(uploads.length, 0);
});

test('above that the largest goes by the Files API, once, and is waited for', async () => {
  const ids = [await give(flac(8 * MB), 'c.flac'), await give(flac(12 * MB), 'd.flac')];
  const first = await ask('What do you hear?', ids);
  assert.deepEqual(kinds(first.parts), ['inlineData', 'fileData', 'text']);
  assert.match(first.parts[1].fileData.fileUri, /\/files\//);
  assert.deepEqual(first.uploads.map(({ command }) => command), ['start', 'upload', 'upload, finalize'], 'in pieces of 8 MiB');
  assert.equal(first.uploads.reduce((sum, { bytes, command }) => sum + (command === 'start' ? 0 : bytes), 0), 12 * MB);
  assert.ok(asked.some(({ method, path }) => method === 'GET' && /\/files\//.test(path)), 'it was asked whether the file is ready');
  const second = await ask('And now?', [], first.chat);
  assert.equal(second.uploads.length, 0, 'the service has it still');
});

test('a text goes as words, a picture with its size', async () => {
  execFileSync('ffmpeg', ['-v', 'error', '-y', '-f', 'lavfi', '-i', 'color=red:s=64x48', '-frames:v', '1', join(folder, 'red.png')]);
  const ids = [await give(Buffer.from('Gears jump under load.'), 'notes.txt'), await give(readFileSync(join(folder, 'red.png')), 'red.png')];
  const { said, parts } = await ask('What do you see?', ids);
  assert.deepEqual(kinds(parts), ['text', 'inlineData', 'text']);
  assert.match(parts[0].text, /notes\.txt:\nGears jump under load\./);
  assert.match(said, /64/);
});

test('what Gemini cannot read goes as a JPEG that stands for it', async () => {
  execFileSync('ffmpeg', ['-v', 'error', '-y', '-f', 'lavfi', '-i', 'color=red:s=64x48', '-frames:v', '1', join(folder, 'red.jpg')]);
  execFileSync('heif-enc', ['-A', join(folder, 'red.jpg'), '-o', join(folder, 'red.avif')], { stdio: 'ignore' });
  const { parts } = await ask('What do you see?', [await give(readFileSync(join(folder, 'red.avif')), 'red.avif')]);
  assert.deepEqual(kinds(parts), ['inlineData', 'text']);
  assert.equal(parts[0].inlineData.mimeType, 'image/jpeg');
  assert.ok(Buffer.from(parts[0].inlineData.data, 'base64').subarray(0, 2).equals(Buffer.from([0xff, 0xd8])));
});

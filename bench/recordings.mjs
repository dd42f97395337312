// Makes synthetic recordings and sends their chunks to a server, as the recorder in the browser would.
import { createHash } from 'node:crypto';
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { binary, folder, output } from './programs.mjs';

/** How many uploads are under way at once. */
const PUTS_AT_ONCE = 4;

/** Makes a recording of so many seconds, with one chunk a second. `files` are in the order of seq. */
export async function synthetic(seconds) {
  const place = folder();
  await output(binary('reprise-synthetic'), ['--out', place, '--seconds', String(seconds)]);
  const files = readdirSync(place).filter((name) => name.endsWith('.mcap')).sort().map((name) => join(place, name));
  return { place, files };
}

export const digestOf = (bytes) => `sha-256=:${createHash('sha256').update(bytes).digest('base64')}:`;

async function post(url, path, body) {
  const answer = await fetch(`${url}${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', origin: url },
    body: JSON.stringify(body),
  });
  if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
  return answer.json();
}

/** Makes a live session with a recording; returns its recording id. */
export async function newRecording(url) {
  const chat = await post(url, '/api/chats', {});
  const session = await post(url, '/api/live/sessions', {
    chat_id: chat.id,
    record: true,
    consent: {
      text_version: 'bench', text_sha256: '0'.repeat(64), locale: 'en', given_at: new Date().toISOString(), method: 'button',
      channels: ['microphone', 'camera', 'model', 'messages'],
    },
  });
  return session.recording_id;
}

export const putChunk = (url, id, seq, file) => putBytes(url, id, seq, readFileSync(file));

export async function putBytes(url, id, seq, body) {
  const answer = await fetch(`${url}/api/recordings/${id}/chunks/${seq}`, {
    method: 'PUT',
    headers: { 'content-type': 'application/vnd.mcap', 'content-digest': digestOf(body), origin: url },
    body,
  });
  if (answer.status !== 201) throw new Error(`chunk ${seq}: ${answer.status} ${await answer.text()}`);
}

/** Sends the chunks [first, last). Calls `each` after every few. */
export async function putChunks(url, id, files, first, last, each = () => {}) {
  for (let seq = first; seq < last; seq += PUTS_AT_ONCE) {
    const batch = files.slice(seq, Math.min(seq + PUTS_AT_ONCE, last));
    await Promise.all(batch.map((file, index) => putChunk(url, id, seq + index, file)));
    each();
  }
}

export const finish = (url, id, chunks) =>
  post(url, `/api/recordings/${id}/finish`, { last_seq: chunks - 1, reason: 'hangup' });

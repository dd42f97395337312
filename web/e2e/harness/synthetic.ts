import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from '@playwright/test';
import { binary } from './paths';

/** Makes a recording of so many seconds, with one chunk a second; returns the files in the order of seq. */
export function synthetic(seconds: number): string[] {
  const folder = mkdtempSync(join(tmpdir(), 'reprise-synthetic-'));
  execFileSync(binary('reprise-synthetic'), ['--out', folder, '--seconds', String(seconds)]);
  return readdirSync(folder)
    .filter((name) => name.endsWith('.mcap'))
    .sort()
    .map((name) => join(folder, name));
}

/** Headers that say who asks, where that has to be said. */
type As = Readonly<Record<string, string>>;

async function post<T>(url: string, path: string, body: unknown, as: As = {}): Promise<T> {
  const answer = await fetch(`${url}${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', origin: url, ...as },
    body: JSON.stringify(body),
  });
  if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
  return (await answer.json()) as T;
}

/** Makes a live session with an empty recording; returns the recording's id. */
export async function newRecording(url: string, as: As = {}): Promise<string> {
  const chat = await post<{ id: string }>(url, '/api/chats', {}, as);
  const consent = {
    text_version: 'test',
    text_sha256: '0'.repeat(64),
    locale: 'en',
    given_at: new Date().toISOString(),
    method: 'button',
    channels: ['microphone', 'camera', 'model', 'messages'],
  };
  const wish = { chat_id: chat.id, record: true, consent };
  const started = await post<{ recording_id: string }>(url, '/api/live/sessions', wish, as);
  return started.recording_id;
}

export async function putChunk(
  url: string,
  id: string,
  seq: number,
  file: string,
  as: As = {},
): Promise<void> {
  const bytes = readFileSync(file);
  const digest = createHash('sha256').update(bytes).digest('base64');
  const answer = await fetch(`${url}/api/recordings/${id}/chunks/${seq}`, {
    method: 'PUT',
    headers: {
      'content-type': 'application/vnd.mcap',
      'content-digest': `sha-256=:${digest}:`,
      origin: url,
      ...as,
    },
    body: bytes,
  });
  expect(answer.status).toBe(201);
}

/** Finishes a recording and waits until it can be played. */
export async function finishRecording(
  url: string,
  id: string,
  chunks: number,
  as: As = {},
): Promise<void> {
  await post(url, `/api/recordings/${id}/finish`, { last_seq: chunks - 1, reason: 'hangup' }, as);
  const media = () => fetch(`${url}/api/recordings/${id}/media`, { method: 'HEAD', headers: as });
  await expect.poll(async () => (await media()).status, { timeout: 120_000 }).toBe(200);
}

/** Makes a synthetic recording of so many seconds that can be played; returns its id. */
export async function syntheticRecording(url: string, seconds: number): Promise<string> {
  const files = synthetic(seconds);
  const id = await newRecording(url);
  for (const [seq, file] of files.entries()) await putChunk(url, id, seq, file);
  await finishRecording(url, id, files.length);
  return id;
}

import { describe, expect, it } from 'vitest';
import { kNoAnswer, type RawAnswer } from './answer';
import { type Asked, type Meaning, meaningOf } from './meaning';

const kSha = 'ab'.repeat(32);
const id = '019361a0-0000-7000-8000-000000000001';
const asks = {
  chunk: { what: 'chunk', seq: 3, sha256Hex: kSha },
  finish: { what: 'finish', recordingId: id },
  recording: { what: 'recording', recordingId: id },
  listing: { what: 'listing' },
  token: { what: 'token' },
  erased: { what: 'erased' },
} as const satisfies Record<string, Asked>;

const raw = (status: number, contentType: string, body: string | null): RawAnswer => ({
  ...kNoAnswer,
  status,
  contentType,
  body,
});
const json = (status: number, body: unknown) =>
  raw(status, 'application/json', JSON.stringify(body));
const problem = (status: number, name: string, detail = 'Because.') =>
  raw(
    status,
    'application/problem+json',
    JSON.stringify({ type: `urn:reprise:problem:${name}`, title: 'T', status, detail }),
  );
const chunk = { seq: 3, bytes: 9, sha256: kSha, crc32c: 1 };
const recording = { id, state: 'complete', last_seq: 3 };
const token = { base_url: 'http://localhost', api_version: 'v1', token: 'secret' };

/** `done`, `refused chunk-conflict`, `later busy`, `erased`, `unknown`, `foreign`. */
const word = (meaning: Meaning): string => {
  if (meaning.kind === 'refused') return `refused ${meaning.code}`;
  return meaning.kind === 'later' ? `later ${meaning.why}` : meaning.kind;
};

describe('only an answer of our server proves that something was done', () => {
  it.each<[string, Asked, RawAnswer]>([
    ['a chunk', asks.chunk, json(201, chunk)],
    ['finish', asks.finish, json(200, recording)],
    ['finish with a gap', asks.finish, json(200, { ...recording, state: 'complete_with_gaps' })],
    ['the recording', asks.recording, json(200, { recording })],
    ['a running recording', asks.recording, json(200, { recording: { id, state: 'recording' } })],
    [
      'an empty listing',
      asks.listing,
      json(200, { chunks: [], last_seq: null, highest_seq: null }),
    ],
    ['a listing', asks.listing, json(200, { chunks: [chunk], last_seq: 3, highest_seq: 0 })],
    ['a token', asks.token, json(201, token)],
    ['a recording that is gone', asks.erased, problem(410, 'recording-erased')],
    ['a recording that nobody knows', asks.erased, problem(404, 'not-found')],
  ])('%s', (_, asked, answer) => {
    expect(word(meaningOf(asked, answer))).toBe('done');
  });
});

describe('a 2xx that proves something else is not an answer of our server', () => {
  it.each<[string, Asked, RawAnswer]>([
    ['another seq', asks.chunk, json(201, { ...chunk, seq: 4 })],
    ['a seq as text', asks.chunk, json(201, { ...chunk, seq: '3' })],
    ['another digest', asks.chunk, json(201, { ...chunk, sha256: 'cd'.repeat(32) })],
    ['a digest in capitals', asks.chunk, json(201, { ...chunk, sha256: kSha.toUpperCase() })],
    ['no digest', asks.chunk, json(201, { seq: 3 })],
    ['no seq', asks.chunk, json(201, { sha256: kSha })],
    ['200 instead of 201', asks.chunk, json(200, chunk)],
    ['202', asks.chunk, json(202, chunk)],
    ['an empty object', asks.chunk, json(201, {})],
    ['a list', asks.chunk, json(201, [chunk])],
    ['null', asks.chunk, json(201, null)],
    ['a number', asks.chunk, json(201, 201)],
    ['a proxy that is well', asks.chunk, json(200, { status: 'ok' })],
    ['an empty 201', asks.chunk, raw(201, 'application/json', '')],
    ['a body that breaks off', asks.chunk, raw(201, 'application/json', '{"seq":3,"sha2')],
    ['no content', asks.chunk, raw(204, '', '')],
    ['a page', asks.chunk, raw(200, 'text/html', null)],
    ['a page that was created', asks.chunk, raw(201, 'text/html', null)],
    ['finish of another recording', asks.finish, json(200, { ...recording, id: 'other' })],
    ['finish without an id', asks.finish, json(200, { state: 'complete' })],
    ['finish with an unknown state', asks.finish, json(200, { ...recording, state: 'fine' })],
    [
      'finish with a state of all objects',
      asks.finish,
      json(200, { ...recording, state: 'constructor' }),
    ],
    ['finish with 201', asks.finish, json(201, recording)],
    ['finish with {}', asks.finish, json(200, {})],
    ['finish with a page', asks.finish, raw(200, 'text/html', null)],
    ['finish without content', asks.finish, raw(204, '', '')],
    ['another recording', asks.recording, json(200, { recording: { ...recording, id: 'x' } })],
    ['a recording without its frame', asks.recording, json(200, recording)],
    ['a listing with {}', asks.listing, json(200, {})],
    ['a listing that is a list', asks.listing, json(200, [])],
    [
      'a listing of names',
      asks.listing,
      json(200, { chunks: ['0'], last_seq: null, highest_seq: null }),
    ],
    [
      'a listing of half seqs',
      asks.listing,
      json(200, { chunks: [{ seq: 0.5 }], last_seq: null, highest_seq: null }),
    ],
    ['a listing without its end', asks.listing, json(200, { chunks: [], highest_seq: null })],
    ['a listing without its highest', asks.listing, json(200, { chunks: [], last_seq: null })],
    ['a listing as a page', asks.listing, raw(200, 'text/html', null)],
    ['a token as a page', asks.token, raw(200, 'text/html', null)],
    ['an empty token', asks.token, json(201, { ...token, token: '' })],
    ['a token of nowhere', asks.token, json(201, { token: 'secret' })],
    ['a token with 200', asks.token, json(200, token)],
    ['an erasing that says only 204', asks.erased, raw(204, '', '')],
    ['something that is still there', asks.erased, json(200, { recording })],
    ['a page that says gone', asks.erased, raw(410, 'text/html', null)],
    ['a page that is not found', asks.erased, raw(404, 'text/plain', null)],
  ])('%s', (_, asked, answer) => {
    expect(word(meaningOf(asked, answer))).toBe('foreign');
  });
});

describe('a problem of our server', () => {
  it.each<[string, RawAnswer, string]>([
    ['other bytes under this seq', problem(409, 'chunk-conflict'), 'refused chunk-conflict'],
    ['beyond the last', problem(409, 'chunk-beyond-last'), 'refused chunk-beyond-last'],
    ['malformed', problem(422, 'chunk-malformed'), 'refused chunk-malformed'],
    ['damaged on the way', problem(422, 'chunk-digest-mismatch'), 'refused chunk-digest-mismatch'],
    ['a bad request', problem(400, 'bad-request'), 'refused bad-request'],
    ['too large', problem(413, 'chunk-too-large'), 'refused chunk-too-large'],
    ['another type', problem(415, 'unsupported-media-type'), 'refused unsupported-media-type'],
    ['erased', problem(410, 'recording-erased'), 'erased'],
    ['not known', problem(404, 'not-found'), 'unknown'],
    ['a full disk', problem(507, 'disk-full'), 'later disk-full'],
    ['a login that ended', problem(401, 'unauthorized'), 'later login-required'],
    ['a login of somebody else', problem(403, 'forbidden'), 'later login-required'],
    ['too many requests', problem(429, 'too-many-requests'), 'later busy'],
    ['a slow request', problem(408, 'request-timeout'), 'later busy'],
    ['a server that stops', problem(503, 'service-unavailable'), 'later busy'],
    ['a server with a fault', problem(500, 'internal'), 'later busy'],
  ])('%s', (_, answer, want) => {
    expect(word(meaningOf(asks.chunk, answer))).toBe(want);
  });

  it('keeps its sentence', () => {
    const meaning = meaningOf(asks.chunk, problem(409, 'chunk-conflict', 'Other bytes.'));
    expect(meaning).toMatchObject({ words: 'Other bytes.' });
  });
});

describe('a foreign refusal is not a refusal of our server', () => {
  const others: readonly RawAnswer[] = [
    kNoAnswer,
    ...[301, 302, 303, 307, 308].map((status) => raw(status, 'text/html', null)),
    ...[400, 401, 403, 404, 405, 407, 409, 410, 411, 413, 415, 422, 429, 431, 451].flatMap(
      (status) => [
        raw(status, 'text/html', null),
        raw(status, 'text/plain', null),
        raw(status, '', ''),
        json(status, { error: 'denied' }),
        json(status, { type: 'urn:reprise:problem:not-found', title: 'T', status }),
        raw(status, 'application/problem+json', '{"type":"about:blank","title":"T"}'),
        raw(status, 'application/problem+json', ''),
      ],
    ),
    ...[500, 502, 503, 504, 507, 511, 522, 530].map((status) => raw(status, 'text/html', null)),
  ];
  it.each(Object.entries(asks))('%s', (_, asked) => {
    for (const answer of others) {
      const { status, contentType } = answer;
      expect(word(meaningOf(asked, answer)), `${status} ${contentType}`).toBe('foreign');
    }
  });

  it('names what answered, and the time after which to ask again', () => {
    const answer = { ...raw(404, 'text/plain; charset=utf-8', null), retryAfterMs: 5000 };
    expect(meaningOf(asks.chunk, answer)).toEqual({
      kind: 'foreign',
      words: '404 text/plain',
      retryAfterMs: 5000,
    });
  });
});

// The strict fake of Google Cloud Storage, proved with Google's own client: what it accepts works there, and each rule bites.
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { createRequire } from 'node:module';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { after, before, beforeEach, describe, test } from 'node:test';
import { crc32c } from '../harness/gcs/bucket.mjs';
import { FakeGcs } from '../harness/gcs/fake.mjs';
import { fromWeb } from './live-harness.mjs';

const { Storage, IdempotencyStrategy } = fromWeb('@google-cloud/storage');
const { OAuth2Client } = createRequire(fromWeb.resolve('@google-cloud/storage'))('google-auth-library');
const MIB = 1024 * 1024;
const absent = { preconditionOpts: { ifGenerationMatch: 0 } };

describe("Google's own client", () => {
  let fake;
  let bucket;
  let signing;
  before(async () => {
    fake = await FakeGcs.start();
    const options = {
      apiEndpoint: fake.url,
      useAuthWithCustomEndpoint: true,
      projectId: 'project',
      retryOptions: { maxRetries: 3, retryDelayMultiplier: 1, maxRetryDelay: 1, idempotencyStrategy: IdempotencyStrategy.RetryConditional },
    };
    // The library asks for tokens at a fixed address of Google's: one of the fake's is given to it.
    const identity = new OAuth2Client({ credentials: { ...fake.identity.newToken(['https://www.googleapis.com/auth/devstorage.full_control']), expiry_date: Date.now() + 3_600_000 } });
    const storage = new Storage({ ...options, authClient: identity });
    signing = new Storage({ ...options, credentials: fake.account }).bucket('test-bucket');
    bucket = storage.bucket('test-bucket');
  });
  after(() => fake.stop());
  beforeEach(() => fake.clear());

  test('stores, reads with its own check of CRC32C, lists in pages and deletes', async () => {
    const content = randomBytes(100_000);
    for (const name of ['a/1', 'a/2', 'a/3', 'b/1']) {
      await bucket.file(name).save(content, { resumable: false, validation: 'crc32c', ...absent });
    }
    const [read] = await bucket.file('a/1').download({ validation: 'crc32c' });
    assert.deepEqual(read, content);
    const [part] = await bucket.file('a/1').download({ start: 10, end: 19 });
    assert.deepEqual(part, content.subarray(10, 20));
    const [metadata] = await bucket.file('a/1').getMetadata();
    assert.equal(metadata.crc32c, crc32c(content));
    const pages = [];
    for (let query = { prefix: 'a/', maxResults: 2, autoPaginate: false }; query; ) {
      const [files, next] = await bucket.getFiles(query);
      pages.push(files.map((one) => one.name));
      query = next;
    }
    assert.deepEqual(pages, [['a/1', 'a/2'], ['a/3']]);
    const [, , page] = await bucket.getFiles({ delimiter: '/', autoPaginate: false });
    assert.deepEqual(page.prefixes, ['a/', 'b/']);
    await bucket.file('a/1').delete({ ifGenerationMatch: metadata.generation });
    assert.deepEqual(await bucket.file('a/1').exists(), [false]);
  });

  test('uploads in pieces, also when less is stored than was sent and answers get lost', async () => {
    const content = randomBytes(3 * MIB + 17);
    fake.bucket.storesLess = (bytes) => (bytes > 600_000 ? bytes - 300_000 : bytes);
    fake.fault(/^PUT .*upload_id=/, { status: 503 });
    // (Its createWriteStream leaves the token out at an endpoint that is not Google's, so the session is begun apart.)
    const [uri] = await bucket.file('pieces').createResumableUpload({ ...absent });
    const target = bucket.file('pieces').createWriteStream({ uri, resumable: true, chunkSize: MIB, validation: 'crc32c', ...absent });
    await pipeline(Readable.from([content]), target);
    fake.bucket.storesLess = (bytes) => bytes;
    assert.deepEqual(fake.unused, []);
    assert.deepEqual(fake.bucket.objects.get('pieces').bytes, content);
  });

  test('is refused where a precondition does not hold, or is missing', async () => {
    await bucket.file('once').save('one', { resumable: false, ...absent });
    await assert.rejects(bucket.file('once').save('two', { resumable: false, ...absent }), { code: 412 });
    await assert.rejects(bucket.file('once').save('two', { resumable: false }), /strict: insert without a precondition/);
    await assert.rejects(bucket.file('once').delete(), /strict: delete without a precondition/);
    await assert.rejects(bucket.file('once').delete({ ifGenerationMatch: 5 }), { code: 412 });
    assert.equal(fake.bucket.objects.get('once').bytes.toString(), 'one');
  });

  test('notices bytes that were changed on the way, both ways', async () => {
    await bucket.file('wrong').save('some content', { resumable: false, ...absent });
    fake.fault(/^GET .*wrong.*alt=media/, { wrongBytes: true });
    await assert.rejects(bucket.file('wrong').download({ validation: 'crc32c' }), { code: 'CONTENT_DOWNLOAD_MISMATCH' });
    assert.deepEqual(fake.unused, []);
  });

  test('makes signed URLs that the fake takes, and only until they expire', async () => {
    const file = signing.file('päth/with space+plus');
    await bucket.file(file.name).save('signed', { resumable: false, ...absent });
    const [url] = await file.getSignedUrl({ version: 'v4', action: 'read', expires: Date.now() + 60_000, queryParams: { 'response-content-type': 'text/plain' } });
    const here = fake.url + new URL(url).pathname + new URL(url).search;
    const signedFor = new URL(url).hostname; // it leaves the port out
    const get = (address) => new Promise((resolve, reject) => {
      import('node:http').then(({ get: ask }) => ask(address, { headers: { host: signedFor } }, (answer) => {
        let text = '';
        answer.on('data', (data) => (text += data)).on('end', () => resolve({ status: answer.statusCode, text }));
      }).on('error', reject));
    });
    assert.deepEqual(await get(here), { status: 200, text: 'signed' });
    assert.equal((await get(here.replace('space', 'spaces'))).status, 403, 'another object');
    assert.equal((await get(here.replace(/Expires=\d+/, 'Expires=99999'))).status, 403, 'a longer life');
    fake.turnClock(61_000);
    assert.equal((await get(here)).status, 400, 'expired');
    fake.turnClock(-61_000);
  });
});

describe('the rules of the fake itself', () => {
  let fake;
  let token;
  before(async () => {
    fake = await FakeGcs.start();
    token = fake.identity.newToken(['x']).access_token;
  });
  after(() => fake.stop());

  const ask = (method, path, { headers = {}, body } = {}) =>
    fetch(fake.url + path, { method, headers: { authorization: `Bearer ${token}`, ...headers }, body, redirect: 'manual' });
  const begin = async (name) => {
    const answer = await ask('POST', `/upload/storage/v1/b/test-bucket/o?uploadType=resumable&ifGenerationMatch=0&name=${name}`);
    return answer.headers.get('location').slice(fake.url.length);
  };
  const put = (session, range, body = Buffer.alloc(0)) => ask('PUT', session, { headers: { 'content-range': range }, body });

  test('a piece follows the one before, in multiples of 256 KiB', async () => {
    const session = await begin('rules');
    const grain = 256 * 1024;
    const piece = randomBytes(2 * grain);
    assert.equal((await put(session, 'bytes */*')).headers.get('range'), null);
    assert.equal((await put(session, `bytes 0-${grain}/*`, piece.subarray(0, grain + 1))).status, 400, 'no multiple');
    assert.equal((await put(session, `bytes ${grain}-${2 * grain - 1}/*`, piece.subarray(grain))).status, 400, 'a gap');
    assert.equal((await put(session, `bytes 0-${grain}/*`, piece.subarray(0, grain))).status, 400, 'another length than said');
    assert.equal((await put(session, `bytes 0-${grain - 1}/*`, piece.subarray(0, grain))).status, 308);
    assert.equal((await put(session, 'bytes */*')).headers.get('range'), `bytes=0-${grain - 1}`);
    const differs = Buffer.from(piece);
    differs[0] ^= 1; // is stored already, and so ignored
    assert.equal((await put(session, `bytes 0-${2 * grain - 1}/${2 * grain}`, differs)).status, 200);
    assert.deepEqual(fake.bucket.objects.get('rules').bytes, piece);
    fake.turnClock(8 * 86_400_000);
    token = fake.identity.newToken(['x']).access_token;
    const late = await begin('late');
    fake.turnClock(8 * 86_400_000);
    assert.equal((await put(late, 'bytes */*')).status, 410, 'a session lives a week');
    token = fake.identity.newToken(['x']).access_token;
  });

  test('an upload names its CRC32C, and it is checked', async () => {
    const path = '/upload/storage/v1/b/test-bucket/o?uploadType=media&ifGenerationMatch=0&name=crc';
    assert.equal((await ask('POST', path, { body: 'x' })).status, 400);
    assert.equal((await ask('POST', path, { body: 'x', headers: { 'x-goog-hash': `crc32c=${crc32c(Buffer.from('y'))}` } })).status, 400);
    assert.equal((await ask('POST', path, { body: 'x', headers: { 'x-goog-hash': `crc32c=${crc32c(Buffer.from('x'))}` } })).status, 200);
    assert.equal(crc32c(Buffer.from('123456789')), Buffer.from('e3069283', 'hex').toString('base64'));
  });

  test('a token is needed, and ends', async () => {
    const path = '/storage/v1/b/test-bucket/o';
    assert.equal((await fetch(fake.url + path)).status, 401);
    assert.equal((await ask('GET', path)).status, 200);
    fake.turnClock(3_601_000);
    assert.equal((await ask('GET', path)).status, 401);
    const metadata = '/computeMetadata/v1/instance/service-accounts/default/token';
    assert.equal((await fetch(fake.url + metadata)).status, 403);
    assert.equal((await fetch(fake.url + metadata, { headers: { 'metadata-flavor': 'Google' } })).status, 200);
  });
});

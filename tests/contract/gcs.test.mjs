// The client of Google Cloud Storage (server/platform/gcs) against the strict fake, with faults; and `reprise doctor gcs`.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, afterEach, before, beforeEach, describe, test } from 'node:test';
import { crc32c } from '../harness/gcs/bucket.mjs';
import { FakeGcs } from '../harness/gcs/fake.mjs';
import { binary, remove, run, sha256, temporaryFolder } from '../harness/programs.mjs';

const MIB = 1024 * 1024;
/** A call without a deadline of its own waits for 10 s, and what the fake delays for 30 s. */
const WELL_BEFORE_MS = 8_000;
/** For megabytes on a slow computer. */
const PATIENT_MS = 120_000;
const folder = temporaryFolder();
after(() => remove(folder));

/** As tests/tools/gcs_main.cpp fills it. */
function filled(bytes, seed = 0) {
  const content = Buffer.alloc(bytes);
  for (let at = 0; at < bytes; ++at) {
    seed = (Math.imul(seed, 1_103_515_245) + 12_345) >>> 0;
    content[at] = seed >>> 16;
  }
  return content;
}

const keyFile = (fake) => {
  const path = join(folder, 'key.json');
  writeFileSync(path, JSON.stringify(fake.account), { mode: 0o600 });
  return path;
};

describe('the client', () => {
  let fake;
  let env;
  before(async () => {
    fake = await FakeGcs.start();
    env = { GOOGLE_APPLICATION_CREDENTIALS: keyFile(fake), no_proxy: '*' };
  });
  after(() => fake.stop());
  beforeEach(() => {
    fake.clear();
    fake.bucket.objects.clear();
    fake.bucket.storesLess = (bytes) => bytes;
  });
  afterEach(() => assert.deepEqual(fake.unused, [], 'each fault came to pass'));

  /** The answers to some orders, one after the other. */
  async function obey(...orders) {
    const child = spawn(binary('reprise-gcs'), [`gs://test-bucket/own/place?endpoint=${fake.url}`], { env: { ...process.env, ...env }, cwd: folder });
    let out = '';
    let error = '';
    child.stdout.on('data', (data) => (out += data));
    child.stderr.on('data', (data) => (error += data));
    child.stdin.end(orders.map((order) => `${JSON.stringify(order)}\n`).join(''));
    const [code] = await once(child, 'close');
    assert.equal(code, 0, error);
    return out.split('\n').filter(Boolean).map((line) => JSON.parse(line));
  }
  const stored = (key) => fake.bucket.objects.get(`own/place/${key}`)?.bytes;
  const calls = (pattern) => fake.asked.filter((one) => pattern.test(`${one.method} ${one.path}`));

  test('stores, looks, reads, lists in pages and removes under its prefix', async () => {
    fake.bucket.insert('own/places/not-ours', Buffer.from('x'), { match: '0' });
    const answers = await obey(
      { do: 'put', key: 'a/1', bytes: 1000, seed: 1 },
      { do: 'put', key: 'a/2', bytes: 0 },
      { do: 'put', key: 'a/3', bytes: 5, seed: 3 },
      { do: 'look', key: 'a/1' },
      { do: 'read', key: 'a/1' },
      { do: 'read', key: 'a/1', first: 10, last: 20 },
      { do: 'read', key: 'a/1', first: 990, last: 2000 },
      { do: 'read', key: 'a/1', first: 990 },
      { do: 'read', key: 'a/1', first: 1000 },
      { do: 'read', key: 'a/2' },
      { do: 'list', key: '', page_max: 2 },
      { do: 'list', key: 'a/3' },
      { do: 'remove', key: 'a/1' },
      { do: 'remove', key: 'a/1' },
      { do: 'read', key: 'a/1' },
      { do: 'look', key: 'a/1' },
    );
    const content = filled(1000, 1);
    const hash = (bytes) => ({ bytes: bytes.length, sha256: sha256(bytes).toString('hex') });
    assert.equal(answers[0].crc32c, Buffer.from(crc32c(content), 'base64').readUInt32BE());
    assert.deepEqual({ ...answers[3], ms: 0 }, { ...answers[0], ms: 0 });
    const reads = [content, content.subarray(10, 20), content.subarray(990), content.subarray(990)];
    assert.deepEqual(answers.slice(4, 8).map(({ ms, ...one }) => one), reads.map(hash));
    assert.equal(answers[8].error, 'invalid', 'behind the end');
    assert.equal(answers[9].bytes, 0);
    assert.deepEqual(answers[10].pages, [['a/1', 'a/2'], ['a/3']]);
    assert.deepEqual(answers[11].pages, [['a/3']]);
    assert.deepEqual(answers.slice(12, 14).map((one) => one.removed), [true, true]);
    assert.deepEqual(answers.slice(14).map((one) => one.error), ['not_found', 'not_found']);
    assert.ok(fake.bucket.objects.has('own/places/not-ours'));
    assert.equal(calls(/\/token/).length, 1, 'one token for all');
    assert.equal(new Set(fake.asked.map((one) => one.port)).size, 1, 'over one connection');
  });

  test('a lost answer, another writer and other content', async () => {
    fake.fault(/^POST .*uploadType=media/, { lose: true });
    const [lost, again, other] = await obey(
      { do: 'put', key: 'k', bytes: 100, seed: 1 }, { do: 'put', key: 'k', bytes: 100, seed: 1 }, { do: 'put', key: 'k', bytes: 100, seed: 2 });
    assert.equal(lost.bytes, 100);
    assert.equal(again.generation, lost.generation);
    assert.equal(other.error, 'conflict');
    assert.deepEqual(stored('k'), filled(100, 1));
    const many = await obey({ do: 'put', key: 'race', bytes: 100, seed: 1, times: 20 });
    assert.equal(new Set(many.map((one) => one.generation)).size, 1, 'twenty writers, one object');
  });

  for (const [name, what] of Object.entries({
    '503': { status: 503 }, '429 with Retry-After': { status: 429, retryAfter: 1 }, '408': { status: 408 }, '500': { status: 500 },
    'a reset before': { cutRequestAt: 0 }, 'a reset in the answer': { cutAnswerAt: 1 }, 'a lost answer': { lose: true },
  })) {
    test(`each call gets over ${name}`, async () => {
      fake.fault(/^POST .*uploadType=media/, what);
      const later = { ...what, retryAfter: undefined }; // one wait of a second is enough
      fake.fault(/^GET .*\/o\/.*fields=/, later).fault(/^GET .*alt=media/, later).fault(/^GET .*maxResults/, later).fault(/^DELETE /, later);
      const answers = await obey(
        { do: 'put', key: 'k', bytes: 300, seed: 1 }, { do: 'look', key: 'k' }, { do: 'read', key: 'k' }, { do: 'list', key: '' }, { do: 'remove', key: 'k' });
      assert.deepEqual(answers.filter((one) => one.error), []);
      assert.equal(answers[2].sha256, sha256(filled(300, 1)).toString('hex'));
      assert.equal(stored('k'), undefined);
      if (what.retryAfter) assert.ok(answers[0].ms >= 1000, 'Retry-After is honoured');
    });
  }

  test('what must not be repeated is asked once', async () => {
    fake.fault(/^POST .*uploadType=media/, { status: 400 }).fault(/^GET .*alt=media/, { status: 403 });
    const [put, read] = await obey({ do: 'put', key: 'k', bytes: 3 }, { do: 'read', key: 'k' });
    assert.equal(put.error, 'unavailable');
    assert.equal(read.error, 'forbidden');
    assert.equal(calls(/uploadType=media|alt=media/).length, 2);
  });

  test('a bucket that stays away is given up at the deadline', async () => {
    fake.fault(/^GET .*alt=media/, { status: 503 }, 1000);
    const [first] = await obey({ do: 'read', key: 'k', within_ms: 700 });
    assert.equal(first.error, 'unavailable');
    assert.ok(first.ms < WELL_BEFORE_MS, `${first.ms} ms`);
    fake.clear();
    fake.fault(/^GET .*alt=media/, { delayMs: 30_000 });
    const [slow] = await obey({ do: 'read', key: 'k', within_ms: 3000 });
    assert.equal(slow.error, 'unavailable');
    assert.ok(slow.ms < WELL_BEFORE_MS, `${slow.ms} ms`);
  });

  test('wrong bytes are read again, and never given', async () => {
    await obey({ do: 'put', key: 'k', bytes: 5000, seed: 4 });
    fake.fault(/^GET .*alt=media/, { wrongBytes: true }, 2);
    const [read] = await obey({ do: 'read', key: 'k' });
    assert.equal(read.sha256, sha256(filled(5000, 4)).toString('hex'));
    fake.fault(/^GET .*alt=media/, { wrongBytes: true }, 3);
    assert.match((await obey({ do: 'read', key: 'k' }))[0].detail, /not those of the store's CRC32C/);
  });

  test('pieces: less stored than sent, lost answers, 503 and a reset in the middle', async () => {
    const bytes = 20 * MIB + 123;
    let first = true;
    fake.bucket.storesLess = (sent) => {
      const stores = first ? 5 * MIB : sent;
      first = false;
      return stores;
    };
    fake.fault(/^PUT .*upload_id/, { lose: true }).fault(/^PUT .*upload_id/, { status: 503 }).fault(/^PUT .*upload_id/, { cutRequestAt: 300_000 });
    const [put, again, other, small] = await obey(
      ...[7, 7, 8].map((seed) => ({ do: 'put', key: 'large', bytes, seed, within_ms: PATIENT_MS })),
      { do: 'put_pieces', key: 'odd', bytes: 100_001, seed: 1, piece: 333 });
    assert.equal(put.bytes, bytes, JSON.stringify(put));
    assert.equal(again.generation, put.generation);
    assert.equal(other.error, 'conflict');
    assert.equal(small.bytes, 100_001);
    assert.deepEqual(stored('large'), filled(bytes, 7));
    assert.deepEqual(stored('odd'), filled(100_001, 1));
    const sent = calls(/^PUT .*upload_id/).reduce((sum, one) => sum + Number(one.headers['content-length'] ?? 0), 0);
    assert.ok(sent < 2.2 * bytes, `${sent} bytes for ${bytes}: only what is not stored is sent again`);
  });

  test('pieces: sizes at the borders', async () => {
    const sizes = [0, 1, 256 * 1024, 8 * MIB, 8 * MIB + 1, 16 * MIB];
    const answers = await obey(...sizes.map((bytes, index) => ({ do: 'put_pieces', key: `border/${index}`, bytes, seed: index, piece: 700_000, within_ms: PATIENT_MS })));
    assert.deepEqual(answers.map((one) => one.bytes ?? one), sizes);
    for (const [index, bytes] of sizes.entries()) assert.deepEqual(stored(`border/${index}`), filled(bytes, index));
  });

  test('pieces: a lost end of the upload is found again; a lost session is said', async () => {
    const bytes = 9 * MIB;
    fake.fault(/^PUT .*upload_id/, { delayMs: 1 }).fault(/^PUT .*upload_id/, { lose: true }); // the second piece is the last
    const [put] = await obey({ do: 'put', key: 'end', bytes, seed: 1 });
    assert.equal(put.bytes, bytes, JSON.stringify(put));
    fake.fault(/^PUT .*upload_id/, { status: 410 });
    const [lost] = await obey({ do: 'put', key: 'gone', bytes, seed: 1 });
    assert.equal(lost.error, 'unavailable');
    assert.match(lost.detail, /the upload is lost/);
    fake.bucket.storesLess = () => 0;
    const [stuck] = await obey({ do: 'put', key: 'stuck', bytes, seed: 1 });
    assert.match(stuck.detail, /nothing of a piece is stored/);
  });

  test('a token is renewed before it ends, by one call; one that is refused is replaced', async () => {
    fake.identity.tokenSeconds = 200; // less than five minutes: each call finds it short
    const answers = await obey({ do: 'put', key: 'k', bytes: 10, seed: 1 }, { do: 'read', key: 'k', times: 20 });
    fake.identity.tokenSeconds = 3600;
    assert.deepEqual(answers.filter((one) => one.error), []);
    assert.ok(calls(/\/token/).length < 8, `${calls(/\/token/).length} tokens for 21 calls`);
    fake.clear();
    fake.fault(/^GET .*alt=media/, { status: 401 });
    const [read] = await obey({ do: 'read', key: 'k' });
    assert.equal(read.bytes, 10);
    assert.equal(calls(/\/token/).length, 2);
    fake.clear();
    const together = await obey({ do: 'read', key: 'k', times: 50 });
    assert.deepEqual(together.filter((one) => one.error), []);
    assert.equal(calls(/\/token/).length, 1, 'fifty that wait for the first token ask once');
  });

  test('no token, no call', async () => {
    fake.fault(/^POST \/token/, { status: 503 });
    assert.equal((await obey({ do: 'list', key: '' }))[0].error, undefined, 'asked again');
    fake.turnClock(-7_200_000); // our clock is two hours fast for the token service
    const [refused] = await obey({ do: 'list', key: '' });
    fake.turnClock(7_200_000);
    assert.equal(refused.error, 'forbidden');
    assert.match(refused.detail, /invalid_grant/);
    assert.equal(calls(/\/storage\//).length, 1);
  });

  test('the metadata server gives tokens where there is no key file', async () => {
    const kept = env;
    env = { GOOGLE_APPLICATION_CREDENTIALS: '', GCE_METADATA_HOST: new URL(fake.url).host, no_proxy: '*' };
    const [put] = await obey({ do: 'put', key: 'k', bytes: 10 });
    env = kept;
    assert.equal(put.bytes, 10);
    assert.equal(calls(/computeMetadata.*scopes=.*devstorage/).length, 1);
  });

  test('a read that takes unusually long gets company', async () => {
    await obey({ do: 'put', key: 'k', bytes: 1000, seed: 1 });
    fake.fault(/^GET .*alt=media/, { delayMs: 0 }, 40).fault(/^GET .*alt=media/, { delayMs: 30_000 });
    const answers = await obey(...Array.from({ length: 41 }, () => ({ do: 'read', key: 'k' })));
    assert.deepEqual(answers.filter((one) => one.error), []);
    assert.ok(answers.at(-1).ms < WELL_BEFORE_MS, `${answers.at(-1).ms} ms, and its first call took 30 s`);
    assert.ok(calls(/alt=media/).length < 1.5 * answers.length, 'few of the others were asked twice');
  });
});

describe('reprise doctor gcs', () => {
  let fake;
  let flags;
  let env;
  beforeEach(async () => {
    fake = await FakeGcs.start();
    flags = ['--blob-store', `gs://test-bucket/reprise?endpoint=${fake.url}`];
    env = { GOOGLE_APPLICATION_CREDENTIALS: keyFile(fake), no_proxy: '*' };
    fake.bucket.config.lifecycle = { rule: [{ action: { type: 'AbortIncompleteMultipartUpload' }, condition: { age: 7 } }] };
  });
  afterEach(() => fake.stop());

  const doctor = (args = flags, more = {}) => run('reprise', ['doctor', 'gcs', ...args], { ...env, ...more });
  const changesOf = () => fake.asked.filter(({ method }) => method === 'PATCH').length;
  const failed = (text) => [...text.matchAll(/^FAILED (\w+)/gm)].map(([, step]) => step);

  test('tries everything, leaves nothing and prints no secret', async () => {
    const { code, stdout, stderr } = await doctor();
    assert.equal(code, 0, stdout + stderr);
    assert.deepEqual(
      [...stdout.matchAll(/^ok +(\w+) +\d+ ms/gm)].map(([, step]) => step),
      ['token', 'bucket', 'clock', 'rights', 'versions', 'erasing', 'retention', 'lifecycle', 'cors', 'write', 'once', 'read', 'list', 'signed', 'pieces', 'remove']);
    assert.match(stdout, /in EUROPE-WEST1, class STANDARD/);
    assert.equal(fake.bucket.objects.size, 0);
    assert.equal(stderr, '');
    assert.ok(!/fake-token|PRIVATE|Signature/.test(stdout + stderr), stdout + stderr);
  });

  test('names what of the bucket would break us, with the command; --fix changes only CORS and lifecycle', async () => {
    Object.assign(fake.bucket.config, {
      versioning: { enabled: true }, softDeletePolicy: { retentionDurationSeconds: '604800' },
      lifecycle: { rule: [{ action: { type: 'SetStorageClass', storageClass: 'NEARLINE' }, condition: { age: 30 } }] },
    });
    const asked = [...flags, '--origin', 'https://reprise.example'];
    const before = await doctor(asked);
    assert.equal(before.code, 1);
    assert.deepEqual(failed(before.stdout), ['versions', 'erasing', 'lifecycle', 'cors']);
    for (const flag of ['--no-versioning', '--clear-soft-delete', '--lifecycle-file=', '--cors-file=']) {
      assert.ok(before.stdout.includes(`gcloud storage buckets update gs://test-bucket ${flag}`), before.stdout);
    }
    const mended = await doctor([...asked, '--fix']);
    assert.deepEqual(failed(mended.stdout), ['versions', 'erasing']);
    assert.equal(fake.bucket.config.versioning.enabled, true);
    assert.deepEqual(fake.bucket.config.lifecycle.rule.map((one) => one.action.type), ['SetStorageClass', 'AbortIncompleteMultipartUpload']);
    assert.deepEqual(fake.bucket.config.cors.map((one) => one.origin), [['https://reprise.example']]);
    assert.match(mended.stdout, /ok +lifecycle .*mended; it was: no rule ends unfinished uploads/);
    assert.match(mended.stdout, /ok +cors .*mended; it was: pages of https:\/\/reprise\.example may not read/);
    const changes = changesOf();
    fake.bucket.config.versioning.enabled = false;
    fake.bucket.config.softDeletePolicy.retentionDurationSeconds = '0';
    const clean = await doctor([...flags, '--origin', 'https://Reprise.example:443/', '--fix']); // as people write it
    assert.equal(clean.code, 0, clean.stdout);
    assert.deepEqual([changes, changesOf()], [2, 2], 'and nothing is changed twice');
  });

  test('says which right is missing', async () => {
    fake.bucket.permissions.delete('storage.objects.delete');
    fake.bucket.permissions.delete('storage.buckets.get');
    const { code, stdout } = await doctor();
    assert.equal(code, 1);
    assert.deepEqual(failed(stdout), ['bucket', 'rights', 'remove']);
    assert.match(stdout, /does not have storage\.buckets\.get access/);
    assert.match(stdout, /missing: storage\.objects\.delete/);
    fake.bucket.permissions.add('storage.objects.delete');
    fake.bucket.permissions.delete('storage.objects.list');
    assert.match((await doctor()).stdout, /FAILED remove .*does not have storage\.objects\.list/, 'not that something is still there');
    fake.bucket.permissions.delete('storage.objects.get');
    assert.match((await doctor()).stdout, /FAILED once .*does not have storage\.objects\.get/, 'not that objects may be written over');
  });

  test('says what is wrong with bucket, clock and identity', async () => {
    const other = await doctor(['--blob-store', `gs://other-bucket?endpoint=${fake.url}`]);
    assert.equal(other.code, 1);
    assert.match(other.stdout, /there is no bucket other-bucket/);
    fake.turnClock(40_000);
    assert.match((await doctor()).stdout, /ok +clock +\d+ ms  this computer's clock is (39|40|41) s slow/);
    fake.turnClock(-7_240_000);
    const wrong = (await doctor()).stdout;
    assert.deepEqual(failed(wrong).filter((name) => name !== 'lifecycle'), ['clock'], 'everything else goes by the clock of the bucket');
    assert.match(wrong, /FAILED clock .*clock is (7199|7200|7201) s fast: set it right/);
    await fake.stop();
    const away = await doctor();
    assert.equal(away.code, 1);
    assert.match(away.stdout, /FAILED token .*does not answer/);
  });

  for (const [name, args, more, words] of [
    ['no address', [], {}, /--blob-store \(or REPRISE_BLOB_STORE\) is missing/],
    ['another scheme', ['--blob-store', 's3://x'], {}, /--blob-store: must be gs:/],
    ['a bucket that cannot be', ['--blob-store', 'gs://UPPER'], {}, /--blob-store: "UPPER" cannot be the name of a bucket/],
    ['a parameter', ['--blob-store', 'gs://abc?x=1'], {}, /knows one parameter/],
    ['no key file', ['--blob-store', 'gs://abc'], { GOOGLE_APPLICATION_CREDENTIALS: '/nowhere/key.json' }, /GOOGLE_APPLICATION_CREDENTIALS \/nowhere\/key\.json: cannot read/],
    ['a key file of something else', ['--blob-store', 'gs://abc'], { GOOGLE_APPLICATION_CREDENTIALS: join(folder, 'other.json') }, /other credentials than those of a service account/],
    ['an origin with a path', ['--blob-store', 'gs://abc?endpoint=http://127.0.0.1:9', '--origin', 'https://reprise.example/app'], { REPRISE_GCS_TOKEN: 'a' }, /--origin: must be .* without a path/],
    ['an origin without a scheme', ['--blob-store', 'gs://abc?endpoint=http://127.0.0.1:9', '--origin', 'reprise.example'], { REPRISE_GCS_TOKEN: 'a' }, /--origin: must be/],
    ['a flag', ['--blob-stroe', 'gs://abc'], {}, /blob-stroe/],
  ]) {
    test(`refuses ${name} with one sentence and 78`, async () => {
      writeFileSync(join(folder, 'other.json'), JSON.stringify({ type: 'authorized_user', client_id: 'a', client_secret: 'SECRET', refresh_token: 'SECRET' }), { mode: 0o600 });
      const { code, stdout, stderr } = await doctor(args, more);
      assert.equal(code, 78, stdout + stderr);
      assert.match(stderr, words);
      assert.equal(stderr.trim().split('\n').length, 1);
      assert.ok(!(stdout + stderr).includes('SECRET'));
    });
  }

  test('--help names its settings', async () => {
    const { code, stdout } = await doctor(['--help']);
    assert.equal(code, 0);
    for (const name of ['--blob-store', 'REPRISE_GCS_TOKEN', '--origin', '--fix']) assert.ok(stdout.includes(name), stdout);
  });

  test('sends no credentials over plain http to another machine', async () => {
    // 0.0.0.0 leads to this machine, but is none of its loopback addresses.
    const { code, stdout } = await doctor(['--blob-store', `gs://test-bucket?endpoint=${fake.url.replace('127.0.0.1', '0.0.0.0')}`]);
    assert.equal(code, 1);
    assert.match(stdout, /ok +token +\d+ ms  none: credentials go only over https/);
    assert.ok(fake.asked.length > 0);
    assert.deepEqual(fake.asked.filter((one) => one.headers.authorization || one.path === '/token'), []);
  });
});

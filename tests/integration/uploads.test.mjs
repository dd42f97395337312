// Uploads by tus 1.0 (tus.io), with the official client and by hand. The cases by hand have the names of the handler tests of tusd.
import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import { createRequire } from 'node:module';
import { connect } from 'node:net';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { freePort } from '../harness/ports.mjs';
import { eventually, root, sha256, sleep, startServer } from '../harness/programs.mjs';

const tus = createRequire(join(root, 'web/package.json'))('tus-js-client');
const long = process.env.TEST_LONG === '1' ? test : () => {};
const MB = 1024 * 1024;

let server;
before(async () => {
  server = await startServer({ listen: `localhost:${await freePort()}` });
});
after(() => server.stop());

/** Bytes that are taken for a sound: the mark of FLAC, then anything. */
const sound = (size) => Buffer.concat([Buffer.from('fLaC'), randomBytes(size)]).subarray(0, size);
const sha1 = (bytes) => createHash('sha1').update(bytes).digest('base64');
const headersOf = (more = {}) => ({ origin: server.url, 'tus-resumable': '1.0.0', ...more });
const ask = (method, path, headers = {}, body) => fetch(server.url + path, { method, headers: headersOf(headers), body, ...(body?.getReader ? { duplex: 'half' } : {}) });
const OCTETS = { 'content-type': 'application/offset+octet-stream' };
const patch = (path, offset, body, headers = {}) => ask('PATCH', path, { ...OCTETS, 'upload-offset': String(offset), ...headers }, body);
const offsetOf = async (path) => Number((await ask('HEAD', path)).headers.get('upload-offset'));
async function begin(length, name = 'a.txt', headers = {}) {
  const begun = await ask('POST', '/api/uploads', {
    ...(length === undefined ? { 'upload-defer-length': '1' } : { 'upload-length': String(length) }),
    'upload-metadata': `filename ${Buffer.from(name).toString('base64')}`, ...headers,
  });
  assert.equal(begun.status, 201, await begun.clone().text());
  return begun.headers.get('location');
}
const fileOf = async (path) => Buffer.from(await (await server.fetch(path)).arrayBuffer());
const problemOf = async (response) => (await response.json()).type.split(':').pop();

/** An upload with the official client. `steps` may abort it or do anything else when progress comes. */
function upload(bytes, { name = 'a.flac', onProgress, ...more } = {}) {
  let started;
  const done = new Promise((resolve, reject) => {
    started = new tus.Upload(bytes, {
      endpoint: `${server.url}/api/uploads`, headers: { origin: server.url }, metadata: { filename: name }, retryDelays: [100, 200, 400, 800, 1600, 3200],
      onProgress: (sent) => onProgress?.(sent, started), onError: reject, onSuccess: () => resolve(started.url), ...more,
    });
    started.start();
  });
  return { done, get started() { return started; } };
}
const pathOf = (url) => new URL(url, server.url).pathname;

describe('the official client', () => {
  for (const size of [0, 1, 5000]) {
    test(`${size} bytes arrive`, async () => {
      const bytes = size < 4 ? Buffer.alloc(size, 'x') : sound(size);
      const url = await upload(bytes, size === 1 ? { name: 'a.txt' } : {}).done;
      assert.deepEqual(await fileOf(pathOf(url)), bytes);
      const info = await server.ask('GET', `${pathOf(url)}/info`);
      assert.deepEqual([info.body.state, info.body.bytes, info.body.offset], ['complete', size, size]);
    });
  }

  test('20 MB, cut again and again and gone on with, arrive', async () => {
    const bytes = sound(20 * MB);
    let cuts = 0;
    let resume;
    const resumed = new Promise((resolve) => (resume = resolve));
    const one = upload(bytes, {
      onProgress: (sent, started) => {
        if (cuts >= 3 || sent < (cuts + 1) * 5 * MB) return;
        cuts += 1;
        void started.abort().then(() => started.start());
        if (cuts === 3) resume();
      },
    });
    await resumed;
    const url = await one.done;
    assert.equal(sha256(await fileOf(pathOf(url))).toString('hex'), sha256(bytes).toString('hex'));
  });

  test('20 MB arrive although the server is killed meanwhile; what was acknowledged is there', async () => {
    const bytes = sound(20 * MB);
    const port = new URL(server.url).port;
    let killed = false;
    let acknowledged = 0;
    let restarted;
    const one = upload(bytes, {
      chunkSize: 2 * MB,
      onChunkComplete: (_size, accepted) => {
        acknowledged = accepted;
        if (killed || accepted < 8 * MB) return;
        killed = true;
        restarted = (async () => {
          await server.program.stop('SIGKILL');
          server = await startServer({ dataDir: server.dataDir, tokens: server.tokens, listen: `localhost:${port}` });
          assert.ok(await offsetOf(pathOf(one.started.url)) >= acknowledged, 'an offset is an acknowledgement');
        })();
      },
    });
    const url = await one.done;
    await restarted;
    assert.ok(killed);
    assert.deepEqual(sha256(await fileOf(pathOf(url))), sha256(bytes));
  });

  test('creation with upload, and a length that comes late', async () => {
    const bytes = sound(100_000);
    assert.deepEqual(await fileOf(pathOf(await upload(bytes, { uploadDataDuringCreation: true }).done)), bytes);
    const late = upload(bytes, { uploadLengthDeferred: true });
    assert.deepEqual(await fileOf(pathOf(await late.done)), bytes);
  });

  test('it is told why a file is not taken, and does not try again', async () => {
    await assert.rejects(upload(Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"/>'), { name: 'a.png' }).done, /415[^]*`file` is a page/);
  });

  test('terminate removes the upload', async () => {
    const path = await begin(10);
    await tus.Upload.terminate(server.url + path, { headers: { origin: server.url } });
    assert.equal((await ask('HEAD', path)).status, 404);
  });

  long('200 MB, cut and gone on with, arrive', async () => {
    const bytes = sound(200 * MB);
    let cut = false;
    const one = upload(bytes, {
      chunkSize: 64 * MB,
      onProgress: (sent, started) => {
        if (cut || sent < 90 * MB) return;
        cut = true;
        void started.abort().then(() => started.start());
      },
    });
    const url = await one.done;
    assert.deepEqual(sha256(await fileOf(pathOf(url))), sha256(bytes));
  });

  long('200 MB arrive although the server is killed three times meanwhile', async () => {
    const bytes = sound(200 * MB);
    const port = new URL(server.url).port;
    let kills = 0;
    let restarted = Promise.resolve();
    const one = upload(bytes, {
      chunkSize: 8 * MB,
      onChunkComplete: (_size, accepted) => {
        if (kills >= 3 || accepted < (kills + 1) * 50 * MB) return;
        kills += 1;
        restarted = restarted.then(async () => {
          await server.program.stop('SIGKILL');
          server = await startServer({ dataDir: server.dataDir, tokens: server.tokens, listen: `localhost:${port}` });
          assert.ok(await offsetOf(pathOf(one.started.url)) >= accepted, 'an offset is an acknowledgement');
        });
      },
    });
    const url = await one.done;
    await restarted;
    assert.equal(kills, 3);
    assert.deepEqual(sha256(await fileOf(pathOf(url))), sha256(bytes));
  });
});

describe('POST', () => {
  test('Create', async () => {
    const begun = await ask('POST', '/api/uploads', { 'upload-length': '300', 'upload-metadata': 'foo aGVsbG8=, filename d29ybGQ=' });
    assert.equal(begun.status, 201);
    assert.match(begun.headers.get('location'), /^\/api\/uploads\/[0-9a-f-]{36}$/);
    assert.equal(begun.headers.get('upload-offset'), '0');
    assert.ok(Date.parse(begun.headers.get('upload-expires')) > Date.now() + 3_600_000);
  });
  test('CreateExceedingMaxSizeFail, InvalidUploadLengthFail, UploadLengthAndUploadDeferLengthFail, NeitherUploadLengthNorUploadDeferLengthFail, InvalidUploadDeferLengthFail, ForeignFile', async () => {
    const status = async (headers) => (await ask('POST', '/api/uploads', headers)).status;
    assert.equal(await status({ 'upload-length': String(10 ** 13) }), 413);
    for (const length of ['-5', 'abc', '1.5', '']) assert.equal(await status({ 'upload-length': length }), 400, length);
    assert.equal(await status({ 'upload-length': '1', 'upload-defer-length': '1' }), 400);
    assert.equal(await status({}), 400);
    assert.equal(await status({ 'upload-defer-length': 'bad' }), 400);
    assert.equal(await status({ 'upload-length': '1', 'upload-concat': 'partial' }), 400);
    assert.equal(await status({ 'upload-length': '1', 'upload-metadata': 'filename !!' }), 400);
    assert.equal(await status({ 'upload-length': '1', 'tus-resumable': '9.9.9' }), 412);
  });
  test('WithUpload, MultipleUploadsCreateExactly, InvalidContentType, UploadToFinalUpload', async () => {
    const begun = await ask('POST', '/api/uploads', { ...OCTETS, 'upload-length': '10' }, 'hello');
    assert.deepEqual([begun.status, begun.headers.get('upload-offset')], [201, '5']);
    const path = begun.headers.get('location');
    assert.equal((await patch(path, 5, 'world')).status, 204);
    assert.equal((await fileOf(path)).toString(), 'helloworld');
    assert.equal((await patch(path, 10, '')).status, 204);
    assert.equal((await patch(path, 10, 'x')).status, 413);
    assert.equal((await ask('POST', '/api/uploads', { 'content-type': 'text/plain', 'upload-length': '10' }, 'hello')).status, 415);
    assert.equal((await ask('POST', '/api/uploads', { ...OCTETS, 'upload-length': '3' }, 'hello')).status, 413);
  });
});

describe('HEAD and OPTIONS', () => {
  test('Status, UploadNotFoundFail, DeferLengthHeader, NoDeferLengthHeader, ExperimentalProtocol', async () => {
    const path = await begin(44);
    await patch(path, 0, 'hello');
    const head = await ask('HEAD', path);
    assert.deepEqual(['upload-offset', 'upload-length', 'cache-control', 'tus-resumable', 'upload-metadata'].map((name) => head.headers.get(name)), ['5', '44', 'no-store', '1.0.0', 'filename YS50eHQ=']);
    assert.equal((await ask('HEAD', '/api/uploads/01936200-0000-7000-8000-00000000ffff')).status, 404);
    const deferred = await ask('HEAD', await begin(undefined));
    assert.deepEqual([deferred.headers.get('upload-defer-length'), deferred.headers.get('upload-length')], ['1', null]);
  });
  test('MethodOverride, Upload-Metadata as it came', async () => {
    const said = `filename ${btoa('../a.txt')},filetype ${btoa('text/plain')},own`;
    const path = await begin(5, '', { 'upload-metadata': said });
    assert.equal((await ask('HEAD', path)).headers.get('upload-metadata'), said);
    const byPost = (method, headers, body) => ask('POST', path, { ...headers, 'x-http-method-override': method }, body);
    assert.equal((await byPost('PATCH', { ...OCTETS, 'upload-offset': '0' }, 'hel')).headers.get('upload-offset'), '3');
    assert.equal((await byPost('HEAD', {})).headers.get('upload-offset'), '3');
    assert.equal((await byPost('PUT', {})).status, 400);
    assert.equal((await byPost('DELETE', {})).status, 204);
    assert.equal((await ask('HEAD', path)).status, 404);
  });
  test('Discovery, UnsupportedVersion, InvalidMethod', async () => {
    const options = await fetch(`${server.url}/api/uploads`, { method: 'OPTIONS' });
    assert.equal(options.status, 204);
    assert.match(options.headers.get('tus-extension'), /creation,creation-with-upload/);
    assert.equal(options.headers.get('tus-max-size'), String(1024 * MB));
    assert.equal(options.headers.get('tus-checksum-algorithm'), 'sha1,sha256,md5');
    assert.equal((await ask('PUT', '/api/uploads')).status, 405);
    const silent = await fetch(`${server.url}/api/uploads`, { method: 'POST', headers: { origin: server.url, 'upload-length': '1' } });
    assert.deepEqual([silent.status, silent.headers.get('tus-version')], [412, '1.0.0']);
  });
});

describe('PATCH', () => {
  test('UploadChunk, UploadChunkToFinished, MismatchingOffsetFail, MissingOffsetFail, MalformedOffsetFail, InvalidContentType, UploadNotFoundFail', async () => {
    const path = await begin(10);
    const first = await patch(path, 0, 'hello');
    assert.deepEqual([first.status, first.headers.get('upload-offset')], [204, '5']);
    assert.equal((await patch(path, 4, 'x')).status, 409);
    assert.equal((await patch(path, 'x', 'x')).status, 400);
    assert.equal((await ask('PATCH', path, OCTETS, 'x')).status, 400);
    assert.equal((await ask('PATCH', path, { 'content-type': 'application/json', 'upload-offset': '5' }, 'x')).status, 415);
    assert.equal((await patch('/api/uploads/01936200-0000-7000-8000-00000000ffff', 0, 'x')).status, 404);
    assert.equal(await offsetOf(path), 5);
  });
  test('ExceedingMaxSizeFail, OverflowWithoutLength: no byte beyond the length counts', async () => {
    const path = await begin(5);
    assert.equal((await patch(path, 0, 'hellothisismorethan15bytes')).status, 413);
    const stream = new ReadableStream({
      start(to) {
        to.enqueue(Buffer.from('hel'));
        to.enqueue(Buffer.from('lo world'));
        to.close();
      },
    });
    assert.equal((await patch(path, 0, stream)).status, 413);
    assert.ok(await offsetOf(path) <= 5);
  });
  test('DeclareLengthOnFinalChunk, DeclareLengthAfterFinalChunk, DeclareLengthOnNonFinalChunk, a length that changes', async () => {
    const path = await begin(undefined);
    assert.equal((await patch(path, 0, 'hello')).status, 204);
    assert.equal((await patch(path, 5, 'wor', { 'upload-length': '10' })).status, 204);
    assert.equal((await patch(path, 8, 'ld', { 'upload-length': '11' })).status, 409);
    assert.equal((await patch(path, 8, 'ld')).status, 204);
    assert.equal((await fileOf(path)).toString(), 'helloworld');
    const after = await begin(undefined);
    await patch(after, 0, 'hello');
    assert.equal((await patch(after, 5, '', { 'upload-length': '5' })).status, 204);
    assert.equal((await fileOf(after)).toString(), 'hello');
    const shorter = await begin(undefined);
    await patch(shorter, 0, 'hello');
    assert.equal((await patch(shorter, 5, '', { 'upload-length': '4' })).status, 409);
  });
  test('checksum: all of a request counts, or nothing', async () => {
    const path = await begin(10);
    assert.equal((await patch(path, 0, 'hello', { 'upload-checksum': `sha1 ${sha1('other')}` })).status, 460);
    assert.equal(await offsetOf(path), 0);
    assert.equal((await patch(path, 0, 'hello', { 'upload-checksum': `sha1 ${sha1('hello')}` })).status, 204);
    assert.equal((await patch(path, 5, 'world', { 'upload-checksum': 'crc7 AAAA' })).status, 400);
    assert.equal((await patch(path, 5, 'world', { 'upload-checksum': `sha256 ${sha256('world').toString('base64')}` })).status, 204);
    assert.equal((await fileOf(path)).toString(), 'helloworld');
  });
  test('a byte at a time makes no object of each', async () => {
    const bytes = Buffer.from('a text that comes a byte at a time');
    const path = await begin(bytes.length);
    for (let at = 0; at < bytes.length; ++at) assert.equal((await patch(path, at, bytes.subarray(at, at + 1))).status, 204);
    assert.deepEqual(await fileOf(path), bytes);
  });
  test('StopUpload: a request that is cut leaves what had come', async () => {
    const bytes = sound(MB);
    const path = await begin(bytes.length, 'a.flac');
    const socket = connect(Number(new URL(server.url).port), 'localhost');
    socket.write(`PATCH ${path} HTTP/1.1\r\nHost: ${new URL(server.url).host}\r\nOrigin: ${server.url}\r\nTus-Resumable: 1.0.0\r\nContent-Type: application/offset+octet-stream\r\nUpload-Offset: 0\r\nContent-Length: ${bytes.length}\r\n\r\n`);
    await new Promise((resolve) => socket.write(bytes.subarray(0, 300_000), resolve));
    await sleep(300);
    socket.destroy();
    const offset = await eventually(() => offsetOf(path), (at) => at === 300_000);
    assert.equal((await patch(path, offset, bytes.subarray(offset))).status, 204);
    assert.deepEqual(await fileOf(path), bytes);
  });
  test('the newest request wins: one that hangs does not hold the upload', async () => {
    const bytes = sound(MB);
    const path = await begin(bytes.length, 'a.flac');
    const socket = connect(Number(new URL(server.url).port), 'localhost');
    socket.on('error', () => {});
    socket.write(`PATCH ${path} HTTP/1.1\r\nHost: ${new URL(server.url).host}\r\nOrigin: ${server.url}\r\nTus-Resumable: 1.0.0\r\nContent-Type: application/offset+octet-stream\r\nUpload-Offset: 0\r\nContent-Length: ${bytes.length}\r\n\r\n`);
    socket.write(bytes.subarray(0, 100_000));
    await sleep(300);
    const since = Date.now();
    const offset = await offsetOf(path);
    assert.equal((await patch(path, offset, bytes.subarray(offset))).status, 204);
    // Whoever waits for a body that hangs waits for 15 s.
    assert.ok(Date.now() - since < 10_000, `${Date.now() - since} ms`);
    // What the older one still sends counts no more.
    socket.write(bytes.subarray(100_000));
    let text = '';
    socket.on('data', (data) => (text += data));
    await eventually(() => text, (said) => said.includes('HTTP/1.1 '));
    assert.match(text, /^HTTP\/1.1 409 /);
    socket.destroy();
    assert.deepEqual(await fileOf(path), bytes);
  });
  test('two at the same offset: one is taken, one is told so, and nothing is mixed', async () => {
    for (let round = 0; round < 10; ++round) {
      const bodies = [sound(300_000), sound(300_000)];
      const path = await begin(300_000, 'a.flac');
      const answers = await Promise.all(bodies.map((body) => patch(path, 0, body)));
      assert.deepEqual(answers.map(({ status }) => status).sort(), [204, 409]);
      const won = bodies[answers.findIndex(({ status }) => status === 204)];
      assert.deepEqual(await fileOf(path), won);
    }
  });
});

describe('what a file is', () => {
  const form = async (content, name, headers = {}) => {
    const data = new FormData();
    data.append('file', new Blob([content]), name);
    return server.fetch('/api/uploads', { method: 'POST', body: data, headers });
  };
  const JPEG_WITH_PLACE = Buffer.concat([
    Buffer.from('ffd8', 'hex'), Buffer.from('ffe10040', 'hex'), Buffer.from('Exif\0\0MM\0*\0\0\0\b\0\0'), Buffer.alloc(46, 'G'),
    Buffer.from('ffc0000b080010001001011100', 'hex'), Buffer.from('ffda0008010100003f00', 'hex'), Buffer.from('1234', 'hex'), Buffer.from('ffd9', 'hex'),
    Buffer.from('PK\x03\x04 a zip behind the picture'),
  ]);

  test('polyglots, pages, archives and damaged pictures are refused, by either way, and leave nothing', async () => {
    const bad = {
      'page.html': '<!doctype html><script>alert(1)</script>', 'a.png': '<svg onload="alert(1)">', 'a.xml': '<?xml version="1.0"?><a/>', 'a.txt': '<script>x</script>',
      'a.zip': 'PK\x03\x04\x14\0', 'a.docx': 'PK\x03\x04\x14\0', 'a.gz': '\x1f\x8b\b', 'a.exe': 'MZ\x90\0', 'a.jpg': Buffer.from('ffd8ffe00010', 'hex'),
      'bomb.png': Buffer.from('89504e470d0a1a0a0000000d494844520000ffff0000ffff08060000000000000000000049454e4400000000', 'hex'), 'list.m3u8': '#EXTM3U\nfile:///etc/passwd',
      'bom.txt': '\ufeff<!DOCTYPE html>', 'wide.txt': Buffer.from('\ufeff<html><script>x</script>', 'utf16le'), 'space.txt': ' \n\t\f<script>', 'note.txt': '<!-- x --><html>', 'a.php': '<?php id ?>',
      'behind.pdf': '<html><script>x</script>%PDF-1.4\n%%EOF', 'a.svgz': Buffer.from('1f8b0800', 'hex'), 'script.gif': 'GIF89a/*\0\0\0\0\0*/=1;alert(1);', 'page.mp4': '\0\0\0\x20ftyphtml<script>x</script>',
      'a.mkv': Buffer.from('1a45dfa3', 'hex'), 'lie.webp': 'RIFF\xff\xff\xff\x7fWEBPVP8 ', 'a.elf': '\x7fELF\x02\x01', 'nul.txt': 'a\0b',
    };
    for (const [name, content] of Object.entries(bad)) {
      const answer = await form(content, name);
      assert.equal(answer.status, 415, name);
      assert.equal(answer.headers.get('content-type'), 'application/problem+json');
      assert.match((await answer.json()).detail, /^`file` /, name);
      const bytes = Buffer.from(content);
      const path = await begin(bytes.length, name);
      assert.equal((await patch(path, 0, bytes)).status, 415, name);
      assert.equal((await ask('HEAD', path)).status, 404);
    }
  });

  test('words with a page in them are a file to keep, and nothing that a browser runs', async () => {
    for (const [content, name] of [[`${'a'.repeat(2_000)}\n<script>alert(1)</script>`, 'late.txt'], ['# a\n<script>alert(1)</script>', 'a.md'], ['MIME-Version: 1.0\nContent-Type: multipart/related', 'a.txt'], ['%PDF-1.4\n<script>alert(1)</script>\n%%EOF', 'a.pdf']]) {
      const answer = await form(content, name);
      assert.equal(answer.status, 201, name);
      const { headers } = await server.fetch(answer.headers.get('location'));
      assert.match(headers.get('content-type'), /^(text\/(plain|markdown); charset=utf-8|application\/pdf)$/);
      assert.match(headers.get('content-disposition'), /^attachment;/);
      assert.deepEqual([headers.get('x-content-type-options'), headers.get('content-security-policy')], ['nosniff', "sandbox; default-src 'none'"]);
    }
  });

  test('a picture is kept without the place where it was taken, and without what hangs behind it', async () => {
    const answer = await form(JPEG_WITH_PLACE, '../../holiday.jpg');
    const made = await answer.json();
    assert.deepEqual([answer.status, made.media_type, made.name, made.width], [201, 'image/jpeg', 'holiday.jpg', 16], JSON.stringify(made));
    const kept = await fileOf(answer.headers.get('location'));
    assert.ok(!kept.includes('GGGG') && !kept.includes('PK'));
    assert.equal(sha256(kept).toString('hex'), made.sha256);
    const served = await server.fetch(answer.headers.get('location'));
    assert.deepEqual(['content-type', 'x-content-type-options', 'content-security-policy'].map((name) => served.headers.get(name)), ['image/jpeg', 'nosniff', "sandbox; default-src 'none'"]);
    assert.match(served.headers.get('content-disposition'), /^inline/);
  });

  test('the same file again takes no further room, and goes with the last one', async () => {
    const bytes = sound(200_000);
    const [one, two] = [await (await form(bytes, 'a.flac')).json(), await (await form(bytes, 'b.flac')).json()];
    assert.notEqual(one.id, two.id);
    assert.equal(one.sha256, two.sha256);
    assert.equal((await ask('DELETE', `/api/uploads/${one.id}`)).status, 204);
    assert.deepEqual(await fileOf(`/api/uploads/${two.id}`), bytes);
  });

  test('forms that are cut, empty, or too large', async () => {
    const raw = (body, type = 'multipart/form-data; boundary=B') => server.fetch('/api/uploads', { method: 'POST', headers: { 'content-type': type }, body });
    assert.equal((await raw('--B\r\nContent-Disposition: form-data; name="file"; filename="a"\r\n\r\nabc')).status, 400);
    assert.equal((await raw('--B--\r\n')).status, 400);
    assert.equal((await raw('x', 'multipart/form-data')).status, 400);
    assert.equal((await raw('x', 'multipart/mixed; boundary=B')).status, 415);
    assert.equal((await form(Buffer.alloc(17 * MB), 'a')).status, 413);
  });

  test('a page of another site can send no file', async () => {
    const data = new FormData();
    data.append('file', new Blob(['x']), 'a.txt');
    assert.equal((await fetch(`${server.url}/api/uploads`, { method: 'POST', body: data, headers: { origin: 'https://evil.test' } })).status, 403);
  });
});

test('limits: one file, all files of one person, and how many at once', async () => {
  const small = await startServer({ args: ['--upload-max-mb', '1', '--upload-quota-mb', '2'] });
  const create = (length) => fetch(`${small.url}/api/uploads`, { method: 'POST', headers: { origin: small.url, 'tus-resumable': '1.0.0', 'upload-length': String(length) } });
  assert.equal((await create(MB + 1)).status, 413);
  assert.equal((await create(MB)).status, 201);
  assert.equal((await create(MB)).status, 201);
  assert.equal(await problemOf(await create(1)), 'upload-quota');
  await small.stop();
  const many = await Promise.all(Array.from({ length: 101 }, () => ask('POST', '/api/uploads', { 'upload-length': '1' })));
  assert.ok(many.some(({ status }) => status === 409));
  for (const one of many) if (one.status === 201) await ask('DELETE', one.headers.get('location'));
});

// What becomes of attached media: pixels turned, places removed, previews, and files made to break whoever opens them.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { deflateSync } from 'node:zlib';
import { eventually, remove, startServer, temporaryFolder } from '../harness/programs.mjs';

const long = process.env.TEST_LONG === '1' ? test : () => {};
const folder = temporaryFolder();
let server;
before(async () => {
  server = await startServer();
});
after(() => remove(folder));

const ffmpeg = (...args) => execFileSync('ffmpeg', ['-v', 'error', '-y', ...args], { maxBuffer: 1 << 28 });
/** A file that ffmpeg makes. */
function made(name, ...args) {
  const path = join(folder, name);
  ffmpeg(...args, path);
  return readFileSync(path);
}
const colours = (size) => ['-f', 'lavfi', '-i', `testsrc2=s=${size}:d=1:r=10`];
/** Its pixels as grey values. */
function grey(bytes, name) {
  const path = join(folder, name);
  writeFileSync(path, bytes);
  return ffmpeg('-noautorotate', '-i', path, '-f', 'rawvideo', '-pix_fmt', 'gray', '-');
}
async function give(bytes, name, type) {
  const form = new FormData();
  form.append('file', new Blob([bytes], type ? { type } : {}), name);
  const answer = await server.fetch('/api/uploads', { method: 'POST', body: form });
  return { status: answer.status, ...(await answer.json()) };
}
const fileOf = async ({ id }, what = '') => {
  const response = await server.fetch(`/api/uploads/${id}${what}`);
  return { status: response.status, type: response.headers.get('content-type'), bytes: Buffer.from(await response.arrayBuffer()) };
};
const lookedAt = async ({ id }, wanted) => (await eventually(() => server.ask('GET', `/api/uploads/${id}/info`), ({ body }) => wanted(body))).body;
const previewOf = async (one) => {
  await lookedAt(one, ({ has_preview }) => has_preview);
  return fileOf(one, '/preview');
};

/** EXIF that says how the picture is turned, and where it was taken. */
function exif(turned) {
  const tiff = Buffer.alloc(8 + 2 + 24 + 4);
  tiff.write('II*\0');
  tiff.writeUInt32LE(8, 4);
  tiff.writeUInt16LE(2, 8);
  tiff.writeUInt16LE(0x0112, 10);
  tiff.writeUInt16LE(3, 12);
  tiff.writeUInt32LE(1, 14);
  tiff.writeUInt16LE(turned, 18);
  tiff.writeUInt16LE(0x010e, 22);
  tiff.writeUInt16LE(2, 24);
  tiff.writeUInt32LE(16, 26);
  tiff.writeUInt32LE(38, 30);
  return Buffer.concat([tiff, Buffer.from('GPS 48.1 N 11.5 ')]);
}
const withExif = (jpeg, turned) => {
  const body = Buffer.concat([Buffer.from('Exif\0\0'), exif(turned)]);
  const head = Buffer.from([0xff, 0xe1, (body.length + 2) >> 8, (body.length + 2) & 0xff]);
  return Buffer.concat([jpeg.subarray(0, 2), head, body, jpeg.subarray(2)]);
};
/** Where the pixel at x, y of the picture that is seen lies in the one that was stored, by EXIF's orientation. */
const STORED_AT = {
  2: (x, y, w) => [w - 1 - x, y], 3: (x, y, w, h) => [w - 1 - x, h - 1 - y], 4: (x, y, w, h) => [x, h - 1 - y],
  5: (x, y) => [y, x], 6: (x, y, w, h) => [y, h - 1 - x], 7: (x, y, w, h) => [w - 1 - y, h - 1 - x], 8: (x, y, w) => [w - 1 - y, x],
};

describe('pictures', () => {
  // Whole blocks are turned without a loss, others are compressed again.
  for (const [width, height, ways] of [[96, 64, '2345678'], [50, 30, '367']]) {
    test(`a JPEG of ${width} x ${height} lies as its camera meant it, and tells no place`, async () => {
      const plain = made('plain.jpg', ...colours(`${width}x${height}`), '-frames:v', '1', '-q:v', '2');
      const before = grey(plain, 'plain.jpg');
      for (const turned of ways) {
        const storedAt = STORED_AT[turned];
        const one = await give(withExif(plain, Number(turned)), 'a.jpg', 'image/jpeg');
        assert.equal(one.status, 201, JSON.stringify(one));
        const [w, h] = turned >= 5 ? [height, width] : [width, height];
        assert.deepEqual([one.width, one.height], [w, h], turned);
        const { bytes } = await fileOf(one);
        assert.ok(!bytes.includes('Exif') && !bytes.includes('GPS'), turned);
        const after = grey(bytes, 'turned.jpg');
        assert.equal(after.length, w * h, 'also without what EXIF says');
        let off = 0;
        for (let y = 0; y < h; ++y) {
          for (let x = 0; x < w; ++x) {
            const [fromX, fromY] = storedAt(x, y, width, height);
            off += Math.abs(after[y * w + x] - before[fromY * width + fromX]);
          }
        }
        assert.ok(off / (w * h) < 3, `orientation ${turned}: ${off / (w * h)} off`);
      }
    });
  }

  test('a HEIC and an AVIF tell no place, and a JPEG stands for them', async () => {
    const jpeg = withExif(made('b.jpg', ...colours('320x200'), '-frames:v', '1'), 6);
    writeFileSync(join(folder, 'b.jpg'), jpeg);
    for (const [name, type, args] of [['b.heic', 'image/heic', []], ['b.avif', 'image/avif', ['-A']]]) {
      execFileSync('heif-enc', [...args, '-q', '50', join(folder, 'b.jpg'), '-o', join(folder, name)], { stdio: 'ignore' });
      const original = readFileSync(join(folder, name));
      assert.ok(original.includes('GPS'), 'the test would prove nothing');
      const one = await give(original, name, type);
      assert.deepEqual([one.status, one.media_type], [201, type], JSON.stringify(one));
      const kept = await fileOf(one);
      assert.ok(!kept.bytes.includes('GPS'), name);
      assert.equal(kept.type, type);
      const preview = await previewOf(one);
      assert.deepEqual([preview.status, preview.type], [200, 'image/jpeg']);
      assert.equal(grey(preview.bytes, 'p.jpg').length, one.width * one.height);
    }
  });

  test('a large picture has a small one, a small one is its own', async () => {
    const large = await give(made('large.png', ...colours('1600x1200'), '-frames:v', '1'), 'large.png');
    const preview = await previewOf(large);
    assert.equal(grey(preview.bytes, 'p.jpg').length, 640 * 480);
    const small = await give(made('small.png', ...colours('64x48'), '-frames:v', '1'), 'small.png');
    assert.equal((await fileOf(small, '/preview')).status, 404);
  });
});

test('videos have a length and a poster, sounds a length and a wave, PDF a first page', async () => {
  const video = await give(made('a.mp4', ...colours('320x240'), '-t', '1', '-pix_fmt', 'yuv420p'), 'a.mp4', 'video/mp4');
  const sound = await give(made('a.mp3', '-f', 'lavfi', '-i', 'sine=d=2'), 'a.mp3', 'audio/mpeg');
  const page = await give('%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 200 100]>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n', 'a.pdf');
  assert.deepEqual([video, sound, page].map(({ status }) => status), [201, 201, 201]);
  assert.equal((await previewOf(video)).type, 'image/jpeg');
  assert.equal((await previewOf(sound)).type, 'image/png');
  assert.equal((await previewOf(page)).type, 'image/jpeg');
  assert.ok(Math.abs((await lookedAt(video, () => true)).duration_ms - 1000) < 200);
  assert.ok(Math.abs((await lookedAt(sound, () => true)).duration_ms - 2000) < 200);
});

test('films and sounds of phones tell no place, no name and no positions, and play as before', async () => {
  const place = ['-metadata', 'location=+48.1374+011.5755/', '-metadata', 'title=Home of Ada'];
  const tone = ['-f', 'lavfi', '-i', 'sine=d=1'];
  const film = [...colours('160x120'), ...tone, '-t', '1', '-pix_fmt', 'yuv420p', ...place];
  const files = [
    ['place.mp4', 'video/mp4', film], ['place.mov', 'video/quicktime', film],
    ['front.mp4', 'video/mp4', [...film, '-movflags', '+faststart']], ['keys.mov', 'video/quicktime', [...film, '-movflags', '+use_metadata_tags']],
    ['place.m4a', 'audio/mp4', [...tone, ...place]],
  ];
  /** The digest of each decoded picture and sound. */
  const frames = (path) => String(ffmpeg('-i', path, '-f', 'framemd5', '-')).split('\n').filter((line) => line && !line.startsWith('#'));
  for (const [name, type, args] of files) {
    const original = made(name, ...args);
    assert.ok(original.includes('Home of Ada'), 'the test would prove nothing');
    const one = await give(original, name, type);
    assert.deepEqual([one.status, one.media_type, one.bytes], [201, type, original.length], JSON.stringify(one));
    const { bytes } = await fileOf(one);
    for (const told of ['+48.1374', 'Home of Ada']) assert.ok(!bytes.includes(told), `${name} tells ${told}`);
    writeFileSync(join(folder, `kept-${name}`), bytes);
    assert.deepEqual(frames(join(folder, `kept-${name}`)), frames(join(folder, name)), name);
    const again = await give(original, name, type);
    assert.deepEqual((await fileOf(again)).bytes, bytes);
    const clean = await give(bytes, name, type);
    assert.deepEqual((await fileOf(clean)).bytes, bytes, 'what is clean stays as it is');
  }
});

test('name, declared type and content agree, or nothing is stored', async () => {
  const png = made('c.png', ...colours('16x16'), '-frames:v', '1');
  for (const [name, type] of [['c.html', ''], ['c.svg', ''], ['c.pdf', ''], ['c.exe', ''], ['c.png', 'text/html'], ['c.png', 'image/svg+xml'], ['c.png', 'video/mp4']]) {
    const refused = await give(png, name, type);
    assert.deepEqual([refused.status, refused.type], [415, 'urn:reprise:problem:upload-type-refused'], `${name} ${type}`);
  }
  assert.equal((await give(png, 'c.jpg', 'image/jpeg')).media_type, 'image/png');
});

test('a name is data: no path, no control character, no trick with the direction of text', async () => {
  const names = {
    '../../etc/passwd': 'passwd', '/etc/shadow': 'shadow', 'C:\\Windows\\win.ini': 'win.ini', '..': 'file', '.htaccess': 'htaccess',
    'a\u202Egpj.txt': 'agpj.txt', 'a%00b.txt': 'a%00b.txt', [`${'n'.repeat(300)}.txt`]: `${'n'.repeat(251)}.txt`, 'wie schön.txt': 'wie schön.txt', '${HOME}.txt': '${HOME}.txt',
  };
  for (const [name, kept] of Object.entries(names)) {
    const metadata = `filename ${Buffer.from(name).toString('base64')}`;
    const begun = await server.fetch('/api/uploads', { method: 'POST', headers: { 'tus-resumable': '1.0.0', 'upload-length': '0', 'upload-metadata': metadata } });
    assert.equal(begun.status, 201, name);
    const place = begun.headers.get('location');
    assert.equal((await server.ask('GET', `${place}/info`)).body.name, kept);
    const disposition = (await server.fetch(place)).headers.get('content-disposition');
    assert.match(disposition, /^attachment; filename="[^"/\\]*"; filename\*=UTF-8''[^/\\"]*$/, name);
  }
});

/** Repeatable numbers. */
function random(seed) {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state % below;
  };
}
/** The file with some of its bytes behind the head changed, or cut short, or a piece of it repeated. */
function broken(bytes, next) {
  const copy = Buffer.from(bytes);
  const kind = next(3);
  if (kind === 0) return copy.subarray(0, 64 + next(copy.length - 64));
  if (kind === 1) {
    const at = 64 + next(copy.length - 64);
    return Buffer.concat([copy.subarray(0, at), copy.subarray(32, 32 + next(2000)), copy.subarray(at)]);
  }
  for (let count = 1 + next(40); count > 0; --count) copy[40 + next(copy.length - 40)] = next(256);
  return copy;
}

/** A PDF with these objects. */
const pdf = (page, ...more) => `%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n3 0 obj<</Type/Page/Parent 2 0 R${page}>>endobj\n${more.join('\n')}\ntrailer<</Root 1 0 R>>\n%%EOF\n`;
function pngOf(width, height, data) {
  const chunk = (kind, body) => {
    const head = Buffer.alloc(8);
    head.writeUInt32BE(body.length);
    head.write(kind, 4);
    return Buffer.concat([head, body, Buffer.alloc(4)]);
  };
  const size = Buffer.alloc(13);
  size.writeUInt32BE(width);
  size.writeUInt32BE(height, 4);
  size.set([8, 6, 0, 0, 0], 8);
  return Buffer.concat([Buffer.from('89504e470d0a1a0a', 'hex'), chunk('IHDR', size), chunk('IDAT', data), chunk('IEND', Buffer.alloc(0))]);
}
/** Nobody waits for a preview any more: the last one that was wanted is there. */
async function allLookedAt() {
  const last = await give(pdf(`/MediaBox[0 0 ${100 + Math.floor(Math.random() * 1000)} 100]`), 'last.pdf');
  await eventually(() => server.ask('GET', `/api/uploads/${last.id}/info`), ({ body }) => body.has_preview, 300_000);
  await server.ask('DELETE', `/api/uploads/${last.id}`);
}

async function attack(rounds, seed) {
  const next = random(seed);
  const whole = [
    ['a.mp4', made('x.mp4', ...colours('64x48'), '-t', '0.3', '-pix_fmt', 'yuv420p')], ['a.webm', made('x.webm', ...colours('64x48'), '-t', '0.3', '-deadline', 'realtime')],
    ['a.mov', made('x.mov', ...colours('64x48'), '-t', '0.3', '-pix_fmt', 'yuv420p')], ['a.m4a', made('x.m4a', '-f', 'lavfi', '-i', 'sine=d=0.3')],
    ['a.ogg', made('x.ogg', '-f', 'lavfi', '-i', 'sine=d=0.3', '-c:a', 'libopus')], ['a.flac', made('x.flac', '-f', 'lavfi', '-i', 'sine=d=0.3')],
    ['a.jpg', withExif(made('x.jpg', ...colours('700x50'), '-frames:v', '1'), 6)], ['a.webp', made('x.webp', ...colours('700x50'), '-frames:v', '1')],
    ['a.gif', made('x.gif', ...colours('64x48'), '-t', '0.2')], ['a.pdf', Buffer.from(pdf('/MediaBox[0 0 90 90]/Contents 4 0 R', '4 0 obj<</Length 44>>stream\n0 0 50 50 re f BT /F1 12 Tf (hello) Tj ET 1 0 0\nendstream endobj'))],
  ];
  const kept = [];
  for (let round = 0; round < rounds; ++round) {
    for (const [name, bytes] of whole) {
      const one = await give(broken(bytes, next), name);
      assert.ok([201, 400, 415].includes(one.status), `${name} in round ${round} of seed ${seed}: ${JSON.stringify(one)}`);
      if (one.status === 201) kept.push(one);
    }
  }
  await allLookedAt();
  for (const one of kept) {
    const preview = await fileOf(one, '/preview');
    assert.ok([200, 404].includes(preview.status));
    if (preview.status === 200) assert.match(preview.type, /^image\/(jpeg|png)$/);
    await server.ask('DELETE', `/api/uploads/${one.id}`);
  }
}

describe('files made to break whoever opens them', () => {
  test('broken media: the child may fail, the server stays, and nothing is left', async () => {
    await attack(1, 20_261_129);
    assert.equal((await server.ask('GET', '/healthz')).status, 200);
    const place = join(server.dataDir, 'previews');
    await eventually(() => (existsSync(place) ? readdirSync(place) : []), (left) => left.length === 0);
  });

  long('the same, many times', async () => {
    await attack(60, Number(process.env.TEST_SEED ?? Date.now() % 1_000_000));
    assert.equal((await server.ask('GET', '/healthz')).status, 200);
  });

  test('bombs: more pixels than are taken, pixels that unpack to gigabytes, pages as large as a city', async () => {
    const refused = await give(pngOf(60_000, 60_000, Buffer.alloc(10)), 'bomb.png');
    assert.deepEqual([refused.status, refused.type], [415, 'urn:reprise:problem:upload-picture-too-large']);
    const bombs = [
      await give(pngOf(9_000, 9_000, deflateSync(Buffer.alloc(64 << 20))), 'zeros.png'),
      await give(pdf('/MediaBox[0 0 99999999 99999999]/Contents 4 0 R', '4 0 obj<</Length 10>>stream\n0 0 9 9 re f\nendstream endobj'), 'city.pdf'),
      await give(pdf('/MediaBox[0 0 90 90]/Contents 4 0 R', `4 0 obj<</Length 99/Filter[/ASCIIHexDecode/RunLengthDecode]>>stream\n${'8141'.repeat(20_000)}80>\nendstream endobj`), 'run.pdf'),
      await give(pdf('/MediaBox[0 0 90 90]/Resources<</XObject<</A 4 0 R>>>>/Contents 5 0 R', '4 0 obj<</Type/XObject/Subtype/Form/BBox[0 0 9 9]/Resources<</XObject<</A 4 0 R>>>>/Length 5>>stream\n/A Do\nendstream endobj', '5 0 obj<</Length 5>>stream\n/A Do\nendstream endobj'), 'itself.pdf'),
    ];
    for (const one of bombs) assert.equal(one.status, 201, JSON.stringify(one));
    await allLookedAt();
    assert.equal((await server.ask('GET', '/healthz')).status, 200);
  });

  test('lists that programs follow are refused by their content, whatever their name and type', async () => {
    const lists = ['#EXTM3U\n#EXT-X-MEDIA-SEQUENCE:0\n#EXTINF:1,\nfile:///etc/passwd', 'ffconcat version 1.0\nfile /etc/passwd', '<?xml version="1.0"?><MPD/>', 'v=0\r\no=- 0 0 IN IP4 127.0.0.1'];
    for (const list of lists) {
      for (const name of ['a.mp4', 'a.txt', 'a.mp3', 'a']) assert.equal((await give(list, name)).status, 415, `${name}: ${list}`);
    }
  });
});

test('whatever was sent, the server ends as it should', async () => assert.equal(await server.stop(), 0));

// The emulator's text API and Files API, through the official SDK (@google/genai 3.1.0), and what it does like OpenAI, through `openai`.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { deflateSync } from 'node:zlib';
import { clientOf, fromWeb, KEY, spoken, startEmulator } from './live-harness.mjs';

const { default: OpenAI } = fromWeb('openai');
const MODEL = 'gemini-3.8-flash';
const SCENARIO = `
texts:
  - {match: please be blocked, block: SAFETY}
  - {match: too much, error: 429, retry_after_s: 7}
  - {match: overloaded, error: 503}
  - {match: half an answer, say: "One two three four five six seven eight nine ten.", cut_after: 1}
  - {match: unsafe end, say: "I begin.", finish: SAFETY}
  - {match: slowly, say: "One two three four five six seven eight.", piece_ms: 300}
file_processing_ms: 300
`;

let emulator;
before(async () => {
  emulator = await startEmulator({ scenario: SCENARIO });
});
after(async () => assert.equal(await emulator.stop(), 0));

const ask = (contents, config) => clientOf(emulator.url).models.generateContent({ model: MODEL, contents, config });
const all = async (stream) => {
  const chunks = [];
  for await (const chunk of stream) chunks.push(chunk);
  return chunks;
};
const streamed = async (contents, config) =>
  all(await clientOf(emulator.url).models.generateContentStream({ model: MODEL, contents, config }));
/** A PNG of 2 × 3 pixels that ends too early: only its header can be looked at. */
const PNG = Buffer.from(
  '89504e470d0a1a0a0000000d494844520000000200000003080200000036883fba0000000a49444154789c6360200000000700010502000000000049454e44ae426082',
  'hex',
);
/** Whole pictures: orange, blue, and green. */
const COLOURS = {
  'image/png': 'iVBORw0KGgoAAAANSUhEUgAAAAIAAAADCAIAAAA2iEnWAAAAEElEQVR4nGP438AARAwoFABkUAj7XH75jwAAAABJRU5ErkJggg==',
  'image/gif': 'R0lGODlhAgADAIAAAAAA/wAAACwAAAAAAgADAAACBAQIECgAOw==',
  'image/webp': 'UklGRjYAAABXRUJQVlA4ICoAAACQAQCdASoQABAAAgA0JaACdLoAA5gA/vUnX/uOwN14t/+QY8lPQ1muAAA=',
};
const PDF = Buffer.from('%PDF-1.4\n1 0 obj<</Type/Pages/Count 2>>endobj\n2 0 obj<</Type/Page>>endobj\n3 0 obj<</Type /Page>>endobj\n%%EOF');

/** A PDF whose objects lie in a compressed object stream (ISO 32000-1, 7.5.7). */
const packedPdf = (objects) =>
  Buffer.concat([
    Buffer.from('%PDF-1.5\n1 0 obj\n<</Type/ObjStm/N 3/First 20/Filter/FlateDecode>>\nstream\n'),
    deflateSync(objects),
    Buffer.from('\nendstream\nendobj\n%%EOF'),
  ]);

function wave(pcm, rate) {
  const head = Buffer.alloc(44);
  head.write('RIFF', 0);
  head.writeUInt32LE(36 + pcm.length, 4);
  head.write('WAVEfmt ', 8);
  head.writeUInt32LE(16, 16);
  head.writeUInt16LE(1, 20);
  head.writeUInt16LE(1, 22);
  head.writeUInt32LE(rate, 24);
  head.writeUInt32LE(rate * 2, 28);
  head.writeUInt16LE(2, 32);
  head.writeUInt16LE(16, 34);
  head.write('data', 36);
  head.writeUInt32LE(pcm.length, 40);
  return Buffer.concat([head, pcm]);
}

describe('generateContent', () => {
  test('answers, with usage, model and id', async () => {
    const answer = await ask('repeat after me the weather is nice');
    assert.equal(answer.text, 'The weather is nice.');
    assert.equal(answer.candidates[0].finishReason, 'STOP');
    assert.equal(answer.modelVersion, MODEL);
    assert.ok(answer.responseId.length > 0);
    const usage = answer.usageMetadata;
    assert.equal(usage.totalTokenCount, usage.promptTokenCount + usage.candidatesTokenCount);
    assert.deepEqual(usage.promptTokensDetails.map((row) => row.modality), ['TEXT']);
  });

  test('knows what was said before', async () => {
    const answer = await ask([
      { role: 'user', parts: [{ text: 'My cat is called Pixel.' }] },
      { role: 'model', parts: [{ text: 'Nice.' }] },
      { role: 'user', parts: [{ text: 'What did I say?' }] },
    ]);
    assert.equal(answer.text, 'Before, you said: My cat is called Pixel.');
  });

  test('stops at the limit of tokens', async () => {
    const answer = await ask('tell me a story', { maxOutputTokens: 10 });
    assert.equal(answer.candidates[0].finishReason, 'MAX_TOKENS');
    assert.ok(answer.usageMetadata.candidatesTokenCount <= 10);
  });

  test('shows a summary of its reasoning when asked to', async () => {
    const answer = await ask('hello', { thinkingConfig: { includeThoughts: true } });
    const [thought, text] = answer.candidates[0].content.parts;
    assert.equal(thought.thought, true);
    assert.equal(text.thought, undefined);
    assert.ok(answer.usageMetadata.thoughtsTokenCount > 0);
  });

  test('looks at pictures, documents, sound and text', async () => {
    const inline = (mimeType, data) => ({ inlineData: { mimeType, data: data.toString('base64') } });
    const about = async (...parts) => (await ask([{ role: 'user', parts: [...parts, { text: 'What is it?' }] }])).text;
    assert.equal(await about(inline('image/png', PNG)), 'I got a PNG picture of 2 by 3 pixels.');
    for (const [type, said] of [['image/png', 'a PNG picture of 2 by 3 pixels, on average orange'], ['image/gif', 'a GIF picture of 2 by 3 pixels, on average blue'], ['image/webp', 'a WebP picture of 16 by 16 pixels, on average dark green']]) {
      assert.equal(await about(inline(type, Buffer.from(COLOURS[type], 'base64'))), `I got ${said}.`);
    }
    assert.equal(await about(inline('application/pdf', PDF)), 'I got a PDF with 2 pages.');
    assert.equal(await about(inline('application/pdf', packedPdf('<</Type/Page>> <</Type /Page /Parent 1 0 R>> <</Type/Pages>>'))), 'I got a PDF with 2 pages.');
    assert.equal(await about(inline('application/pdf', packedPdf('x'.repeat(80_000_000) + '<</Type/Page>>'))), 'I got a PDF.', 'a bomb is not unpacked');
    assert.equal(await about(inline('text/plain', Buffer.from('a\nb\nc'))), 'I got a text of 3 lines.');
    assert.match(await about(inline('audio/wav', wave(Buffer.from(spoken('what time is it').buffer), 16_000))), /seconds of sound, in which I understood: what time is it\.$/);
    assert.match(
      await about(inline('image/png', PNG), inline('application/pdf', PDF)),
      /^I got a PNG picture of 2 by 3 pixels, and a PDF with 2 pages\.$/,
    );
  });
});

describe('generateContentStream', () => {
  test('comes in pieces, the last of which says why it ends', async () => {
    const chunks = await streamed('tell me a story');
    assert.ok(chunks.length > 5);
    assert.match(chunks.map((chunk) => chunk.text).join(''), /^A snail wanted to see the sea\..*too early\.$/s);
    for (const chunk of chunks.slice(0, -1)) assert.equal(chunk.candidates[0].finishReason, undefined);
    assert.equal(chunks.at(-1).candidates[0].finishReason, 'STOP');
    assert.ok(chunks.at(-1).usageMetadata.candidatesTokenCount > 20);
  });

  test('is framed as Google frames it: data lines, blank lines with CR LF, no names, no [DONE]', async () => {
    const answer = await fetch(`${emulator.url}/v1beta/models/${MODEL}:streamGenerateContent?alt=sse`, {
      method: 'POST',
      headers: { 'x-goog-api-key': KEY, 'content-type': 'application/json' },
      body: JSON.stringify({ contents: [{ parts: [{ text: 'hello' }] }] }),
    });
    assert.match(answer.headers.get('content-type'), /^text\/event-stream/);
    const body = await answer.text();
    assert.match(body, /^(data: \{[^\r\n]*\}\r\n\r\n)+$/);
  });

  test('without alt=sse it is one array of JSON', async () => {
    const answer = await fetch(`${emulator.url}/v1beta/models/${MODEL}:streamGenerateContent`, {
      method: 'POST',
      headers: { 'x-goog-api-key': KEY, 'content-type': 'application/json' },
      body: JSON.stringify({ contents: [{ parts: [{ text: 'hello' }] }] }),
    });
    const objects = await answer.json();
    assert.equal(objects.at(-1).candidates[0].finishReason, 'STOP');
  });

  test('shows Markdown with every element', async () => {
    const text = (await streamed('show me every element of markdown')).map((chunk) => chunk.text).join('');
    for (const element of [/^## /m, /\*\*bold\*\*/, /^- one$/m, /^1\. first$/m, /^- \[x\] done$/m, /^> /m, /^\| one \| 1 \|$/m, /^```python$/m, /\$a\^2/, /\$\$/, /^---$/m, /\]\(https:/]) {
      assert.match(text, element);
    }
  });

  test('can be slow', async () => {
    const began = performance.now();
    const chunks = await streamed('slowly please');
    assert.equal(chunks.length, 2);
    assert.ok(performance.now() - began >= 590);
  });
});

describe('what goes wrong', () => {
  const status = (expected) => (error) => {
    assert.equal(error.status, expected);
    return true;
  };
  test('a blocked prompt has no candidates', async () => {
    const answer = await ask('please be blocked');
    assert.equal(answer.promptFeedback.blockReason, 'SAFETY');
    assert.equal(answer.candidates, undefined);
    const chunks = await streamed('please be blocked');
    assert.equal(chunks[0].promptFeedback.blockReason, 'SAFETY');
  });
  test('an answer can end unsafe', async () => {
    const chunks = await streamed('unsafe end');
    assert.equal(chunks.at(-1).candidates[0].finishReason, 'SAFETY');
  });
  test('a stream can be cut: no finish reason', async () => {
    const chunks = await streamed('half an answer');
    assert.equal(chunks.map((chunk) => chunk.text).join(''), 'One two three four ');
    assert.equal(chunks.at(-1).candidates[0].finishReason, undefined);
  });
  test('429 says when to come again', async () => {
    await assert.rejects(ask('too much'), (error) => {
      assert.equal(error.status, 429);
      assert.match(error.message, /"status": *"RESOURCE_EXHAUSTED"/);
      assert.match(error.message, /"retryDelay": *"7s"/);
      return true;
    });
  });
  test('503', () => assert.rejects(ask('overloaded'), status(503)));
  test('an unknown model is 404', () =>
    assert.rejects(clientOf(emulator.url).models.generateContent({ model: 'gemini-0.1', contents: 'hi' }), status(404)));
  test('a Live model has no generateContent', () =>
    assert.rejects(clientOf(emulator.url).models.generateContent({ model: 'gemini-3.8-live', contents: 'hi' }), status(404)));
  test('a wrong key is 400', () =>
    assert.rejects(clientOf(emulator.url, 'wrong').models.generateContent({ model: MODEL, contents: 'hi' }), status(400)));
  for (const [name, body] of [
    ['an unknown field', { contents: [{ parts: [{ text: 'hi' }] }], temprature: 1 }],
    ['no contents', {}],
    ['no parts', { contents: [{ parts: [] }] }],
    ['an unknown role', { contents: [{ role: 'assistant', parts: [{ text: 'hi' }] }] }],
    ['the model last', { contents: [{ role: 'model', parts: [{ text: 'hi' }] }] }],
    ['a text that is a number', { contents: [{ parts: [{ text: 7 }] }] }],
    ['null', { contents: [{ parts: [{ text: 'hi' }] }], tools: null }],
  ]) {
    test(`${name} is 400`, async () => {
      const answer = await fetch(`${emulator.url}/v1beta/models/${MODEL}:generateContent`, {
        method: 'POST',
        headers: { 'x-goog-api-key': KEY, 'content-type': 'application/json' },
        body: JSON.stringify(body),
      });
      assert.equal(answer.status, 400);
      assert.equal((await answer.json()).error.status, 'INVALID_ARGUMENT');
    });
  }
});

test('countTokens and models', async () => {
  const client = clientOf(emulator.url);
  const { totalTokens } = await client.models.countTokens({ model: MODEL, contents: 'eight letters' });
  assert.equal(totalTokens, 4);
  assert.equal((await client.models.get({ model: MODEL })).name, `models/${MODEL}`);
  const names = (await all(await client.models.list())).map((model) => model.name);
  assert.ok(names.includes(`models/${MODEL}`) && names.includes('models/gemini-3.8-live'));
});

describe('files', () => {
  const upload = (bytes, mimeType, displayName) =>
    clientOf(emulator.url).files.upload({ file: new Blob([bytes], { type: mimeType }), config: { mimeType, displayName } });

  test('a file is uploaded, listed, asked about and deleted', async () => {
    const client = clientOf(emulator.url);
    const file = await upload(PDF, 'application/pdf', 'two.pdf');
    assert.equal(file.state, 'ACTIVE');
    assert.equal(file.displayName, 'two.pdf');
    assert.equal(Number(file.sizeBytes), PDF.length);
    assert.equal(Date.parse(file.expirationTime) - Date.parse(file.createTime), 48 * 3600 * 1000);
    const listed = (await all(await client.files.list())).map((one) => one.name);
    assert.ok(listed.includes(file.name));
    const answer = await ask([{ role: 'user', parts: [{ fileData: { fileUri: file.uri, mimeType: file.mimeType } }, { text: 'What is it?' }] }]);
    assert.equal(answer.text, 'I got a PDF with 2 pages.');
    await client.files.delete({ name: file.name });
    await assert.rejects(client.files.get({ name: file.name }), (error) => error.status === 403);
    await assert.rejects(ask([{ role: 'user', parts: [{ fileData: { fileUri: file.uri } }, { text: '?' }] }]), (error) => error.status === 403);
  });

  test('more than one piece of 8 MiB', async () => {
    const bytes = Buffer.alloc(9 * 1024 * 1024, 'a line\n');
    const file = await upload(bytes, 'text/plain', 'long.txt');
    assert.equal(Number(file.sizeBytes), bytes.length);
  });

  test('a video is PROCESSING first, and of no use until it is ACTIVE', async () => {
    const client = clientOf(emulator.url);
    let file = await upload(Buffer.alloc(5000), 'video/mp4', 'a.mp4');
    assert.equal(file.state, 'PROCESSING');
    await assert.rejects(ask([{ role: 'user', parts: [{ fileData: { fileUri: file.uri } }, { text: '?' }] }]), (error) => {
      assert.equal(error.status, 400);
      assert.match(error.message, /FAILED_PRECONDITION/);
      return true;
    });
    for (let i = 0; i < 400 && file.state !== 'ACTIVE'; ++i) {
      await sleep(50);
      file = await client.files.get({ name: file.name });
    }
    assert.equal(file.state, 'ACTIVE');
    const answer = await ask([{ role: 'user', parts: [{ fileData: { fileUri: file.uri } }, { text: '?' }] }]);
    assert.equal(answer.text, 'I got a video of 5 kB.');
  });

  test('an upload is asked for, goes on only where it ended, and can be cancelled', async () => {
    const begun = await fetch(`${emulator.url}/upload/v1beta/files`, {
      method: 'POST',
      headers: { 'x-goog-api-key': KEY, 'X-Goog-Upload-Protocol': 'resumable', 'X-Goog-Upload-Command': 'start', 'X-Goog-Upload-Header-Content-Length': '6', 'X-Goog-Upload-Header-Content-Type': 'text/plain' },
      body: '{}',
    });
    const url = begun.headers.get('x-goog-upload-url');
    assert.equal(begun.headers.get('x-goog-upload-status'), 'active');
    const command = (name, headers = {}, body = undefined) =>
      fetch(url, { method: 'POST', headers: { 'X-Goog-Upload-Command': name, ...headers }, body });
    assert.equal((await command('upload', { 'X-Goog-Upload-Offset': '0' }, 'abc')).status, 200);
    assert.equal((await command('upload', { 'X-Goog-Upload-Offset': '1' }, 'xyz')).status, 400);
    assert.equal((await command('query')).headers.get('x-goog-upload-size-received'), '3');
    assert.equal((await command('upload', { 'X-Goog-Upload-Offset': '3' }, 'defg')).status, 400);
    const done = await command('upload, finalize', { 'X-Goog-Upload-Offset': '3' }, 'def');
    assert.equal(done.headers.get('x-goog-upload-status'), 'final');
    assert.equal((await done.json()).file.sizeBytes, '6');
    assert.equal((await command('cancel')).status, 404);
  });
});

describe('as OpenAI', () => {
  const client = (apiKey = KEY) => new OpenAI({ apiKey, baseURL: `${emulator.url}/v1`, maxRetries: 0 });
  const messages = [
    { role: 'system', content: 'Be brief.' },
    { role: 'user', content: 'repeat after me hello world' },
  ];

  test('models', async () => {
    const models = await all(await client().models.list());
    assert.deepEqual(models.map((model) => model.id), ['emulated-1']);
  });
  test('a whole answer', async () => {
    const answer = await client().chat.completions.create({ model: 'emulated-1', messages });
    assert.equal(answer.choices[0].message.content, 'Hello world.');
    assert.equal(answer.choices[0].finish_reason, 'stop');
    assert.equal(answer.usage.total_tokens, answer.usage.prompt_tokens + answer.usage.completion_tokens);
  });
  test('a stream, with usage at its end', async () => {
    const chunks = await all(
      await client().chat.completions.create({
        model: 'emulated-1',
        stream: true,
        stream_options: { include_usage: true },
        messages: [{ role: 'user', content: 'tell me a story' }],
      }),
    );
    const text = chunks.map((chunk) => chunk.choices[0]?.delta.content ?? '').join('');
    assert.match(text, /^A snail/);
    assert.equal(chunks.at(-2).choices[0].finish_reason, 'stop');
    assert.ok(chunks.at(-1).usage.completion_tokens > 20);
  });
  test('a picture', async () => {
    const content = [
      { type: 'text', text: 'What is it?' },
      { type: 'image_url', image_url: { url: `data:image/png;base64,${PNG.toString('base64')}` } },
    ];
    const answer = await client().chat.completions.create({ model: 'emulated-1', messages: [{ role: 'user', content }] });
    assert.equal(answer.choices[0].message.content, 'I got a PNG picture of 2 by 3 pixels.');
  });
  test('errors have its classes', async () => {
    const create = (model, text, key) =>
      client(key).chat.completions.create({ model, messages: [{ role: 'user', content: text }] });
    await assert.rejects(create('emulated-1', 'hi', 'wrong'), OpenAI.AuthenticationError);
    await assert.rejects(create('gpt-0', 'hi'), OpenAI.NotFoundError);
    await assert.rejects(create('emulated-1', 'too much'), OpenAI.RateLimitError);
    await assert.rejects(client().chat.completions.create({ model: 'emulated-1', messages: [] }), OpenAI.BadRequestError);
    await assert.rejects(
      client().chat.completions.create({ model: 'emulated-1', messages: [{ role: 'user', content: [{ type: 'image_url', image_url: { url: 'https://example.com/a.png' } }] }] }),
      OpenAI.BadRequestError,
    );
  });
});

import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { mediaStrings, redactWire } from './wire-redaction';

const hash = (secret: string) => `sha256:${createHash('sha256').update(secret).digest('hex')}`;
const A = 'QUJD';
const B = 'REVG';

describe('redactWire', () => {
  it.each<[string, string, (string | null)[], string]>([
    [
      'microphone sound, all other bytes as they were',
      `{ "realtimeInput": {"audio":{"data" : "${A}","mimeType":"audio\\/pcm;rate=16000"}}}\n`,
      ['ref:/mic/pcm#320+320'],
      '{ "realtimeInput": {"audio":{"data" : "ref:/mic/pcm#320+320","mimeType":"audio\\/pcm;rate=16000"}}}\n',
    ],
    [
      'a picture',
      `{"realtimeInput":{"video":{"mimeType":"image/jpeg","data":"${A}"}}}`,
      ['ref:/frames/jpeg#7'],
      '{"realtimeInput":{"video":{"mimeType":"image/jpeg","data":"ref:/frames/jpeg#7"}}}',
    ],
    [
      'several parts in order, one of them kept',
      `{"serverContent":{"modelTurn":{"parts":[{"inlineData":{"data":"${A}"}},{"text":"x"},{"inlineData":{"data":"${B}"}},{"inlineData":{"data":"${A}"}}]}}}`,
      ['ref:/model/pcm#0+1', null, 'ref:/model/pcm#1+1'],
      `{"serverContent":{"modelTurn":{"parts":[{"inlineData":{"data":"ref:/model/pcm#0+1"}},{"text":"x"},{"inlineData":{"data":"${B}"}},{"inlineData":{"data":"ref:/model/pcm#1+1"}}]}}}`,
    ],
    [
      'snake_case and a list of chunks',
      `{"realtime_input":{"media_chunks":[{"mime_type":"a","data":"${A}"},{"data":"${B}"}]},"x":{"inline_data":{"data":"${A}"}}}`,
      ['r1', 'r2', 'r3'],
      '{"realtime_input":{"media_chunks":[{"mime_type":"a","data":"r1"},{"data":"r2"}]},"x":{"inline_data":{"data":"r3"}}}',
    ],
    [
      'data that is not media stays',
      '{"toolCall":{"args":{"data":"hello"}},"data":"top"}',
      [],
      '{"toolCall":{"args":{"data":"hello"}},"data":"top"}',
    ],
    [
      'media without references stays',
      `{"audio":{"data":"${A}"}}`,
      [],
      `{"audio":{"data":"${A}"}}`,
    ],
    [
      'a resumption handle',
      '{"sessionResumptionUpdate":{"newHandle":"Cih+/=","resumable":true}}',
      [],
      `{"sessionResumptionUpdate":{"newHandle":"${hash('Cih+/=')}","resumable":true}}`,
    ],
    [
      'handles in setup, snake_case, escaped',
      '{"setup":{"session_resumption":{"handle":"a\\u0062c"}},"new_handle":"x"}',
      [],
      `{"setup":{"session_resumption":{"handle":"${hash('abc')}"}},"new_handle":"${hash('x')}"}`,
    ],
    ['an escaped member name', '{"h\\u0061ndle":"s"}', [], `{"h\\u0061ndle":"${hash('s')}"}`],
    ['an empty handle', '{"newHandle":""}', [], '{"newHandle":""}'],
    [
      'tokens and keys, nested anywhere',
      '{"a":[{"apiKey":"k1","b":{"access_token":"k2","token":["k3"]}}]}',
      [],
      `{"a":[{"apiKey":"${hash('k1')}","b":{"access_token":"${hash('k2')}","token":["${hash('k3')}"]}}]}`,
    ],
    [
      'a token inside an address',
      '{"error":"ws://h//ws/X?access_token=auth_tokens/abc-1.2&alt=json failed"}',
      [],
      `{"error":"ws://h//ws/X?access_token=${hash('auth_tokens/abc-1.2')}&alt=json failed"}`,
    ],
    [
      'a key in an address and a bare token',
      '{"m":"https://h/v1?key=abc123","n":"Token auth_tokens/zz"}',
      [],
      `{"m":"https://h/v1?key=${hash('abc123')}","n":"Token ${hash('auth_tokens/zz')}"}`,
    ],
    [
      'words about tokens stay',
      '{"serverContent":{"outputTranscription":{"text":"The key? It is = 5, a handle: \\"x\\"."}},"usageMetadata":{"promptTokenCount":3}}',
      [],
      '{"serverContent":{"outputTranscription":{"text":"The key? It is = 5, a handle: \\"x\\"."}},"usageMetadata":{"promptTokenCount":3}}',
    ],
    [
      'a quote before the end of a string',
      '{"handle":"a\\\\","b":"c"}',
      [],
      `{"handle":"${hash('a\\')}","b":"c"}`,
    ],
    ['what is no JSON', 'hello', [], 'hello'],
    [
      'broken JSON with secrets',
      '{"newHandle":"abc","x":{"apiKey": "k',
      [],
      `{"newHandle":"${hash('abc')}","x":{"apiKey": "${hash('k')}`,
    ],
    [
      'mismatched brackets with a token',
      '{"a":"auth_tokens/q"]',
      [],
      `{"a":"${hash('auth_tokens/q')}"]`,
    ],
  ])('%s', (_, text, media, kept) => {
    expect(redactWire(text, media)).toBe(kept);
  });

  it('takes a known secret out wherever it stands', () => {
    const kept = redactWire('{"a":"say s3cret now","b":"s3cret"}', [], ['s3cret']);
    expect(kept).toBe(`{"a":"say ${hash('s3cret')} now","b":"${hash('s3cret')}"}`);
  });
});

describe('mediaStrings', () => {
  it('lists the strings that need a reference', () => {
    expect(
      mediaStrings(`{"x":[{"inlineData":{"data":"${A}"}},{"audio":{"data":"${B}"}}]}`),
    ).toEqual([A, B]);
  });
});

import { describe, expect, it } from 'vitest';
import { fromBase64, ModelAudioError, ModelAudioReader, pcmRate, toBase64 } from './model-audio';

const kPcm = 'audio/pcm;rate=24000';
const base64 = (...bytes: number[]) => toBase64(Uint8Array.from(bytes));

describe('ModelAudioReader', () => {
  it('numbers samples and carries an odd byte over', () => {
    const reader = new ModelAudioReader();
    const parts = [base64(1, 0, 2), base64(0), base64(), base64(0xff, 0xff, 9), base64(1, 2)].map(
      (part) => reader.read(kPcm, part),
    );
    expect(parts.map(({ firstSample, pcm }) => [firstSample, [...pcm]])).toEqual([
      [0, [1]],
      [1, [2]],
      [2, []],
      [2, [-1]],
      [3, [9 + 256]],
    ]);
    expect(parts.map(({ data }) => [...data])).toEqual([[1, 0], [2, 0], [], [255, 255], [9, 1]]);
  });

  it.each(['audio/pcm;rate=16000', 'audio/mpeg', 'audio/pcm;rate=x', 'audio/ogg;rate=24000'])(
    'refuses %s and says why',
    (mimeType) => {
      expect(() => new ModelAudioReader().read(mimeType, '')).toThrow(ModelAudioError);
      expect(() => new ModelAudioReader().read(mimeType, '')).toThrow(mimeType);
    },
  );

  it('refuses what is not base64', () => {
    expect(() => new ModelAudioReader().read(kPcm, '*')).toThrow(ModelAudioError);
  });
});

it.each([
  ['audio/pcm', 24000],
  ['audio/pcm;rate=24000', 24000],
  ['audio/L16; Rate=16000', 16000],
  ['audio/mp3', null],
])('reads the rate of %s', (mimeType, rate) => {
  expect(pcmRate(mimeType)).toBe(rate);
});

it('reads standard and url-safe base64', () => {
  expect([...fromBase64('-_8=')]).toEqual([...fromBase64('+/8')]);
  const long = new Uint8Array(100_000).map((_, i) => i);
  expect(fromBase64(toBase64(long))).toEqual(long);
});

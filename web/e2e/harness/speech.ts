import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export const MIC_RATE = 48_000;
const CACHE = join(tmpdir(), 'reprise-speech');

/** A sentence, and when it begins in the fake microphone's file. */
export type Line = { readonly atSeconds: number; readonly say: string };

/** One sentence in flite's voice `rms` as s16 mono at 48 kHz. */
export function speak(text: string): Int16Array {
  mkdirSync(CACHE, { recursive: true });
  const name = join(CACHE, createHash('sha256').update(text).digest('hex').slice(0, 16));
  if (!existsSync(`${name}.pcm`)) {
    execFileSync('flite', ['-voice', 'rms', '-t', text, '-o', `${name}.wav`]);
    execFileSync('ffmpeg', [
      '-y',
      '-v',
      'error',
      '-i',
      `${name}.wav`,
      '-ar',
      String(MIC_RATE),
      '-ac',
      '1',
      '-f',
      's16le',
      `${name}.pcm`,
    ]);
  }
  const bytes = readFileSync(`${name}.pcm`);
  return new Int16Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength));
}

export const secondsOf = (pcm: Int16Array) => pcm.length / MIC_RATE;

/** Puts sentences on one track. */
export function track(lines: readonly Line[], seconds: number): Int16Array {
  const samples = new Int16Array(Math.round(seconds * MIC_RATE));
  for (const line of lines) samples.set(speak(line.say), Math.round(line.atSeconds * MIC_RATE));
  return samples;
}

/** A beep of 50 ms at 1 kHz at the start of each second. */
export function beeps(seconds: number): Int16Array {
  const samples = new Int16Array(Math.round(seconds * MIC_RATE));
  for (let i = 0; i < samples.length; i++) {
    const inSecond = i % MIC_RATE;
    if (inSecond < 0.05 * MIC_RATE)
      samples[i] = Math.round(16000 * Math.sin((2 * Math.PI * 1000 * inSecond) / MIC_RATE));
  }
  return samples;
}

/** Writes a mono WAV file for Chromium's fake microphone. */
export function writeWav(path: string, samples: Int16Array): void {
  const header = Buffer.alloc(44);
  header.write('RIFF', 0);
  header.writeUInt32LE(36 + samples.byteLength, 4);
  header.write('WAVEfmt ', 8);
  header.writeUInt32LE(16, 16);
  header.writeUInt16LE(1, 20);
  header.writeUInt16LE(1, 22);
  header.writeUInt32LE(MIC_RATE, 24);
  header.writeUInt32LE(MIC_RATE * 2, 28);
  header.writeUInt16LE(2, 32);
  header.writeUInt16LE(16, 34);
  header.write('data', 36);
  header.writeUInt32LE(samples.byteLength, 40);
  writeFileSync(
    path,
    Buffer.concat([header, Buffer.from(samples.buffer, samples.byteOffset, samples.byteLength)]),
  );
}

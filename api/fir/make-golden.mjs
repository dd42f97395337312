// Prints api/fir/golden.json: s16 inputs and what each table makes of them, for the tests of the worklets and of C++.
// `node api/fir/make-golden.mjs > api/fir/golden.json`. A test checks that the stored file is what this prints.
import { readFileSync } from 'node:fs';

const tables = JSON.parse(readFileSync(new URL('taps.json', import.meta.url), 'utf8'));

/** Noise, an impulse, a full-scale square wave (which overshoots and is clamped), a tone, silence. */
function input(length) {
  let seed = 1;
  const noise = () => {
    seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0;
    return (seed >>> 16) - 32768;
  };
  const part = length / 6;
  return Array.from({ length }, (_, n) => {
    if (n < 2 * part) return noise();
    if (n < 3 * part) return n === Math.floor(2.5 * part) ? 32767 : 0;
    if (n < 4 * part) return Math.floor(n / 10) % 2 === 0 ? 32767 : -32768;
    if (n < 5 * part) return Math.round(20000 * Math.sin(n / 3));
    return 0;
  });
}

/** Value of s16, rounded half up and clamped. */
const toS16 = (value) => Math.max(-32768, Math.min(32767, Math.round(value)));
const at = (x, n) => (n < 0 ? 0 : x[n]);

function upsample(x, { taps }, factor) {
  return Array.from({ length: x.length * factor }, (_, m) => {
    const n = Math.floor(m / factor);
    let sum = 0;
    for (let k = 0; factor * k + (m % factor) < taps.length; k++) {
      sum += taps[factor * k + (m % factor)] * at(x, n - k);
    }
    return toS16(sum);
  });
}

function downsample(x, { taps }, factor) {
  return Array.from({ length: Math.ceil(x.length / factor) }, (_, i) => {
    let sum = 0;
    for (let k = 0; k < taps.length; k++) sum += taps[k] * at(x, factor * i - k);
    return toS16(sum);
  });
}

const short = input(360);
const long = input(900);
const golden = {
  mic_down_3: { input: long, output: downsample(long, tables.mic_down_3, 3) },
  mic_up_3: { input: short, output: upsample(short, tables.mic_up_3, 3) },
  model_up_2: { input: short, output: upsample(short, tables.model_up_2, 2) },
};
const rows = Object.entries(golden).map(
  ([name, { input: x, output: y }]) =>
    ` ${JSON.stringify(name)}: {\n  "input": ${JSON.stringify(x)},\n  "output": ${JSON.stringify(y)}\n }`,
);
process.stdout.write(`{\n${rows.join(',\n')}\n}\n`);

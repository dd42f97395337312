// Prints api/fir/taps.json: the one table of FIR taps for the worklets and for C++ (windowed sinc, Kaiser window).
// `node api/fir/make-taps.mjs > api/fir/taps.json`. A test checks that the stored file is what this prints.

/** Zeroth-order modified Bessel function of the first kind, by its power series. */
function bessel0(x) {
  let sum = 1;
  let term = 1;
  for (let k = 1; k < 50; k++) {
    term *= (x / (2 * k)) ** 2;
    sum += term;
  }
  return sum;
}

/** Low-pass of odd length: `cutoff` as a fraction of the sample rate, `gain` at 0 Hz. Rounded to 1e-9 so that the text is exact. */
function lowPass({ length, cutoff, beta, gain }) {
  const middle = (length - 1) / 2;
  const raw = Array.from({ length }, (_, n) => {
    const t = n - middle;
    const sinc = t === 0 ? 2 * cutoff : Math.sin(2 * Math.PI * cutoff * t) / (Math.PI * t);
    return sinc * (bessel0(beta * Math.sqrt(1 - (t / middle) ** 2)) / bessel0(beta));
  });
  const sum = raw.reduce((a, b) => a + b, 0);
  return raw.map((tap) => Number(((tap * gain) / sum).toFixed(9)));
}

const tables = {
  // 48 kHz -> 16 kHz: pass to 7 kHz, stop from 9 kHz.
  mic_down_3: { length: 95, cutoff: 7900 / 48000, beta: 7, gain: 1 },
  // 16 kHz -> 48 kHz, for the view media.
  mic_up_3: { length: 95, cutoff: 7900 / 48000, beta: 7, gain: 3 },
  // 24 kHz -> 48 kHz, in the playout worklet and in the fold.
  model_up_2: { length: 63, cutoff: 11800 / 48000, beta: 7, gain: 2 },
};
const out = Object.fromEntries(
  Object.entries(tables).map(([name, design]) => [
    name,
    { ...design, delay_frames: (design.length - 1) / 2, taps: lowPass(design) },
  ]),
);
process.stdout.write(`${JSON.stringify(out, null, 1)}\n`);

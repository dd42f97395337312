import { describe, expect, it } from 'vitest';
import type { PlayoutReport } from '../protocol';
import { PlayoutRing } from './playout-ring';

/** A ring with a clock: each `quantum()` is 128 context frames later. */
const setUp = () => {
  const reports: PlayoutReport[] = [];
  const ring = new PlayoutRing((report) => reports.push(report));
  const rendered: number[] = [];
  const out = new Float64Array(64);
  let frame = 0;
  const quanta = (count: number) => {
    for (let n = 0; n < count; n++) {
      ring.render(out, frame);
      rendered.push(...out);
      frame += 128;
    }
  };
  return { ring, reports, rendered, quanta };
};
const ramp = (length: number, from = 1) => Int16Array.from({ length }, (_, i) => from + i);
/** Rebuilds from the reports and the samples what was rendered, as docs/formats/recording.md 3.6 says. */
const rebuilt = (reports: readonly PlayoutReport[], pcm: readonly number[], length: number) => {
  const r = new Array<number>(length).fill(0);
  for (const report of reports) {
    if (report.type !== 'span') continue;
    for (let i = 0; i < report.sampleCount; i++) {
      r[report.contextFrame / 2 + i] = (pcm[report.firstSample + i] ?? Number.NaN) / 32768;
    }
  }
  for (const report of reports) {
    if (report.type !== 'fade') continue;
    for (let i = 0; i < report.sampleCount; i++) {
      const at = report.contextFrame / 2 + i;
      r[at] = (r[at] ?? 0) * (1 - (i + 1) / report.sampleCount);
    }
  }
  return r;
};
const spans = (reports: readonly PlayoutReport[]) =>
  reports.flatMap((report) =>
    report.type === 'span' ? [[report.item, report.firstSample, report.sampleCount]] : [],
  );
const of = (reports: readonly PlayoutReport[], type: PlayoutReport['type']) =>
  reports.filter((report) => report.type === type);

describe('PlayoutRing', () => {
  it('waits for 40 ms, then plays; the end of an item is no underrun', () => {
    const { ring, reports, rendered, quanta } = setUp();
    ring.enqueue(0, 0, ramp(959));
    quanta(3);
    expect(rendered.every((sample) => sample === 0)).toBe(true);
    ring.enqueue(0, 959, ramp(1, 960));
    ring.itemEnd(0);
    quanta(20);
    expect(rendered.slice(192, 192 + 960)).toEqual([...ramp(960)].map((sample) => sample / 32768));
    expect(reports).toEqual([
      { type: 'span', item: 0, firstSample: 0, sampleCount: 960, contextFrame: 384 },
    ]);
    expect(ring.renderedOfItem).toBe(960);
  });

  it('plays a short item at once when nothing more will come', () => {
    const { ring, reports, quanta } = setUp();
    ring.enqueue(3, 100, ramp(10));
    ring.itemEnd(3);
    quanta(2);
    expect(spans(reports)).toEqual([[3, 100, 10]]);
  });

  it('reports each real underrun and waits 20 ms longer, 120 ms at most', () => {
    const { ring, reports, quanta } = setUp();
    let first = 0;
    for (let n = 0; n < 7; n++) {
      const length = 24 * (40 + 20 * n);
      ring.enqueue(0, first, ramp(length));
      first += length;
      quanta(80);
    }
    expect(of(reports, 'underrun').map((row) => 'prebufferMs' in row && row.prebufferMs)).toEqual([
      60, 80, 100, 120, 120, 120, 120,
    ]);
    expect(ring.underruns).toBe(7);
  });

  it('does not call it an underrun when the ring is empty exactly at the end of a quantum', () => {
    const { ring, reports, quanta } = setUp();
    ring.enqueue(0, 0, ramp(960));
    quanta(15);
    ring.enqueue(0, 960, ramp(64));
    ring.itemEnd(0);
    quanta(3);
    expect(of(reports, 'underrun')).toEqual([]);
    expect(spans(reports)).toEqual([[0, 0, 1024]]);
  });

  it('fades out one quantum at a flush and drops the rest', () => {
    const { ring, reports, rendered, quanta } = setUp();
    const pcm = [...ramp(2400)];
    ring.enqueue(0, 0, Int16Array.from(pcm));
    quanta(3);
    ring.flush();
    quanta(1);
    expect(reports).toEqual([
      { type: 'span', item: 0, firstSample: 0, sampleCount: 256, contextFrame: 0 },
      { type: 'fade', contextFrame: 384, sampleCount: 64 },
      { type: 'flush', contextFrame: 512, item: 0, droppedSamples: 2400 - 256 },
    ]);
    expect(rendered[255]).toBe(0);
    quanta(2);
    expect(rendered).toEqual(rebuilt(reports, pcm, rendered.length));
  });

  it('keeps what comes after the flush message, also before the next quantum', () => {
    const { ring, reports, quanta } = setUp();
    ring.enqueue(0, 0, ramp(2400));
    quanta(1);
    ring.flush();
    ring.enqueue(1, 2400, ramp(1000));
    expect(ring.queuedSamples).toBe(2400 - 64 + 1000);
    ring.itemEnd(1);
    quanta(30);
    expect(spans(reports)).toEqual([
      [0, 0, 128],
      [1, 2400, 1000],
    ]);
  });

  it.each([
    ['an empty ring', 0],
    ['a ring that waits for its pre-buffer', 100],
  ])('flushes %s without a fade', (_, queued) => {
    const { ring, reports, quanta } = setUp();
    ring.enqueue(0, 0, ramp(queued));
    ring.flush();
    quanta(2);
    expect(reports).toEqual(
      queued > 0 ? [{ type: 'flush', contextFrame: 0, item: 0, droppedSamples: queued }] : [],
    );
  });

  it('writes a span row at least every quarter of a second, without a seam', () => {
    const { ring, reports, quanta } = setUp();
    ring.enqueue(0, 0, new Int16Array(24_000));
    ring.itemEnd(0);
    quanta(400);
    const counts = spans(reports).map(([, , count]) => count ?? 0);
    expect(Math.max(...counts)).toBeLessThanOrEqual(6000 + 64);
    expect(counts.reduce((a, b) => a + b, 0)).toBe(24_000);
  });

  it('renders what its reports say, whatever happens', () => {
    for (let seed = 1; seed <= 60; seed++) {
      let state = seed;
      const random = (below: number) => {
        state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
        return Math.floor((state / 2 ** 32) * below);
      };
      const { ring, reports, rendered, quanta } = setUp();
      const pcm: number[] = [];
      let item = 0;
      for (let step = 0; step < 60; step++) {
        const what = random(10);
        if (what < 4) {
          const chunk = Int16Array.from({ length: random(2000) }, () => random(65536) - 32768);
          ring.enqueue(item, pcm.length, chunk);
          pcm.push(...chunk);
        } else if (what === 4) {
          ring.flush();
          ring.itemEnd(item++);
        } else if (what === 5) ring.itemEnd(item++);
        else quanta(random(30));
      }
      quanta(1);
      ring.closeSpan();
      const expected = rebuilt(reports, pcm, rendered.length);
      // Numbers are compared one by one, since a deep comparison of two long arrays takes seconds.
      const wrong = rendered.findIndex((sample, n) => sample !== expected[n]);
      expect({ seed, wrong }).toEqual({ seed, wrong: -1 });
    }
  });
});

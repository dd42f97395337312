import { describe, expect, it } from 'vitest';
import { PageClock } from './page-clock';
import { kAskEveryMs, WorkerClock } from './worker-clock';

const kHour = 3_600_000;
/** 2026-11-28. */
const kWallMs = 1_795_824_000_000;

/** A window and a Worker in simulated true time. Each has a clock of its own, and messages between them take time. */
class Threads {
  trueMs = 0;
  readonly page: PageClock;
  readonly worker: WorkerClock;
  readonly pairs: number[] = [];
  /** The time that a question and an answer take, ms. */
  way: () => [number, number] = () => [0.2, 0.2];
  #timers: { at: number; then: () => void }[] = [];

  constructor(
    readonly windowMs: (trueMs: number) => number,
    readonly workerMs: (trueMs: number) => number,
  ) {
    this.page = new PageClock({ now: () => windowMs(this.trueMs) }, kWallMs);
    this.worker = new WorkerClock({
      now: () => workerMs(this.trueMs),
      every: (ms, then) => {
        const again = (): void => this.#after(ms, () => [then(), again()]);
        again();
        return () => {};
      },
      onPair: ({ askedMs, answeredMs }) => this.pairs.push(answeredMs - askedMs),
    });
    type Port<Out, In> = {
      onmessage: ((message: MessageEvent<In>) => void) | null;
      postMessage(data: Out): void;
    };
    const ask: Port<{ askedMs: number }, { askedMs: number; pageUs: number }> = {
      onmessage: null,
      postMessage: (data) =>
        this.#after(this.way()[0], () => answer.onmessage?.({ data } as MessageEvent)),
    };
    const answer: Port<{ askedMs: number; pageUs: number }, { askedMs: number }> = {
      onmessage: null,
      postMessage: (data) =>
        this.#after(this.way()[1], () => ask.onmessage?.({ data } as MessageEvent)),
    };
    this.page.answer(answer);
    this.worker.connect(ask);
  }

  /** Lets time pass; returns the largest error of the Worker's clock, µs, checked every 10 ms. */
  run(ms: number, from = 0): number {
    const end = this.trueMs + ms;
    let worst = 0;
    this.#after(0, () => {});
    for (let look = this.trueMs + 10; look <= end; look += 10) {
      this.#advance(look);
      const error = Math.abs(this.worker.micros() - this.page.micros());
      if (look > from) worst = Math.max(worst, error);
    }
    return worst;
  }

  #after(ms: number, then: () => void): void {
    this.#timers.push({ at: this.trueMs + ms, then });
  }

  #advance(to: number): void {
    for (;;) {
      const next = this.#timers.reduce<{ at: number; then: () => void } | null>(
        (first, timer) =>
          timer.at <= to && timer.at < (first?.at ?? Number.POSITIVE_INFINITY) ? timer : first,
        null,
      );
      if (!next) break;
      this.#timers.splice(this.#timers.indexOf(next), 1);
      this.trueMs = next.at;
      next.then();
    }
    this.trueMs = to;
  }
}

const shifts = { '0.4 s': 400, '3 h': 3 * kHour, '1 day': 24 * kHour };
const rates = { 'at one rate': 0, '200 ppm fast': 200, '200 ppm slow': -200 };

describe('WorkerClock', () => {
  for (const [shift, ms] of Object.entries(shifts)) {
    for (const sign of [1, -1]) {
      for (const [rate, ppm] of Object.entries(rates)) {
        it(`follows a window ${sign * ms} ms (${shift}) off, ${rate}`, () => {
          const threads = new Threads(
            (at) => 50_000 + at,
            (at) => 50_000 + sign * ms + at * (1 + ppm * 1e-6),
          );
          expect(threads.run(60_000)).toBeLessThan(500);
        });
      }
    }
  }

  it.each([400, -400, 3 * kHour, -3 * kHour, 24 * kHour, -24 * kHour])(
    'finds out within a second that the clocks jumped apart by %i ms',
    (jump) => {
      const threads = new Threads(
        (at) => at,
        (at) => 7000 + at + (at > 10_005 ? jump : 0),
      );
      expect(threads.run(10_000)).toBeLessThan(200);
      expect(threads.run(20_000, 10_005 + kAskEveryMs + 10)).toBeLessThan(200);
    },
  );

  it('takes the pair with the shortest way on a busy machine', () => {
    const threads = new Threads(
      (at) => at,
      (at) => at + 400,
    );
    let turn = 0;
    // The window answers late, except to one question in five.
    threads.way = () => [turn++ % 5 === 0 ? 0.3 : 40 + ((turn * 17) % 90), 0.3];
    expect(threads.run(60_000, 2000)).toBeLessThan(4000);
  });

  it('does not take a late answer for a jump', () => {
    const threads = new Threads(
      (at) => at,
      (at) => at + 400,
    );
    threads.run(5000);
    threads.way = () => [900, 0.3];
    // The older pairs stay valid: the error stays far below the 450 ms by which the middle of a late pair would be off.
    expect(threads.run(4000)).toBeLessThan(500);
  });

  it.each([3 * kHour, -3 * kHour])(
    'survives a jump of %i ms between question and answer',
    (jump) => {
      const threads = new Threads(
        (at) => at,
        (at) => at + (at > 5000.1 ? jump : 0),
      );
      threads.run(8000);
      expect(threads.run(2000)).toBeLessThan(200);
    },
  );

  it('reports nothing after its end, and still tells the time', () => {
    const threads = new Threads(
      (at) => at,
      (at) => at + 400,
    );
    threads.run(3500);
    const pairs = threads.pairs.length;
    threads.worker.close();
    expect(threads.run(3000)).toBeLessThan(200);
    expect(threads.pairs.length).toBe(pairs);
  });

  it('is ready with the first answer and reports the later ones', async () => {
    const threads = new Threads(
      (at) => at,
      (at) => at,
    );
    threads.run(5000);
    await threads.worker.ready;
    expect(threads.pairs.length).toBe(5);
    for (const ms of threads.pairs) expect(ms).toBeCloseTo(0.4, 5);
  });
});

describe('PageClock', () => {
  it('does not move when the wall clock is set', () => {
    let nowMs = 1234.5;
    const clock = new PageClock({ now: () => nowMs }, kWallMs);
    expect(clock.micros()).toBe(kWallMs * 1000);
    nowMs += 10.0005;
    expect(clock.micros()).toBe(kWallMs * 1000 + 10_001);
    expect(clock.microsAt(1000)).toBe(kWallMs * 1000 - 234_500);
    expect(clock.nowMsAt(clock.microsAt(4321))).toBeCloseTo(4321, 3);
  });
});

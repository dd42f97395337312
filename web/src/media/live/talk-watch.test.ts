import { describe, expect, it } from 'vitest';
import { kAnswerMs, kSilentMs, TalkWatch } from './talk-watch';

/** Feeds blocks of 20 ms on one clock, which begins at `beginMs`. */
const talk = (beginMs = 0) => {
  const watch = new TalkWatch();
  let block = 0;
  const sound = (seconds: number, dbfs: number) => {
    const peak = 32_768 * 10 ** (dbfs / 20) * Math.SQRT2;
    for (let n = 0; n < seconds * 50; n++) {
      const pcm = Int16Array.from({ length: 320 }, (_, i) => peak * Math.sin(i * 0.7));
      watch.mic(block * 320, pcm, beginMs + block * 20);
      block++;
    }
  };
  return {
    watch,
    say: (seconds: number, dbfs = -25) => sound(seconds, dbfs),
    hush: (seconds: number, dbfs = -80) => sound(seconds, dbfs),
    now: () => beginMs + block * 20,
    second: () => (watch.unansweredFrom ?? Number.NaN) / 16_000,
  };
};

describe('TalkWatch', () => {
  it('knows where an unanswered question begins, a little before its first loud block', () => {
    const { watch, say, hush, second } = talk();
    hush(2);
    expect(watch.unansweredFrom).toBeNull();
    say(1);
    expect(second()).toBeCloseTo(1.7, 2);
    hush(3);
    say(1);
    hush(1);
    expect(second()).toBeCloseTo(1.7, 2);
    watch.item();
    watch.turnComplete();
    expect(watch.unansweredFrom).toBeNull();
  });

  it.each([
    ['a cough', 0.3, -25],
    ['a click', 0.06, -10],
    ['something far away', 2, -58],
  ])('asks no answer for %s', (_, seconds, dbfs) => {
    const { watch, say, hush, now } = talk();
    hush(1);
    say(seconds, dbfs);
    hush(20);
    expect([watch.unansweredFrom, watch.silent(now()), watch.quiet(now())]).toEqual([
      null,
      false,
      true,
    ]);
  });

  it('a cough is no answer to what was typed', () => {
    const { watch, say, hush, now } = talk();
    hush(1);
    watch.typed(now());
    say(0.3);
    hush(1);
    expect([watch.waitsForAnswerToText, watch.quiet(now())]).toEqual([true, false]);
    hush(kSilentMs / 1000);
    expect(watch.silent(now())).toBe(true);
    watch.item();
    watch.turnComplete();
    expect(watch.waitsForAnswerToText).toBe(false);
  });

  it('does not take steady noise for speech', () => {
    const { watch, hush, now } = talk();
    hush(60, -40);
    expect(watch.quiet(now())).toBe(true);
  });

  it('the end of an interrupted answer is no answer to the interruption', () => {
    const { watch, say, hush, second } = talk();
    hush(1);
    say(1);
    hush(1);
    watch.item();
    say(1);
    watch.interrupted();
    watch.turnComplete();
    hush(1);
    expect(second()).toBeCloseTo(0.7, 2);
    watch.item();
    watch.turnComplete();
    expect(watch.unansweredFrom).toBeNull();
  });

  it('speech that goes on when an answer ends is a question from its own beginning', () => {
    const { watch, say, hush, second } = talk();
    hush(1);
    say(1);
    hush(1);
    watch.item();
    say(1);
    watch.turnComplete();
    expect(second()).toBeCloseTo(2.7, 2);
  });

  it('is quiet again when an answer is over or does not come', () => {
    const { watch, say, hush, now } = talk();
    expect(watch.quiet(now())).toBe(true);
    hush(1);
    say(1);
    expect(watch.quiet(now())).toBe(false);
    hush(1);
    expect(watch.quiet(now())).toBe(false);
    hush(kAnswerMs / 1000);
    expect(watch.quiet(now())).toBe(true);
    watch.item();
    expect(watch.quiet(now())).toBe(false);
    watch.turnComplete();
    expect(watch.quiet(now())).toBe(true);
  });

  it.each([0, -86_400_000])(
    'is silent when nothing came for a quarter of a minute after the person spoke, on a clock that began at %d ms',
    (beginMs) => {
      const { watch, say, hush, now } = talk(beginMs);
      hush(60);
      expect(watch.silent(now())).toBe(false);
      say(2);
      const end = now() + 400;
      hush(15.3);
      expect(watch.silent(end + kSilentMs - 100)).toBe(false);
      expect(watch.silent(end + kSilentMs)).toBe(true);
      watch.received(now());
      expect(watch.silent(now())).toBe(false);
      expect(watch.silent(now() + kSilentMs)).toBe(true);
      watch.turnComplete();
      expect(watch.silent(now() + kSilentMs)).toBe(false);
    },
  );

  it.each(['playing', 'open'] as const)('is not silent %s', (event) => {
    const { watch, say, hush, now } = talk();
    hush(1);
    say(2);
    hush(16);
    expect(watch.silent(now())).toBe(true);
    watch[event](now());
    expect(watch.silent(now())).toBe(false);
  });

  it('a socket that ends in an answer leaves the question unanswered', () => {
    const { watch, say, hush, second, now } = talk();
    hush(1);
    say(1);
    hush(1);
    watch.item();
    expect([watch.shut(), watch.shut()]).toEqual([true, false]);
    expect(second()).toBeCloseTo(0.7, 2);
    expect(watch.quiet(now() + kAnswerMs)).toBe(true);
  });
});

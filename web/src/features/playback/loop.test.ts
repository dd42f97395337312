import { describe, expect, it } from 'vitest';
import { loopOf, nextLoop } from './loop';

describe('a loop', () => {
  it('lies between two moments, whichever came first', () => {
    expect(loopOf(1000, 5000)).toEqual({ fromMs: 1000, toMs: 5000 });
    expect(loopOf(5000, 1000)).toEqual({ fromMs: 1000, toMs: 5000 });
  });

  it('is nothing when it would be too short to hear', () => {
    expect(loopOf(1000, 1199)).toBeNull();
  });

  it('starts, ends and goes away with the same key', () => {
    const started = nextLoop(null, 2000);
    expect(started).toEqual({ fromMs: 2000, toMs: null });
    const ended = nextLoop(started, 4000);
    expect(ended).toEqual({ fromMs: 2000, toMs: 4000 });
    expect(nextLoop(ended, 3000)).toBeNull();
  });
});

import { describe, expect, it } from 'vitest';
import {
  kBackoffFirstMs,
  kBackoffMsMax,
  kDiskFullRetryMs,
  type UploadAction,
  type UploadEvent,
  UploadPlan,
} from './upload-plan';

const planOf = (options: Partial<{ inFlightMax: number; leaveAfterMs: number }> = {}) =>
  new UploadPlan({ inFlightMax: 2, leaveAfterMs: 5000, random: () => 1, ...options });
const sealed = (seq: number): UploadEvent => ({ type: 'sealed', seq, bytes: 1000, seconds: 1 });
const answer = (seq: number, status: number): UploadEvent => ({ type: 'answer', seq, status });
const finish = (lastSeq: number): UploadEvent => ({ type: 'finish', lastSeq, reason: 'hangup' });
const wake: UploadEvent = { type: 'wake' };

const word = (action: UploadAction): string => {
  switch (action.type) {
    case 'send':
    case 'remove':
      return `${action.type} ${action.seq}`;
    case 'finish':
      return `finish ${action.lastSeq}`;
    case 'wake':
      return `wake ${action.afterMs}`;
    case 'ended':
      return `ended ${action.outcome}`;
  }
};
/** `send 0`, `remove 1`, `finish 3`, `wake 400`, `ended left`: a plan's actions as words. */
const words = (actions: readonly UploadAction[]): string[] => actions.map(word);

type Step = readonly [at: number, event: UploadEvent, ...expected: string[]];
const cases: Record<string, readonly Step[]> = {
  'two in flight, each removed on its own 2xx, then finish': [
    [0, sealed(0), 'send 0'],
    [0, sealed(1), 'send 1'],
    [0, sealed(2)],
    [5, answer(1, 201), 'remove 1', 'send 2'],
    [6, finish(2), 'wake 5000'],
    [9, answer(2, 201), 'remove 2', 'wake 5000'],
    [9, answer(0, 201), 'remove 0', 'finish 2', 'wake 5000'],
    [12, { type: 'finish-answer', status: 200 }, 'ended finished'],
    [13, sealed(3)],
  ],
  'backs off: one probe, doubling, at once when the network is back': [
    [0, sealed(0), 'send 0'],
    [0, sealed(1), 'send 1'],
    [10, answer(0, 0), `wake ${kBackoffFirstMs}`],
    [11, answer(1, 0), `wake ${kBackoffFirstMs - 1}`],
    [10 + kBackoffFirstMs, wake, 'send 0'],
    [420, answer(0, 503), `wake ${2 * kBackoffFirstMs}`],
    [500, { type: 'online' }, 'send 0'],
    [510, answer(0, 201), 'remove 0', 'send 1'],
  ],
  'a full disk is asked slowly': [
    [0, sealed(0), 'send 0'],
    [10, answer(0, 507), `wake ${kDiskFullRetryMs}`],
    [10 + kDiskFullRetryMs, wake, 'send 0'],
    [10_020, answer(0, 201), 'remove 0'],
  ],
  'Retry-After is a lower bound': [
    [0, sealed(0), 'send 0'],
    [10, { type: 'answer', seq: 0, status: 429, retryAfterMs: 7000 }, 'wake 7000'],
  ],
  'an erased recording ends everything': [
    [0, sealed(0), 'send 0'],
    [0, sealed(1), 'send 1'],
    [3, answer(0, 410), 'ended erased'],
    [4, answer(1, 201)],
    [5, sealed(2)],
  ],
  'an unknown recording ends everything': [
    [0, sealed(0), 'send 0'],
    [3, answer(0, 404), 'ended refused'],
  ],
  'a conflict is not sent again, the others go on': [
    [0, sealed(0), 'send 0'],
    [0, sealed(1), 'send 1'],
    [3, answer(0, 409)],
    [4, answer(1, 201), 'remove 1'],
    [5, finish(1), 'finish 1', 'wake 5000'],
    [6, { type: 'finish-answer', status: 200 }, 'ended finished'],
  ],
  'a damaged transfer gets three chances': [
    [0, sealed(0), 'send 0'],
    [10, answer(0, 422), 'wake 400'],
    [410, wake, 'send 0'],
    [420, answer(0, 422), 'wake 800'],
    [1220, wake, 'send 0'],
    [1230, answer(0, 422)],
    [9999, wake],
  ],
  'leaves when the server stays away for five seconds after the end': [
    [0, sealed(0), 'send 0'],
    [10, answer(0, 0), 'wake 400'],
    [100, finish(0), 'send 0', 'wake 5000'],
    [110, answer(0, 0), 'wake 800'],
    [910, wake, 'send 0', 'wake 4190'],
    [5100, wake, 'ended left'],
  ],
  'the end asks at once, and often, also after a long outage': [
    [0, sealed(0), 'send 0'],
    [10, answer(0, 0), 'wake 400'],
    [410, wake, 'send 0'],
    [420, answer(0, 0), 'wake 800'],
    [1220, wake, 'send 0'],
    [1230, answer(0, 0), 'wake 1600'],
    [2830, wake, 'send 0'],
    [2840, answer(0, 0), 'wake 3200'],
    [2900, finish(0), 'send 0', 'wake 5000'],
    [2910, answer(0, 0), 'wake 800'],
    [3710, wake, 'send 0', 'wake 4190'],
    [3720, answer(0, 201), 'remove 0', 'finish 0', 'wake 5000'],
    [3730, { type: 'finish-answer', status: 200 }, 'ended finished'],
  ],
  'a slow request under way holds leaving back': [
    [0, sealed(0), 'send 0'],
    [0, finish(0), 'wake 5000'],
    [5000, wake, 'wake 15000'],
    [9000, answer(0, 201), 'remove 0', 'finish 0', 'wake 5000'],
  ],
  'finish is repeated after an outage': [
    [0, finish(-1), 'finish -1', 'wake 5000'],
    [10, { type: 'finish-answer', status: 0 }, 'wake 400'],
    [410, wake, 'finish -1', 'wake 4590'],
    [420, { type: 'finish-answer', status: 200 }, 'ended finished'],
  ],
  'finished before with another end counts as finished': [
    [0, finish(3), 'finish 3', 'wake 5000'],
    [10, { type: 'finish-answer', status: 409 }, 'ended finished'],
  ],
  'a file that cannot be read is passed over': [
    [0, sealed(0), 'send 0'],
    [0, { type: 'unreadable', seq: 0 }],
    [0, finish(0), 'finish 0', 'wake 5000'],
  ],
};

describe('UploadPlan', () => {
  it.each(Object.entries(cases))('%s', (_name, steps) => {
    const plan = planOf();
    for (const [at, event, ...expected] of steps) {
      expect(words(plan.on(event, at)), `${event.type} at ${at}`).toEqual(expected);
    }
  });

  it('the recovery sends one at a time and never leaves', () => {
    const plan = planOf({ inFlightMax: 1, leaveAfterMs: Number.POSITIVE_INFINITY });
    expect(words(plan.on(sealed(0), 0))).toEqual(['send 0']);
    expect(words(plan.on(sealed(1), 0))).toEqual([]);
    expect(words(plan.on(finish(1), 0))).toEqual([]);
    expect(words(plan.on(answer(0, 0), 1))).toEqual(['wake 400']);
    expect(words(plan.on(wake, 1e9))).toEqual(['send 0']);
    expect(words(plan.on(answer(0, 200), 1e9))).toEqual(['remove 0', 'send 1']);
  });

  it('waits longer and longer, up to a limit, with half of it by chance', () => {
    const delays = (random: number): number[] => {
      const plan = new UploadPlan({ inFlightMax: 1, leaveAfterMs: 1e12, random: () => random });
      plan.on(sealed(0), 0);
      let now = 0;
      return [1, 2, 3, 4, 5, 6, 7, 8].map(() => {
        const [action] = plan.on(answer(0, 0), now);
        const afterMs = action?.type === 'wake' ? action.afterMs : -1;
        now += afterMs;
        plan.on(wake, now);
        return afterMs;
      });
    };
    expect(delays(1)).toEqual([400, 800, 1600, 3200, 6400, 12_800, kBackoffMsMax, kBackoffMsMax]);
    expect(delays(0)).toEqual([200, 400, 800, 1600, 3200, 6400, 7500, 7500]);
  });

  it('says what waits and what was refused', () => {
    const plan = planOf();
    for (let seq = 0; seq < 4; seq += 1) plan.on(sealed(seq), 0);
    plan.on(answer(0, 409), 1);
    plan.on(answer(1, 507), 2);
    expect(plan.status()).toEqual({
      server: 'disk-full',
      waitingChunks: 3,
      waitingSeconds: 3,
      waitingBytes: 3000,
      refusedSeqs: [0],
    });
  });
});

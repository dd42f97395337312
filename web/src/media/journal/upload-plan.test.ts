import { describe, expect, it } from 'vitest';
import type { Meaning } from '../../api/meaning';
import {
  kBackoffFirstMs,
  kBackoffMsMax,
  kDiskFullRetryMs,
  type UploadAction,
  type UploadEvent,
  UploadPlan,
} from './upload-plan';
import { kAsideRetryMs } from './waiting-chunks';

const planOf = (options: Partial<{ inFlightMax: number; leaveAfterMs: number }> = {}) =>
  new UploadPlan({ inFlightMax: 2, leaveAfterMs: 5000, random: () => 1, ...options });
const sealed = (seq: number): UploadEvent => ({ type: 'sealed', seq, bytes: 1000, seconds: 1 });
/** Stands for an answer in these tables: a status of our server (0: no answer), or the words of somebody else. */
const meaning = (answered: number | string, retryAfterMs = 0): Meaning => {
  const words = String(answered);
  const later = (why: (Meaning & { kind: 'later' })['why']): Meaning => ({
    ...{ kind: 'later', why, words, retryAfterMs },
  });
  switch (answered) {
    case 200:
    case 201:
      return { kind: 'done', body: null };
    case 401:
      return later('login-required');
    case 404:
      return { kind: 'unknown' };
    case 409:
      return { kind: 'refused', code: 'chunk-conflict', words };
    case 410:
      return { kind: 'erased' };
    case 422:
      return { kind: 'refused', code: 'chunk-digest-mismatch', words };
    case 503:
      return later('busy');
    case 507:
      return later('disk-full');
    default:
      return { kind: 'foreign', words: answered === 0 ? 'no answer' : words, retryAfterMs };
  }
};
const answer = (seq: number, answered: number | string, retryAfterMs = 0): UploadEvent => ({
  ...{ type: 'answer', seq, meaning: meaning(answered, retryAfterMs) },
});
const finished = (answered: number | string): UploadEvent => ({
  ...{ type: 'finish-answer', meaning: meaning(answered) },
});
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
/** A plan's actions as words: `send 0`, `remove 1`, `finish 3`, `wake 400`, `ended left`. */
const words = (actions: readonly UploadAction[]): string[] => actions.map(word);

const unreadable = (seq: number): UploadEvent => ({ type: 'unreadable', seq, words: 'no' });
type Step = readonly [at: number, event: UploadEvent, ...expected: string[]];
/** Somebody else answers for chunk 0 five times, while chunk 1 passes. */
const stepsAside: readonly Step[] = [
  [0, sealed(0), 'send 0'],
  [0, sealed(1), 'send 1'],
  [5, answer(0, '403 text/html'), 'wake 400'],
  [6, answer(1, 201), 'remove 1', 'send 0'],
  [7, answer(0, '403 text/html'), 'wake 400'],
  [407, wake, 'send 0'],
  [408, answer(0, '403 text/html'), 'wake 800'],
  [1208, wake, 'send 0'],
  [1209, answer(0, '403 text/html'), 'wake 1600'],
  [2809, wake, 'send 0'],
  [2810, answer(0, '403 text/html'), 'wake 3200'],
  [6010, wake, 'send 0'],
  [6011, answer(0, '403 text/html'), `wake ${kAsideRetryMs}`],
];
const cases: Record<string, readonly Step[]> = {
  'two in flight, each removed on its own 2xx, then finish': [
    [0, sealed(0), 'send 0'],
    [0, sealed(1), 'send 1'],
    [0, sealed(2)],
    [5, answer(1, 201), 'remove 1', 'send 2'],
    [6, finish(2), 'wake 5000'],
    [9, answer(2, 201), 'remove 2', 'wake 5000'],
    [9, answer(0, 201), 'remove 0', 'finish 2', 'wake 5000'],
    [12, finished(200), 'ended finished'],
    [13, sealed(3)],
  ],
  'backs off: one probe, doubling, at once when the network is back': [
    [0, sealed(0), 'send 0'],
    [0, sealed(1), 'send 1'],
    [10, answer(0, 0), `wake ${kBackoffFirstMs}`],
    [11, answer(1, 0), `wake ${kBackoffFirstMs - 1}`],
    [10 + kBackoffFirstMs, wake, 'send 0'],
    [420, answer(0, 503), `wake ${2 * kBackoffFirstMs}`],
    // The chunk with the fewest failures is sent first.
    [500, { type: 'online' }, 'send 1'],
    [510, answer(1, 201), 'remove 1', 'send 0'],
  ],
  'a full disk is asked slowly': [
    [0, sealed(0), 'send 0'],
    [10, answer(0, 507), `wake ${kDiskFullRetryMs}`],
    [10 + kDiskFullRetryMs, wake, 'send 0'],
    [10_020, answer(0, 201), 'remove 0'],
  ],
  'Retry-After is a lower bound': [
    [0, sealed(0), 'send 0'],
    [10, answer(0, 503, 7000), 'wake 7000'],
  ],
  'Retry-After of somebody else is one, too': [
    [0, sealed(0), 'send 0'],
    [10, answer(0, '503 text/html', 7000), 'wake 7000'],
  ],
  'the longest Retry-After of several answers counts': [
    [0, sealed(0), 'send 0'],
    [0, sealed(1), 'send 1'],
    [10, answer(0, 503), 'wake 400'],
    [20, answer(1, 503, 7000), 'wake 7000'],
    [30, { type: 'wake' }, 'wake 6990'],
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
    [3, answer(0, 404), 'ended unknown'],
  ],
  'a conflict is not sent again, the others go on': [
    [0, sealed(0), 'send 0'],
    [0, sealed(1), 'send 1'],
    [3, answer(0, 409)],
    [4, answer(1, 201), 'remove 1'],
    [5, finish(1), 'finish 1', 'wake 5000'],
    [6, finished(200), 'ended finished'],
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
    [3730, finished(200), 'ended finished'],
  ],
  'a slow request under way holds leaving back': [
    [0, sealed(0), 'send 0'],
    [0, finish(0), 'wake 5000'],
    [5000, wake, 'wake 15000'],
    [9000, answer(0, 201), 'remove 0', 'finish 0', 'wake 5000'],
  ],
  'finish is repeated after an outage': [
    [0, finish(-1), 'finish -1', 'wake 5000'],
    [10, finished(0), 'wake 400'],
    [410, wake, 'finish -1', 'wake 4590'],
    [420, finished(200), 'ended finished'],
  ],
  'finished before with another end counts as finished': [
    [0, finish(3), 'finish 3', 'wake 5000'],
    [10, finished(409), 'ended finished'],
  ],
  'a file that is not there is passed over': [
    [0, sealed(0), 'send 0'],
    [0, { type: 'absent', seq: 0 }],
    [0, finish(0), 'finish 0', 'wake 5000'],
  ],
  'a file that cannot be read is read again, and others go on': [
    [0, sealed(0), 'send 0'],
    [0, sealed(1), 'send 1'],
    [1, unreadable(0), 'wake 400'],
    [2, answer(1, 201), 'remove 1', 'wake 399'],
    [401, wake, 'send 0'],
    [402, answer(0, 201), 'remove 0'],
  ],
  'a file that stays unreadable steps aside, and the end comes': [
    [0, sealed(0), 'send 0'],
    [1, unreadable(0), 'wake 400'],
    [401, wake, 'send 0'],
    [401, unreadable(0), 'wake 800'],
    [1201, wake, 'send 0'],
    [1201, unreadable(0), 'wake 1600'],
    [2801, wake, 'send 0'],
    [2801, unreadable(0), 'wake 3200'],
    [6001, wake, 'send 0'],
    [6001, unreadable(0), `wake ${kAsideRetryMs}`],
    [6002, finish(0), 'finish 0', 'wake 5000'],
    [6003, finished(200), 'ended finished'],
  ],
  'a login that ended is waited for': [
    [0, sealed(0), 'send 0'],
    [10, answer(0, 401), 'wake 400'],
    [410, wake, 'send 0'],
    [420, answer(0, 401), 'wake 800'],
    [1220, wake, 'send 0'],
    [1230, answer(0, 201), 'remove 0'],
  ],
  'a chunk that something else always answers holds nobody up': [
    [0, sealed(0), 'send 0'],
    [0, sealed(1), 'send 1'],
    [5, answer(0, '403 text/html'), 'wake 400'],
    [6, answer(1, 201), 'remove 1', 'send 0'],
    [7, answer(0, '403 text/html'), 'wake 400'],
    [8, sealed(2), 'send 2', 'wake 399'],
    [9, answer(2, 201), 'remove 2', 'wake 398'],
    [407, wake, 'send 0'],
    [408, answer(0, '403 text/html'), 'wake 800'],
    [1208, wake, 'send 0'],
    [1209, answer(0, '403 text/html'), 'wake 1600'],
    [2809, wake, 'send 0'],
    [2810, answer(0, '403 text/html'), 'wake 3200'],
    [6010, wake, 'send 0'],
    // The fifth failure while others pass: the chunk steps aside.
    [6011, answer(0, '403 text/html'), `wake ${kAsideRetryMs}`],
    [6012, finish(2), 'finish 2', 'wake 5000'],
    // The server can be reached, so the chunk gets a last chance before the end.
    [6013, finished(200), 'send 0', 'wake 5000'],
    [6014, answer(0, '403 text/html'), 'ended finished'],
  ],
  'a chunk that stepped aside is tried again while the session runs': [
    ...stepsAside,
    [6011 + kAsideRetryMs, wake, 'send 0'],
    [36_012, answer(0, 201), 'remove 0'],
  ],
  'an only chunk that never gets through: finish asks whether the server is there': [
    [0, sealed(0), 'send 0'],
    [0, finish(0), 'wake 5000'],
    [10, answer(0, '403 text/html'), 'wake 400'],
    [410, wake, 'send 0', 'wake 4590'],
    [420, answer(0, '403 text/html'), 'wake 800'],
    [1220, wake, 'send 0', 'wake 3780'],
    [1230, answer(0, '403 text/html'), 'wake 1600'],
    [2830, wake, 'finish 0', 'wake 2170'],
    [2840, finished(200), 'send 0', 'wake 5000'],
    [2850, answer(0, '403 text/html'), 'wake 400'],
    [3250, wake, 'send 0', 'wake 4590'],
    [3251, answer(0, 201), 'remove 0', 'ended finished'],
  ],
  'in an outage the only chunk and finish ask in turn': [
    [0, sealed(0), 'send 0'],
    [0, finish(0), 'wake 5000'],
    [1, answer(0, 0), 'wake 400'],
    [401, wake, 'send 0', 'wake 4599'],
    [402, answer(0, 0), 'wake 800'],
    [1202, wake, 'send 0', 'wake 3798'],
    [1203, answer(0, 0), 'wake 1600'],
    [2803, wake, 'finish 0', 'wake 2197'],
    [2804, finished(0), 'wake 2196'],
    [5000, wake, 'ended left'],
  ],
};

describe('UploadPlan', () => {
  const kDayMs = 86_400_000;
  describe.each([0, kDayMs, -kDayMs])('on a clock that begins at %d ms', (beginMs) => {
    it.each(Object.entries(cases))('%s', (_name, steps) => {
      const plan = planOf();
      for (const [at, event, ...expected] of steps) {
        expect(words(plan.on(event, beginMs + at)), `${event.type} at ${at}`).toEqual(expected);
      }
    });
  });

  it('the recovery sends one at a time and never leaves', () => {
    const plan = planOf({ inFlightMax: 1, leaveAfterMs: Number.POSITIVE_INFINITY });
    expect(words(plan.on(sealed(0), 0))).toEqual(['send 0']);
    expect(words(plan.on(sealed(1), 0))).toEqual([]);
    expect(words(plan.on(finish(1), 0))).toEqual([]);
    expect(words(plan.on(answer(0, 0), 1))).toEqual(['wake 400']);
    expect(words(plan.on(wake, 1e9))).toEqual(['send 1']);
    expect(words(plan.on(answer(1, 201), 1e9))).toEqual(['remove 1', 'send 0']);
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
      answers: '507',
      waitingChunks: 3,
      waitingSeconds: 3,
      waitingBytes: 3000,
      asides: [{ seq: 0, seconds: 1, by: 'server', words: '409' }],
    });
  });

  it('says what answers in the place of the server, and no more when it is back', () => {
    const plan = planOf();
    plan.on(sealed(0), 0);
    plan.on(answer(0, '404 text/plain'), 1);
    expect(plan.status()).toMatchObject({ server: 'unreachable', answers: '404 text/plain' });
    plan.on(wake, 401);
    plan.on(answer(0, 201), 402);
    expect(plan.status()).toMatchObject({ server: 'reachable', answers: '' });
  });

  it('a chunk with a trouble of its own does not make the server unreachable', () => {
    const plan = planOf();
    for (const [at, event] of stepsAside) {
      plan.on(event, at);
      if (at > 6) expect(plan.status().server, String(at)).toBe('reachable');
    }
    expect(plan.status()).toMatchObject({
      waitingChunks: 0,
      asides: [{ seq: 0, by: 'network', words: '403 text/html' }],
    });
  });
});

import { describe, expect, it } from 'vitest';
import { kGiveUpMs, type PlanAction, type PlanEvent, SocketPlan } from './socket-plan';

/** What happens at which millisecond, and the plan's answer in short. */
type Step = readonly [atMs: number, event: PlanEvent, answer: string];
type Case = readonly [name: string, steps: readonly Step[]];

const short = (action: PlanAction): string => {
  switch (action.type) {
    case 'mint':
      return `mint ${action.handle}`;
    case 'open':
      return `open ${action.token} ${action.handle}`;
    case 'countdown':
      return `countdown ${action.endsAtMs}`;
    case 'end':
      return `end ${action.phase} ${action.code} ${action.reason}`;
    case 'away':
      return action.planned ? 'away planned' : 'away';
    default:
      return action.type;
  }
};
const start: PlanEvent = { type: 'start', token: 'T1' };
const ready: PlanEvent = { type: 'ready' };
const said: PlanEvent = { type: 'said' };
const tick: PlanEvent = { type: 'tick' };
const online: PlanEvent = { type: 'online' };
const reconnect: PlanEvent = { type: 'reconnect' };
const handle = (name: string): PlanEvent => ({ type: 'handle', handle: name });
const token = (name: string): PlanEvent => ({ type: 'token', token: name });
const noToken = (refusal: string | null): PlanEvent => ({ type: 'no-token', refusal });
const closed = (code: number, reason = ''): PlanEvent => ({ type: 'closed', code, reason });
const goAway = (leftMs: number): PlanEvent => ({ type: 'go-away', leftMs });
const quiet = (on: boolean): PlanEvent => ({ type: 'quiet', on });

const began: readonly Step[] = [
  [0, start, 'open T1 null'],
  [300, ready, ''],
];
/** A turn is over, and its handle has come. */
const talked: readonly Step[] = [...began, [4000, said, ''], [5000, handle('h1'), '']];
/** The socket broke, and a new one was opened with the handle. */
const resumed: readonly Step[] = [
  ...talked,
  [20_000, closed(1006), 'away, mint h1'],
  [20_200, token('T2'), 'open T2 h1'],
  [20_600, ready, 'back'],
];

const unasked = [1000, 1001, 1005, 1006, 1007, 1008, 1011, 1012, 1013, 4000];
const answers = unasked.filter((code) => ![1001, 1005, 1006, 1012, 1013].includes(code));
const cases: readonly Case[] = [
  ...unasked.map(
    (code): Case => [
      `an unasked end with ${code} is resumed`,
      [
        ...talked,
        [20_000, closed(code, 'why'), 'away, mint h1'],
        [20_200, token('T2'), 'open T2 h1'],
        [20_600, ready, 'back'],
      ],
    ],
  ),
  [
    'the newest handle counts, also one that came while the token was minted',
    [
      ...talked,
      [9000, handle('h2'), ''],
      [10_000, goAway(50_000), 'mint h2'],
      [10_100, handle('h3'), ''],
      [10_200, token('T2'), 'mint h3'],
      [10_400, token('T3'), 'away planned, close'],
      [10_500, closed(1000), 'open T3 h3'],
    ],
  ],
  [
    'go away waits for a pause, closes the old socket first, and opens the next',
    [
      ...talked,
      [9000, quiet(false), ''],
      [10_000, goAway(50_000), ''],
      [20_000, quiet(true), ''],
      [20_999, tick, ''],
      [21_000, tick, 'mint h1'],
      [21_200, token('T2'), 'away planned, close'],
      [21_300, closed(1000), 'open T2 h1'],
      [21_700, ready, 'back'],
    ],
  ],
  [
    'go away does not wait for a pause longer than there is time',
    [
      ...talked,
      [9000, quiet(false), ''],
      [10_000, goAway(50_000), ''],
      [54_999, tick, ''],
      [55_000, tick, 'mint h1'],
      [55_200, token('T2'), 'away planned, close'],
    ],
  ],
  [
    'go away with little time acts at once',
    [...talked, [9000, quiet(false), ''], [10_000, goAway(3000), 'mint h1']],
  ],
  [
    'who speaks while the token comes is heard out; the next pause gets a fresh token',
    [
      ...talked,
      [10_000, goAway(50_000), 'mint h1'],
      [10_100, quiet(false), ''],
      [10_200, token('T2'), ''],
      [14_000, quiet(true), ''],
      [15_000, tick, 'mint h1'],
      [15_100, token('T3'), 'away planned, close'],
    ],
  ],
  [
    'an old socket that does not close is left behind',
    [
      ...talked,
      [10_000, goAway(50_000), 'mint h1'],
      [10_200, token('T2'), 'away planned, close'],
      [10_699, tick, ''],
      [10_700, tick, 'retire, open T2 h1'],
    ],
  ],
  [
    'an old socket that ends while the token is minted',
    [
      ...talked,
      [10_000, goAway(50_000), 'mint h1'],
      [10_100, closed(1011, 'Deadline expired'), 'away'],
      [10_200, token('T2'), 'open T2 h1'],
    ],
  ],
  [
    'no handle: a countdown, and the end with its reason',
    [
      ...began,
      [4000, said, ''],
      [10_000, goAway(50_000), 'countdown 60000'],
      [60_000, closed(1011, 'Deadline expired'), 'end talking 1011 Deadline expired'],
    ],
  ],
  [
    'no handle at first: the countdown ends when one comes',
    [
      ...began,
      [4000, said, ''],
      [9500, quiet(false), ''],
      [10_000, goAway(50_000), 'countdown 60000'],
      [12_000, handle('h1'), 'countdown null'],
      [12_000, quiet(true), ''],
      [13_000, tick, 'mint h1'],
    ],
  ],
  [
    'nothing was answered yet: a new session forgets nothing',
    [
      ...began,
      [9000, quiet(false), ''],
      [10_000, goAway(50_000), ''],
      [11_000, said, 'countdown 60000'],
    ],
  ],
  [
    'a break before the first answer is a new session',
    [
      ...began,
      [4000, closed(1006), 'away, mint null'],
      [4100, token('T2'), 'open T2 null'],
      [4400, ready, 'back'],
    ],
  ],
  [
    'a break after it, without a handle, ends the talk',
    [...began, [4000, said, ''], [5000, closed(1006), 'end talking 1006 ']],
  ],
  ...answers.map(
    (code): Case => [
      `one answered attempt per handle: refused with ${code} before setup`,
      [
        ...talked,
        [20_000, closed(1006), 'away, mint h1'],
        [20_200, token('T2'), 'open T2 h1'],
        [20_500, closed(code, 'not found'), `end resuming ${code} not found`],
      ],
    ],
  ),
  ...answers.map(
    (code): Case => [
      `one answered attempt per handle: refused with ${code} after setup`,
      [...resumed, [25_599, closed(code, 'not found'), `end resuming ${code} not found`]],
    ],
  ),
  [
    'a resumed socket that has proved itself may be resumed again',
    [...resumed, [25_600, closed(1011, 'x'), 'away, mint h1']],
  ],
  [
    'a resumed socket that breaks without an answer is tried again',
    [...resumed, [21_000, closed(1006), 'away, mint h1']],
  ],
  [
    'attempts that nobody answers are repeated with growing waits',
    [
      ...talked,
      [20_000, closed(1006), 'away, mint h1'],
      [20_000, token('T2'), 'open T2 h1'],
      [20_000, closed(1006), ''],
      [20_249, tick, ''],
      [20_250, tick, 'mint h1'],
      [20_250, noToken(null), ''],
      [20_750, tick, 'mint h1'],
      [20_750, token('T3'), 'open T3 h1'],
      [20_750, closed(1013), ''],
      [21_750, tick, 'mint h1'],
      [21_750, token('T4'), 'open T4 h1'],
      [22_000, ready, 'back'],
    ],
  ],
  [
    'a network that is back is used at once',
    [
      ...talked,
      [19_000, online, ''],
      [20_000, closed(1006), 'away, mint h1'],
      [20_000, noToken(null), ''],
      [20_050, online, 'mint h1'],
      [20_060, online, ''],
    ],
  ],
  [
    'and end when nothing more can be kept',
    [
      ...talked,
      [20_000, closed(1006), 'away, mint h1'],
      [20_000, noToken(null), ''],
      [20_250, tick, 'mint h1'],
      [20_000 + kGiveUpMs, tick, 'end talking 1006 '],
      [60_000, token('T9'), ''],
    ],
  ],
  [
    'a socket that never gets ready is left behind after ten seconds',
    [
      ...talked,
      [20_000, closed(1006), 'away, mint h1'],
      [20_000, token('T2'), 'open T2 h1'],
      [30_000, tick, 'retire'],
      [30_250, tick, 'mint h1'],
    ],
  ],
  [
    'our server refuses a token: its words end the talk',
    [
      ...talked,
      [20_000, closed(1006), 'away, mint h1'],
      [20_100, noToken('The session has ended.'), 'end resuming 1006 The session has ended.'],
    ],
  ],
  [
    'our server refuses a token while the old socket lives: the talk goes on',
    [
      ...talked,
      [10_000, goAway(50_000), 'mint h1'],
      [10_100, noToken('No.'), ''],
      [10_350, tick, 'mint h1'],
    ],
  ],
  [
    'a refused token is minted again, once',
    [
      [0, start, 'open T1 null'],
      [200, closed(1008, 'The auth token has expired.'), 'mint null'],
      [400, token('T2'), 'open T2 null'],
      [
        600,
        closed(1008, 'The auth token has expired.'),
        'end connecting 1008 The auth token has expired.',
      ],
    ],
  ],
  [
    'a stale session is no matter of the token',
    [
      ...talked,
      [20_000, closed(1006), 'away, mint h1'],
      [20_100, token('T2'), 'open T2 h1'],
      [20_200, closed(1008, 'session expired'), 'end resuming 1008 session expired'],
    ],
  ],
  [
    'a first socket that is refused',
    [
      [0, start, 'open T1 null'],
      [200, closed(1007, 'API key not valid.'), 'end connecting 1007 API key not valid.'],
    ],
  ],
  [
    'a first socket that nobody answers',
    [
      [0, start, 'open T1 null'],
      [200, closed(1006), 'end connecting 1006 '],
    ],
  ],
  [
    'a first socket that does not get ready',
    [
      [0, start, 'open T1 null'],
      [10_000, tick, 'retire, end connecting 1006 The model did not answer.'],
    ],
  ],
  [
    'the person asks for a new socket in mid-speech',
    [
      ...talked,
      [9000, quiet(false), ''],
      [10_000, reconnect, 'mint h1'],
      [10_000, reconnect, ''],
      [10_200, token('T2'), 'away, close'],
      [10_300, closed(1000), 'open T2 h1'],
      [10_600, ready, 'back'],
    ],
  ],
  [
    'the person asks for one when there is no handle',
    [
      ...began,
      [4000, said, ''],
      [10_000, reconnect, 'mint null'],
      [10_200, token('T2'), 'away, close'],
      [10_300, closed(1000), 'open T2 null'],
    ],
  ],
  [
    'sockets that end again and again end the talk',
    [
      ...began,
      ...[1, 2, 3, 4, 5, 6].flatMap((n): Step[] => [
        [10_000 * n, closed(1006), 'away, mint null'],
        [10_000 * n + 100, token(`T${n}`), `open T${n} null`],
        [10_000 * n + 200, ready, 'back'],
      ]),
      [70_000, closed(1006), 'end talking 1006 '],
    ],
  ],
];

describe('SocketPlan', () => {
  it.each(cases)('%s', (_, steps) => {
    const plan = new SocketPlan(() => 0);
    const got = steps.map(([at, event]) => plan.on(event, at).map(short).join(', '));
    expect(got).toEqual(steps.map(([, , answer]) => answer));
  });

  it.each(cases)('%s: it wakes by itself whenever the table says tick', (_, steps) => {
    const plan = new SocketPlan(() => 0);
    for (const [at, event, answer] of steps) {
      const { wakeAt } = plan;
      if (event.type === 'tick' && answer !== '') expect(wakeAt).toBe(at);
      else if (wakeAt !== null && event.type === 'tick') expect(wakeAt).toBeGreaterThan(at);
      plan.on(event, at);
    }
  });

  it('adds at most a quarter to a wait', () => {
    const plan = new SocketPlan(() => 1);
    for (const [at, event] of talked) plan.on(event, at);
    plan.on(closed(1006), 20_000);
    plan.on(noToken(null), 20_000);
    expect(plan.wakeAt).toBe(20_000 + 250 * 1.25);
  });
});

/**
 * The interaction log: small events of what the person does, never what they say (docs/formats/interaction-log.md; a
 * test compares that page with `kInteractions`). They are collected and sent seldom, so that nothing waits for them.
 */

type FieldType = 'flag' | 'count' | 'name' | 'id' | readonly string[];

/** Everything that this app logs, with the members of each event. */
export const kInteractions = {
  camera: { on: 'flag' },
  device_change: { device: ['microphone', 'camera', 'speaker'] },
  download: { what: 'name' },
  error_shown: { name: 'name' },
  interruption: {},
  mute: { on: 'flag' },
  playback_open: { recording_id: 'id' },
  search: { hits: 'count' },
  session_end: { reason: ['hangup', 'lost', 'error', 'never_connected'], duration_ms: 'count' },
  session_start: { recorded: 'flag', camera: 'flag' },
  socket_close: { code: 'count' },
  socket_open: { number: 'count' },
  task: {
    what: ['created', 'changed', 'done', 'reopened', 'deleted', 'imported'],
    task_id: 'id',
  },
  task_step: { done: 'flag', task_id: 'id' },
} as const satisfies Readonly<Record<string, Readonly<Record<string, FieldType>>>>;

type Kinds = typeof kInteractions;
type ValueOf<T> = T extends 'flag'
  ? boolean
  : T extends 'count'
    ? number
    : T extends readonly (infer Word)[]
      ? Word
      : string;
export type InteractionKind = keyof Kinds;
export type InteractionData<Kind extends InteractionKind> = {
  readonly [Field in keyof Kinds[Kind]]?: ValueOf<Kinds[Kind][Field]>;
};

type Event = {
  readonly id: string;
  readonly kind: string;
  readonly at: string;
  readonly data: object;
  readonly live_session_id?: string;
};

/** How long events are collected, and how many at most until they are sent. */
export const kCollectMs = 30_000;
export const kCollectMax = 50;
/** Events that wait for a server that does not answer; the oldest go. */
export const kWaitingMax = 500;

type Parts = {
  /** Whether the person may be logged now. */
  readonly allowed: () => boolean;
  readonly now: () => Date;
  readonly newId: () => string;
  /** Sends a body; true: the server has it, or will never take it. `leaving`: the page is being closed. */
  readonly send: (body: string, leaving: boolean) => Promise<boolean>;
  readonly after: (ms: number, run: () => void) => void;
};

export class InteractionLog {
  private waiting: readonly Event[] = [];
  private planned = false;
  private sending = false;
  private readonly parts: Parts;

  constructor(parts: Parts) {
    this.parts = parts;
  }

  add<Kind extends InteractionKind>(
    kind: Kind,
    data: InteractionData<Kind>,
    liveSessionId?: string,
  ): void {
    if (!this.parts.allowed()) return;
    const event = {
      id: this.parts.newId(),
      kind,
      at: this.parts.now().toISOString(),
      data,
      ...(liveSessionId ? { live_session_id: liveSessionId } : {}),
    };
    this.waiting = [...this.waiting, event].slice(-kWaitingMax);
    if (this.waiting.length >= kCollectMax) void this.flush(false);
    else this.plan();
  }

  /** Drops what waits: whoever did it is not here any more. */
  forget(): void {
    this.waiting = [];
  }

  /** Sends what waits. The same events may be sent twice: the server knows them by their ids. */
  async flush(leaving: boolean): Promise<void> {
    if (this.waiting.length === 0 || (this.sending && !leaving)) return;
    const sent = this.waiting;
    if (!this.parts.allowed()) {
      this.waiting = [];
      return;
    }
    this.sending = true;
    const taken = await this.parts.send(JSON.stringify({ events: sent }), leaving);
    this.sending = false;
    if (taken) this.waiting = this.waiting.filter((event) => !sent.includes(event));
    if (this.waiting.length > 0) this.plan();
  }

  private plan(): void {
    if (this.planned) return;
    this.planned = true;
    this.parts.after(kCollectMs, () => {
      this.planned = false;
      void this.flush(false);
    });
  }
}

const kAddress = '/api/analytics/log-interaction';
const kServerFailed = 500;

async function send(body: string, leaving: boolean): Promise<boolean> {
  if (leaving) {
    return navigator.sendBeacon(kAddress, new Blob([body], { type: 'application/json' }));
  }
  try {
    const headers = { 'content-type': 'application/json' };
    const answer = await fetch(kAddress, { method: 'POST', headers, body, redirect: 'manual' });
    return answer.status >= 200 && answer.status < kServerFailed;
  } catch {
    return false;
  }
}

/** The name under which a browser keeps that its person is not to be logged. */
export const kLogOffSetting = 'interaction-log';
type Asking = Navigator & { readonly globalPrivacyControl?: boolean };

/** Whether the browser asks every page not to follow what its person does. */
export const browserAsksForPrivacy = (): boolean =>
  navigator.doNotTrack === '1' || (navigator as Asking).globalPrivacyControl === true;

let off = () => false;
/** Tells where the person's own choice is kept. */
export const setLogOff = (isOff: () => boolean): void => {
  off = isOff;
};

export const interactions = new InteractionLog({
  allowed: () => !off() && !browserAsksForPrivacy(),
  now: () => new Date(),
  newId: () => crypto.randomUUID(),
  send,
  after: (ms, run) => void setTimeout(run, ms),
});

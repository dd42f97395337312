import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { JournalPort } from '../journal/journal-port';
import type { JournalEntry, LiveEvent } from '../protocol';
import type { HistoryTurn } from './history';
import { LiveLink } from './live-link';
import { LiveSockets, type SdkSession, type TokenAnswer } from './live-sockets';
import { sha256Hex } from './sha256';
import type { SocketListener } from './socket-tap';
import { WireLog } from './wire-log';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

type Connected = { token: string; handle: string | null; ready: () => void; closed: string[] } & {
  listener: SocketListener;
  frames: object[];
};

const setUp = (answers: TokenAnswer[] = [], history: HistoryTurn[] = []) => {
  const entries: JournalEntry[] = [];
  const events: LiveEvent[] = [];
  const failures: string[] = [];
  const opened: Connected[] = [];
  const asked: (string | null)[] = [];
  const wire = new WireLog();
  const journal = new JournalPort({
    postMessage: (batch) => {
      if (Array.isArray(batch)) entries.push(...(batch as JournalEntry[]));
    },
  });
  const link: LiveLink = new LiveLink({
    journal,
    wire,
    tell: (event) => events.push(event),
    playout: () => {},
    nowUs: () => Math.round(performance.now() * 1000) + 1,
    bufferedBytes: () => sockets.bufferedBytes,
    plan: (event) => sockets.on(event),
    fail: (message) => failures.push(message),
  });
  /** Stands for the SDK: makes its socket through the tap, and is ready when the test says so. */
  const connect = (token: string, handle: string | null) =>
    new Promise<SdkSession>((resolve) => {
      const closed: string[] = [];
      const frames: object[] = [];
      const close = (code?: number) => void closed.push(String(code ?? 'none'));
      const socket = { bufferedAmount: 0, close } as unknown as WebSocket;
      const listener = sockets.tap(socket);
      const add = (frame: object) => void frames.push(frame);
      const ready = () => resolve({ close, sendRealtimeInput: add, sendClientContent: add });
      opened.push({ token, handle, ready, closed, listener, frames });
    });
  const sockets: LiveSockets = new LiveSockets({
    link: () => link,
    wire,
    history,
    tell: (event) => events.push(event),
    connect,
    mint: async (handle) => {
      asked.push(handle);
      return answers.shift() ?? { type: 'token', token: `auth_tokens/T${asked.length + 1}` };
    },
    fail: (message) => failures.push(message),
    nowMs: () => performance.now(),
  });
  const rows = () => {
    journal.flush();
    return entries
      .filter(({ topic }) => topic === '/events')
      .map(({ data }) => data as Readonly<Record<string, unknown>>);
  };
  const pass = (ms: number) => vi.advanceTimersByTimeAsync(ms);
  const begin = async () => {
    sockets.on({ type: 'start', token: 'auth_tokens/T1' });
    last().listener.opened();
    last().ready();
    await pass(0);
  };
  const last = () => opened.at(-1) as Connected;
  const receive = (message: object) => {
    const text = JSON.stringify(message);
    last().listener.received(text, true, text.length);
  };
  const handle = (newHandle: string) =>
    receive({ sessionResumptionUpdate: { newHandle, resumable: true } });
  const types = () => events.map(({ type }) => type);
  return {
    sockets,
    link,
    opened,
    last,
    asked,
    events,
    types,
    failures,
    rows,
    pass,
    begin,
    receive,
    handle,
  };
};

describe('LiveSockets', () => {
  it('tells a fresh socket what was said before, and a resumed one nothing', async () => {
    const { begin, handle, receive, opened, last, rows, pass } = setUp(
      [],
      [{ role: 'person', text: 'The box is green.' }],
    );
    await begin();
    const told = {
      turns: [{ role: 'user', parts: [{ text: 'The box is green.' }] }],
      turnComplete: true,
    };
    expect(opened[0]?.frames).toEqual([told]);
    expect(rows()).toContainEqual(expect.objectContaining({ kind: 'history_sent', turns: 1 }));
    handle('h1');
    await pass(1000);
    receive({ goAway: { timeLeft: '50s' } });
    await pass(0);
    opened[0]?.listener.closed(1000, '', true);
    await pass(100);
    last().ready();
    await pass(0);
    expect(opened).toHaveLength(2);
    expect(last().frames).toEqual([]);
  });

  it('goes on with the newest handle on a fresh token, the old socket closed first', async () => {
    const { begin, handle, receive, opened, last, asked, rows, pass, types } = setUp();
    await begin();
    handle('h1');
    handle('h2');
    await pass(1000);
    receive({ goAway: { timeLeft: '50s' } });
    await pass(0);
    expect(asked).toEqual(['h2']);
    expect(opened).toHaveLength(1);
    expect(opened[0]?.closed).toEqual(['1000']);
    opened[0]?.listener.closed(1000, '', true);
    await pass(100);
    expect(opened).toHaveLength(2);
    expect([last().token, last().handle]).toEqual(['auth_tokens/T2', 'h2']);
    last().ready();
    await pass(0);
    expect(types()).toEqual(['connected', 'reconnecting', 'connected', 'back']);
    expect(rows().map(({ kind }) => kind)).toEqual([
      'socket_opening',
      'socket_open',
      'go_away',
      'reconnecting',
      'socket_closed',
      'socket_opening',
      'reconnected',
    ]);
    expect(rows()[5]).toMatchObject({ socket: 1, resumes: `sha256:${sha256Hex('h2')}` });
    expect(rows()[6]).toMatchObject({ socket: 1, gap_ms: 100, dropped_samples: 0 });
    expect(JSON.stringify(rows())).not.toMatch(/"h[12]"|auth_tokens/);
  });

  it('sends on the second socket what was said between the two', async () => {
    const { begin, handle, link, last, pass, rows } = setUp();
    await begin();
    handle('h1');
    last().listener.closed(1006, '', false);
    for (let n = 0; n < 3; n++) {
      const pcm = new Int16Array(320);
      link.mic({ type: 'mic', firstSample: 320 * n, contextFrame: 960 * n, pcm });
    }
    await pass(0);
    last().ready();
    await pass(0);
    expect(last().frames).toHaveLength(3);
    expect(rows().at(-1)).toMatchObject({ kind: 'reconnected', kept_samples: 960 });
    expect(rows().filter(({ kind }) => kind === 'not_sent')).toEqual([]);
  });

  it('ignores a socket that was left behind', async () => {
    const { begin, handle, receive, opened, last, pass, types, rows } = setUp();
    await begin();
    handle('h1');
    await pass(1000);
    receive({ goAway: { timeLeft: '50s' } });
    await pass(500);
    expect(opened).toHaveLength(2);
    last().ready();
    await pass(0);
    const before = types();
    const text = JSON.stringify({ goAway: { timeLeft: '1s' } });
    opened[0]?.listener.received(text, true, text.length);
    opened[0]?.listener.closed(1006, 'auth_tokens/T1', false);
    await pass(0);
    expect(types()).toEqual(before);
    expect(opened).toHaveLength(2);
    expect(rows().at(-1)).toMatchObject({ kind: 'socket_closed', socket: 0 });
    expect(JSON.stringify(rows())).not.toContain('auth_tokens');
  });

  it('tries again while our server is out of reach, and says so in the record', async () => {
    const { begin, handle, last, asked, pass, rows } = setUp([
      { type: 'no-token', refusal: null },
      { type: 'no-token', refusal: null },
    ]);
    await begin();
    handle('h1');
    last().listener.closed(1011, 'x', true);
    await pass(2000);
    expect(asked).toEqual(['h1', 'h1', 'h1']);
    expect(rows().filter(({ kind }) => kind === 'token_failed')).toHaveLength(2);
  });

  it('ends with the reason when the handle is refused', async () => {
    const { begin, handle, last, opened, pass, events } = setUp();
    await begin();
    handle('h1');
    last().listener.closed(1006, '', false);
    await pass(0);
    last().listener.closed(1008, 'session of auth_tokens/T2 not found', true);
    await pass(60_000);
    expect(opened).toHaveLength(2);
    expect(events.at(-1)).toEqual({
      type: 'closed',
      phase: 'resuming',
      code: 1008,
      reason: `session of sha256:${sha256Hex('auth_tokens/T2')} not found`,
    });
  });

  it('tells how long the talk will last when it cannot be continued', async () => {
    const { begin, receive, events } = setUp();
    await begin();
    receive({ serverContent: { outputTranscription: { text: 'Hi' } } });
    receive({ goAway: { timeLeft: '50s' } });
    expect(events.at(-1)).toEqual({ type: 'countdown', leftMs: 50_000 });
  });

  it('closes the open socket when the person hangs up, and opens none afterwards', async () => {
    const { begin, handle, last, opened, asked, pass, sockets } = setUp();
    await begin();
    handle('h1');
    const done = vi.fn();
    void sockets.close().then(done);
    expect(last().closed).toEqual(['none']);
    await pass(10);
    expect(done).not.toHaveBeenCalled();
    last().listener.closed(1000, '', true);
    await pass(60_000);
    expect(done).toHaveBeenCalledOnce();
    expect([opened.length, asked]).toEqual([1, []]);
  });

  it('closes a socket that becomes ready after hanging up', async () => {
    const { sockets, last, pass, types } = setUp();
    sockets.on({ type: 'start', token: 'auth_tokens/T1' });
    void sockets.close();
    last().ready();
    await pass(0);
    expect(last().closed).toEqual(['none', 'none']);
    expect(types()).toEqual([]);
  });
});

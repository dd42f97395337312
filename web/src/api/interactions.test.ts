import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { InteractionLog, kCollectMax, kInteractions, kWaitingMax } from './interactions';

function logOf({ allowed = true, taken = true } = {}) {
  const sent: { readonly body: string; readonly leaving: boolean }[] = [];
  const timers: (() => void)[] = [];
  const state = { allowed, taken };
  let ids = 0;
  const log = new InteractionLog({
    allowed: () => state.allowed,
    now: () => new Date('2026-11-29T10:00:00Z'),
    newId: () => `id${++ids}`,
    send: async (body, leaving) => {
      sent.push({ body, leaving });
      return state.taken;
    },
    after: (_, run) => timers.push(run),
  });
  const kinds = () => sent.map(({ body }) => JSON.parse(body).events.length);
  return { log, sent, timers, state, kinds };
}
const settled = () => new Promise((resolve) => setTimeout(resolve));

describe('the interaction log', () => {
  it('collects events and sends them together, later', async () => {
    const { log, sent, timers } = logOf();
    log.add('mute', { on: true }, 'live1');
    log.add('search', { hits: 3 });
    expect(sent).toEqual([]);
    expect(timers).toHaveLength(1);
    timers[0]?.();
    await settled();
    expect(JSON.parse(sent[0]?.body ?? '')).toEqual({
      events: [
        {
          id: 'id1',
          kind: 'mute',
          at: '2026-11-29T10:00:00.000Z',
          data: { on: true },
          live_session_id: 'live1',
        },
        { id: 'id2', kind: 'search', at: '2026-11-29T10:00:00.000Z', data: { hits: 3 } },
      ],
    });
  });
  it('sends at once when many wait, and when the page is left', async () => {
    const { log, sent, kinds } = logOf();
    for (let n = 0; n < kCollectMax; n += 1) log.add('interruption', {});
    await settled();
    expect(kinds()).toEqual([kCollectMax]);
    log.add('interruption', {});
    await log.flush(true);
    expect(sent[1]?.leaving).toBe(true);
  });
  it('keeps what the server did not take, and sends it again with the same ids', async () => {
    const { log, sent, state } = logOf({ taken: false });
    log.add('interruption', {});
    await log.flush(false);
    state.taken = true;
    await log.flush(false);
    expect(sent[1]?.body).toBe(sent[0]?.body);
    await log.flush(false);
    expect(sent).toHaveLength(2);
  });
  it('drops the oldest when the server is away for long', async () => {
    const { log, sent } = logOf({ taken: false });
    for (let n = 0; n < kWaitingMax + 10; n += 1) log.add('interruption', {});
    await settled();
    await log.flush(true);
    const { events } = JSON.parse(sent.at(-1)?.body ?? '');
    expect(events).toHaveLength(kWaitingMax);
    expect(events[0].id).toBe('id11');
  });
  it('forgets what waits when somebody else has come', async () => {
    const { log, sent } = logOf();
    log.add('mute', { on: true });
    log.forget();
    await log.flush(true);
    expect(sent).toEqual([]);
  });
  it('sends nothing of somebody who does not want it', async () => {
    const { log, sent, state } = logOf({ allowed: false });
    log.add('mute', { on: true });
    state.allowed = true;
    log.add('mute', { on: false });
    state.allowed = false;
    await log.flush(false);
    state.allowed = true;
    await log.flush(false);
    expect(sent).toEqual([]);
  });
});

describe('the catalogue', () => {
  const page = readFileSync(
    new URL('../../../docs/formats/interaction-log.md', import.meta.url),
    'utf8',
  );
  const rows = new Map(
    [...page.matchAll(/^\| `(\w+)` \| (.*) \|$/gm)].map(([, kind, data]) => [kind, data ?? '']),
  );
  it.each(Object.entries(kInteractions))('describes %s', (kind, fields) => {
    const described = rows.get(kind);
    expect(described).toBeDefined();
    for (const [name, type] of Object.entries(fields)) {
      const words =
        typeof type === 'object'
          ? [...type]
          : [{ flag: 'flag', count: '0 to', name: 'name', id: 'UUID' }[type as 'flag']];
      const [, member] = new RegExp(`\`${name}\`\\?? ([^;]*)`).exec(described ?? '') ?? [];
      for (const word of words) expect(member).toContain(word);
    }
  });
  it('has no member that the app must send and does not know', () => {
    for (const [kind, fields] of Object.entries(kInteractions)) {
      const needed = [...(rows.get(kind) ?? '').matchAll(/`(\w+)` /g)].map(([, name]) => name);
      for (const name of needed) expect(Object.keys(fields)).toContain(name);
    }
  });
});

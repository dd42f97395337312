import { expect, it, vi } from 'vitest';
import type { OrphanProgress } from '../live-session';
import type { RecoveryCommand, RecoveryEvent } from '../protocol';
import { DiscardedNames } from './discarded-names';
import { createRecoveryClient } from './recovery-client';

const orphan = (state: OrphanProgress['state']): OrphanProgress => ({
  recordingId: 'r1',
  chunksTotal: 3,
  chunksSent: 0,
  state,
  durationSeconds: 3,
  answers: '',
  kept: null,
  missingChunks: null,
});

const storage = () => {
  const kept = new Map<string, string>();
  return {
    getItem: (name: string) => kept.get(name) ?? null,
    setItem: (name: string, value: string) => void kept.set(name, value),
  };
};

const make = (kept = storage(), discardMsMax = 1000) => {
  const commands: RecoveryCommand[] = [];
  const worker = { postMessage: (command: RecoveryCommand) => commands.push(command) } as unknown;
  const names = new DiscardedNames(() => kept);
  const recovery = createRecoveryClient(() => worker as Worker, names, discardMsMax);
  const says = (state: OrphanProgress['state']) => {
    const data: RecoveryEvent = { type: 'orphans', orphans: [orphan(state)], foreign: false };
    (worker as Worker).onmessage?.(new MessageEvent('message', { data }));
  };
  return { kept, commands, names, recovery, says };
};

it('discards: done when the Worker has said so', async () => {
  const { commands, recovery, says, names } = make();
  says('waiting');
  let done = false;
  const discarded = recovery.discard('r1').then(() => {
    done = true;
  });
  expect(commands).toEqual([
    { type: 'begin', discarded: [] },
    { type: 'discard', recordingId: 'r1' },
  ]);
  expect(names.list()).toEqual(['r1']);
  await Promise.resolve();
  expect(done).toBe(false);
  says('discarded');
  await discarded;
  expect(names.list()).toEqual([]);
});

it('the next page hears of discarded recordings before it sends anything', () => {
  const first = make();
  void first.recovery.discard('r1').catch(() => {});
  const next = make(first.kept);
  expect(next.commands).toEqual([{ type: 'begin', discarded: ['r1'] }]);
  next.says('discarded');
  expect(make(first.kept).commands).toEqual([{ type: 'begin', discarded: [] }]);
});

it('does not call files discarded that are still there', async () => {
  vi.useFakeTimers();
  const { recovery, says } = make();
  says('waiting');
  const refused = expect(recovery.discard('r1')).rejects.toThrow('did not remove');
  await vi.advanceTimersByTimeAsync(1000);
  await refused;
  vi.useRealTimers();
});

it.each([
  ['rubbish', () => ({ getItem: () => '{"a":', setItem: () => {} })],
  ['something else', () => ({ getItem: () => '{"a":1}', setItem: () => {} })],
  [
    'throwing',
    () => {
      throw new DOMException('denied', 'SecurityError');
    },
  ],
])('a browser whose memory is %s remembers nothing, and that is all', (_, kept) => {
  const names = new DiscardedNames(kept);
  names.add('r1');
  names.forget('r1');
  expect(names.list()).toEqual([]);
});

it('remembers the newest fifty', () => {
  const names = new DiscardedNames(() => kept);
  const kept = storage();
  for (let index = 0; index < 60; index += 1) names.add(`r${index}`);
  expect(names.list()).toHaveLength(50);
  expect(names.list()[0]).toBe('r10');
});

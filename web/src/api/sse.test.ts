import { expect, test } from 'vitest';
import { EventReader } from './sse';

const kStream = [
  'retry: 500\n\n',
  ': nothing\n\n',
  'id: 1\nevent: delta\ndata: {"text":"a"}\n\n',
  'id: 2\r\nevent: delta\r\ndata:one\r\ndata: two\r\n\r\n',
  'event: empty\n\n',
  'data\nid: 3\nunknown: x\n\n',
  'id: 4\ndata: not whole',
].join('');

test('events are the same however the text comes', () => {
  for (let size = 1; size <= kStream.length; size++) {
    const reader = new EventReader();
    const events = [];
    for (let at = 0; at < kStream.length; at += size) {
      events.push(...reader.take(kStream.slice(at, at + size)));
    }
    expect(events).toEqual([
      { id: '1', name: 'delta', data: '{"text":"a"}' },
      { id: '2', name: 'delta', data: 'one\ntwo' },
      { id: '3', name: 'message', data: '' },
    ]);
    expect(reader.retryMs).toBe(500);
  }
});

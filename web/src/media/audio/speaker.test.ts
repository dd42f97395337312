import { expect, test, vi } from 'vitest';
import { playOn } from './speaker';

const output = (deviceId: string) => ({ kind: 'audiooutput', deviceId });
function made(setSinkId = vi.fn(async (_: string) => {})) {
  let there = [output('a'), output('b'), { kind: 'audioinput', deviceId: 'c' }];
  const media = Object.assign(new EventTarget(), { enumerateDevices: async () => there });
  const lost = vi.fn();
  const stop = playOn({ setSinkId } as unknown as AudioContext, 'b', media as never, lost);
  const change = async (...ids: string[]) => {
    there = ids.map(output);
    media.dispatchEvent(new Event('devicechange'));
    await new Promise((done) => setTimeout(done));
  };
  return { setSinkId, lost, stop, change };
}

test('plays on the chosen one while it is there', async () => {
  const { setSinkId, lost, change } = made();
  await change('b');
  expect(setSinkId.mock.calls).toEqual([['b']]);
  expect(lost).not.toHaveBeenCalled();
});

test('unplugged: the system’s own, and it is said once', async () => {
  const { setSinkId, lost, change } = made();
  await change('a');
  await change();
  expect(setSinkId.mock.calls).toEqual([['b'], ['']]);
  expect(lost).toHaveBeenCalledOnce();
});

test('one that cannot be used gives way as well', async () => {
  const { lost } = made(
    vi.fn(async (id: string) => {
      if (id !== '') throw new DOMException('gone', 'NotFoundError');
    }),
  );
  await new Promise((done) => setTimeout(done));
  expect(lost).toHaveBeenCalledOnce();
});

test('after the end nothing is watched', async () => {
  const { lost, stop, change } = made();
  stop();
  await change('a');
  expect(lost).not.toHaveBeenCalled();
});

test('a browser that lets nobody choose plays on its own', () => {
  const lost = vi.fn();
  playOn({} as AudioContext, 'b', new EventTarget() as never, lost)();
  expect(lost).not.toHaveBeenCalled();
});

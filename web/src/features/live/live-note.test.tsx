// @vitest-environment jsdom
import { act, cleanup, fireEvent, render } from '@testing-library/react';
import { afterEach, expect, test, vi } from 'vitest';
import { kInitialSnapshot } from '../../media/live/initial-snapshot';
import type { LiveSnapshot } from '../../media/live-session';
import { LiveNote } from './live-note';

afterEach(() => {
  cleanup();
  vi.useRealTimers();
});

const kCalm: LiveSnapshot = {
  ...kInitialSnapshot,
  state: 'live',
  connection: 'connected',
  recording: true,
  startedAtMs: 0,
  microphone: { label: 'Desk', deviceId: 'mic-1' },
};
const show = (change: Partial<LiveSnapshot>) => {
  const onReconnect = vi.fn();
  const onHangUp = vi.fn();
  const onLogIn = vi.fn();
  const shown = render(
    <LiveNote
      snapshot={{ ...kCalm, ...change }}
      recorded
      onReconnect={onReconnect}
      onLogIn={onLogIn}
      onHangUp={onHangUp}
    />,
  );
  return { ...shown, onReconnect, onLogIn, onHangUp };
};

const unreachable = { ...kCalm.spool, server: 'unreachable', waitingSeconds: 3 } as const;
test.each<readonly [Partial<LiveSnapshot>, string]>([
  [{}, ''],
  [{ modelSilent: true }, 'The model does not answer.'],
  [{ endsAtMs: 1e9 }, 'The model ends this talk soon.'],
  [{ speaksMuted: true }, 'You are muted. The model does not hear what you say.'],
  [{ speaksMuted: true, modelSilent: true }, 'The model does not answer.'],
  [{ microphoneTrouble: 'muted' }, 'The system muted “Desk”.'],
  [{ microphoneTrouble: 'silent' }, 'We hear nothing from “Desk”.'],
  [
    { notice: { kind: 'default-microphone', device: 'Headset', used: 'Desk' } },
    'This computer’s microphone is now “Headset”. This session stays with “Desk”.',
  ],
  [
    { notice: { kind: 'default-microphone', device: 'Headset', used: 'Default - Headset' } },
    'This computer’s microphone is now “Headset”. It is used from now on.',
  ],
  [
    { notice: { kind: 'device-lost', lost: 'microphone', instead: 'Headset' } },
    'Microphone lost. Using “\u2068Headset\u2069”. Change it under Devices and settings.',
  ],
  [
    { notice: { kind: 'device-lost', lost: 'camera', instead: 'Second' } },
    'Camera lost. Using “\u2068Second\u2069”.',
  ],
  [
    { notice: { kind: 'device-lost', lost: 'microphone', instead: null } },
    'Microphone lost. Plug one in: it is used at once. Until then you can write.',
  ],
  [
    { notice: { kind: 'device-lost', lost: 'camera', instead: null } },
    'Camera lost. Your voice is enough. When it is plugged in again, turn the camera on.',
  ],
  [
    { notice: { kind: 'device-lost', lost: 'speaker', instead: null } },
    'Speaker lost. The speaker of the system is used.',
  ],
  [{ notice: { kind: 'text-not-sent', text: 'hello' } }, 'Not sent: “\u2068hello\u2069”'],
  [{ modelSilent: true, spool: unreachable }, 'Server out of reach. Still recording.'],
  [{ modelSilent: true, endsAtMs: 1e9 }, 'The model does not answer.'],
])('%o: %s', (change, words) => {
  expect(show(change).container.textContent).toContain(words);
});

test('a model that does not answer leaves two ways on', () => {
  const { getByRole, onReconnect, onHangUp } = show({ modelSilent: true });
  fireEvent.click(getByRole('button', { name: 'Reconnect' }));
  fireEvent.click(getByRole('button', { name: 'Hang up' }));
  expect([onReconnect.mock.calls.length, onHangUp.mock.calls.length]).toEqual([1, 1]);
});

test('an ended login leads to the dialog, and says that nothing is lost', () => {
  const spool = { ...kCalm.spool, server: 'login-required', waitingSeconds: 4 } as const;
  const { container, getByRole, onLogIn } = show({ spool });
  expect(container.textContent).toContain('Your login has ended. Still recording.');
  expect(container.textContent).toContain('4 s are kept in this browser');
  fireEvent.click(getByRole('button', { name: 'Log in again' }));
  expect(onLogIn).toHaveBeenCalledOnce();
});

test('the countdown counts, and is read aloud once only', () => {
  vi.useFakeTimers();
  const { container, getByText } = show({ endsAtMs: performance.now() + 42_000 });
  expect(container.textContent).toContain('It ends in 42 s.');
  act(() => vi.advanceTimersByTime(2000));
  expect(container.textContent).toContain('It ends in 40 s.');
  expect(getByText('40 s').closest('[aria-hidden]')).not.toBeNull();
  act(() => vi.advanceTimersByTime(60_000));
  expect(container.textContent).toContain('It ends in 0 s.');
});

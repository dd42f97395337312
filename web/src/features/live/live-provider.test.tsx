// @vitest-environment jsdom
import { act, fireEvent, screen } from '@testing-library/react';
import { expect, test, vi } from 'vitest';
import { toasts } from '../../ui/toasts';
import { goLive, press, service, show } from './live-page-for-test';

test('the first Start live asks for consent, and a press of it agrees and begins', async () => {
  const { session } = await goLive();
  expect(session.options.consent?.textSha256).toMatch(/^[0-9a-f]{64}$/);
  expect(session.options.microphone).toEqual({ deviceId: 'mic-1' });
  expect(service.grants).toHaveLength(1);
  expect(service.grants[0]).toMatchObject({ chat_id: 'new-chat', record: true });
  expect(service.grants[0]?.consent?.text_sha256).toBe(session.options.consent?.textSha256);
});

test('talk without recording begins a session that is not recorded, and says so', async () => {
  const { sessions } = await show();
  await press('Talk without recording');
  await screen.findByText(/This session is not recorded/);
  await press('Start live');
  await screen.findByRole('button', { name: 'Hang up' });
  await act(async () => sessions[0]?.connect());
  expect(await screen.findByText('Not recorded')).toBeTruthy();
  expect(sessions[0]?.options.consent).toBeNull();
  expect(service.grants[0]).toMatchObject({ record: false });
});

test('without any device the focus stays in the dialog, and one can write instead', async () => {
  navigator.mediaDevices.getUserMedia = () =>
    Promise.reject(new DOMException('', 'NotAllowedError'));
  const { sessions } = await show();
  await press('Agree, check devices');
  await screen.findByText(/You can still write/);
  expect(document.activeElement?.closest('dialog')).not.toBeNull();
  expect(document.activeElement?.matches(':disabled')).toBe(false);
  await press('Write instead');
  await screen.findByRole('button', { name: 'Hang up' });
  expect(sessions[0]?.options).toMatchObject({ microphone: null, camera: null });
});

test('hanging up opens the chat at once and gives focus to its Play session', async () => {
  const { session, onOpenChat } = await goLive();
  await press('Hang up');
  expect(session.hangUp).toHaveBeenCalledOnce();
  expect(onOpenChat).toHaveBeenCalledWith('new-chat');
  expect(await screen.findByText('Focus: s1')).toBeTruthy();
});

test.each([
  ['Stop and keep', 'keep', /is kept\.$/],
  ['Stop and delete', 'erase', /is deleted\.$/],
] as const)('%s: the capture stops at once, and the server is told', async (button, wish, said) => {
  const { session, onOpenChat } = await goLive();
  await press('Devices and settings');
  await press('Withdraw consent…');
  expect(session.withdraw).not.toHaveBeenCalled();
  fireEvent.click(screen.getByRole('button', { name: button }));
  expect(session.withdraw).toHaveBeenCalledOnce();
  expect(session.hangUp).not.toHaveBeenCalled();
  expect(onOpenChat).toHaveBeenCalledWith('new-chat');
  await vi.waitFor(() => expect(toasts.snapshot()?.text).toMatch(said));
  expect(service.withdrawals).toEqual([
    {
      path: '/api/live/sessions/s1/withdraw-consent',
      recording: wish,
      last_seq: wish === 'keep' ? 4 : null,
    },
  ]);
});

test('a withdrawal that the server did not note can be sent again', async () => {
  service.refusesWithdrawal = true;
  await goLive();
  await press('Devices and settings');
  await press('Withdraw consent…');
  await press('Stop and delete');
  await vi.waitFor(() => expect(toasts.snapshot()?.text).toMatch(/is not deleted yet/));
  service.refusesWithdrawal = false;
  toasts.act();
  await vi.waitFor(() => expect(toasts.snapshot()?.text).toMatch(/is deleted\.$/));
});

test('a lost connection says what is recorded; Start again begins in the same chat', async () => {
  const { session, sessions } = await goLive();
  act(() =>
    session.set({ state: 'ended', recording: false, end: { reason: 'lost', problem: null } }),
  );
  expect(await screen.findByText('The connection was lost')).toBeTruthy();
  expect(screen.getByText(/Everything until 0:0\d is recorded/)).toBeTruthy();
  await press('Start again');
  await vi.waitFor(() => expect(sessions).toHaveLength(2));
  await act(async () => sessions[1]?.connect());
  expect(service.grants.map((grant) => grant.chat_id)).toEqual(['new-chat', 'new-chat']);
});

test('a session that never began says why and offers a way on', async () => {
  const { sessions } = await show();
  await press('Start live');
  await screen.findByRole('button', { name: 'Hang up' });
  act(() =>
    sessions[0]?.set({
      state: 'ended',
      end: {
        reason: 'never_connected',
        problem: { kind: 'model-unreachable', address: 'http://localhost:8081' },
      },
    }),
  );
  expect(await screen.findByText('The emulator does not answer')).toBeTruthy();
  await press('Check again');
  await vi.waitFor(() => expect(sessions).toHaveLength(2));
});

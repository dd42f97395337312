// @vitest-environment jsdom
import { act, fireEvent, screen } from '@testing-library/react';
import { expect, test, vi } from 'vitest';
import { toasts } from '../../ui/toasts';
import { goLive, press, show } from './live-page-for-test';

test('while the camera is being opened it has its room, and so has Mark', async () => {
  const { sessions } = await show();
  await press('Agree, check devices');
  await press('Start live');
  await screen.findByRole('button', { name: 'Hang up' });
  const buttons = () => document.querySelectorAll('.live-control').length;
  const before = buttons();
  act(() => sessions[0]?.set({ cameraOn: true, microphone: null }));
  expect(await screen.findByText('The camera is being opened')).toBeTruthy();
  expect(screen.queryByText('Voice only')).toBeNull();
  expect(document.querySelector('.live > .live-seam')).not.toBeNull();
  expect(document.querySelector('.live-control .lucide-mic-off')).toBeNull();
  await act(async () => sessions[0]?.connect());
  await screen.findByRole('button', { name: 'Mark this moment' });
  expect(buttons()).toBe(before);
});

test('a camera that is switched on has its room at once, and loses it when it does not come', async () => {
  const { session } = await goLive();
  const opened = Promise.withResolvers<void>();
  session.setCamera.mockReturnValueOnce(opened.promise);
  await press('Turn camera off');
  await screen.findByText('The camera is being opened');
  expect(session.setCamera).toHaveBeenCalledWith(true);
  opened.reject(new Error('refused'));
  await screen.findByText('Voice only');
  expect(toasts.snapshot()?.text).toMatch(/cannot be opened/);
});

test('a camera that is switched on and does not come keeps no room', async () => {
  await goLive();
  await press('Turn camera off');
  await screen.findByText('Voice only');
});

test('mute tells its state without changing its name', async () => {
  const { session } = await goLive();
  const button = screen.getByRole('button', { name: 'Mute microphone' });
  expect(button.getAttribute('aria-pressed')).toBe('false');
  fireEvent.keyDown(document.body, { key: 'm' });
  expect(session.state.muted).toBe(true);
  await vi.waitFor(() => expect(button.getAttribute('aria-pressed')).toBe('true'));
});

test('with nothing said yet, one press says a sentence in writing', async () => {
  const { session } = await goLive();
  fireEvent.click(await screen.findByRole('button', { name: '“Tell me a long story”' }));
  expect(session.typed).toEqual(['Tell me a long story']);
});

test('without a microphone there is a field; Enter sends, and what cannot be sent stays', async () => {
  const { session } = await goLive();
  expect(screen.queryByRole('textbox')).toBeNull();
  act(() => session.set({ microphone: null, connection: 'reconnecting' }));
  const field = await screen.findByRole('textbox', { name: 'Message to the model' });
  fireEvent.change(field, { target: { value: ' مرحبا ' } });
  fireEvent.keyDown(field, { key: 'Enter' });
  expect(screen.getByText('There is no connection yet. Wait a moment.')).toBeTruthy();
  expect(session.typed).toEqual([]);
  act(() => session.set({ connection: 'connected' }));
  await vi.waitFor(() => expect(screen.queryByText(/no connection yet/)).toBeNull());
  fireEvent.keyDown(field, { key: 'Enter', shiftKey: true });
  fireEvent.keyDown(field, { key: 'Enter', isComposing: true });
  expect(session.typed).toEqual([]);
  fireEvent.keyDown(field, { key: 'Enter' });
  expect(session.typed).toEqual([' مرحبا ']);
  expect(field).toHaveProperty('value', '');
});

test('Write opens the field, with focus, also beside a microphone', async () => {
  await goLive();
  fireEvent.keyDown(document.body, { key: 'w' });
  const field = await screen.findByRole('textbox', { name: 'Message to the model' });
  expect(document.activeElement).toBe(field);
  await press('Write');
  expect(screen.queryByRole('textbox')).toBeNull();
});

test('a key or its button marks the moment, where there is a record of it', async () => {
  const { session } = await goLive();
  fireEvent.keyDown(document.body, { key: 'b' });
  fireEvent.keyDown(document.body, { key: 'b', repeat: true });
  expect(session.mark).toHaveBeenCalledOnce();
  await press('Mark this moment');
  expect(session.mark).toHaveBeenCalledTimes(2);
});

test('without a recording there is nothing to mark', async () => {
  const { sessions } = await show();
  await press('Talk without recording');
  await press('Start live');
  await screen.findByRole('button', { name: 'Hang up' });
  await act(async () => sessions[0]?.connect());
  await screen.findByText('Not recorded');
  fireEvent.keyDown(document.body, { key: 'b' });
  expect(sessions[0]?.mark).not.toHaveBeenCalled();
  expect(screen.queryByRole('button', { name: 'Mark this moment' })).toBeNull();
});

test('typed words that wait when one hangs up are said, since no record names them', async () => {
  const { session } = await goLive();
  session.hangUp = vi.fn(async () => {
    for (const text of ['Which wheel?', 'The small one?']) {
      session.set({ notice: { kind: 'text-not-sent', text } });
    }
  });
  await press('Hang up');
  const said = 'Not sent: “\u2068Which wheel?\u2069”, “\u2068The small one?\u2069”';
  await vi.waitFor(() => expect(toasts.snapshot()).toMatchObject({ text: said, tone: 'error' }));
});

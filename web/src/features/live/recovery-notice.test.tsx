// @vitest-environment jsdom
import { act, cleanup, fireEvent, render, screen } from '@testing-library/react';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Listeners } from '../../media/listeners';
import type { OrphanProgress, RecoveryClient } from '../../media/live-session';
import { ToastHost } from '../../ui/toast-host';
import { kUndoMs } from '../../ui/toasts';
import { RecoveryNotice } from './recovery-notice';

const orphan = (change: Partial<OrphanProgress>): OrphanProgress => ({
  recordingId: 'r1',
  chunksTotal: 4,
  chunksSent: 1,
  state: 'sending',
  durationSeconds: 4,
  answers: '',
  kept: null,
  missingChunks: null,
  ...change,
});

const show = (...orphans: OrphanProgress[]) => {
  let said = orphans;
  const listeners = new Listeners();
  let foreign = false;
  const recovery: RecoveryClient = {
    subscribe: listeners.subscribe,
    snapshot: () => said,
    foreign: () => foreign,
    discard: vi.fn(async () => {}),
    look: () => {},
    download: vi.fn(async () => new Blob(['kept'])),
  };
  const onPlay = vi.fn();
  render(
    <>
      <RecoveryNotice recovery={recovery} onPlay={onPlay} />
      <ToastHost />
    </>,
  );
  const say = (...next: OrphanProgress[]) =>
    act(() => {
      said = next;
      listeners.tell();
    });
  const sayForeign = (on: boolean) =>
    act(() => {
      foreign = on;
      listeners.tell();
    });
  return { recovery, onPlay, say, sayForeign };
};
const button = (name: string) => screen.getByRole('button', { name });

beforeEach(() => {
  vi.stubGlobal('URL', { createObjectURL: () => 'blob:kept', revokeObjectURL: () => {} });
});
afterEach(() => {
  cleanup();
  vi.useRealTimers();
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
});

test('of another person it tells only that something is there, once', () => {
  const { sayForeign } = show();
  expect(screen.queryByText(/another person/)).toBeNull();
  sayForeign(true);
  const note = screen.getByText(/another person/).closest('.note');
  expect(note?.textContent).not.toMatch(/\d/);
  expect(screen.getAllByRole('button')).toEqual([button('Close')]);
  fireEvent.click(button('Close'));
  expect(screen.queryByText(/another person/)).toBeNull();
});

test('an upload shows its progress, and then the state that the server reports', () => {
  const { onPlay, say } = show(orphan({}));
  expect(screen.getByRole('progressbar').getAttribute('aria-valuenow')).toBe('25');
  say(orphan({ state: 'gaps', missingChunks: 1 }));
  expect(screen.queryByRole('progressbar')).toBeNull();
  expect(screen.queryByText('The session is complete.')).toBeNull();
  fireEvent.click(button('Close'));
  expect(screen.queryByText('The rest of a session is sent.')).toBeNull();
  say(orphan({ state: 'done' }));
  expect(screen.getByText('The session is complete.')).toBeTruthy();
  fireEvent.click(button('Play session'));
  expect(onPlay).toHaveBeenCalledWith('r1');
});

test('parts that are kept can be downloaded', async () => {
  const clicked = vi.spyOn(HTMLAnchorElement.prototype, 'click').mockImplementation(() => {});
  const kept = { chunks: 1, by: 'network', words: '403 text/html' } as const;
  const { recovery } = show(orphan({ state: 'kept', kept, missingChunks: 1 }));
  expect(screen.getByText(/403 text\/html/)).toBeTruthy();
  await act(async () => void fireEvent.click(button('Download')));
  expect(recovery.download).toHaveBeenCalledWith('r1');
  expect(clicked.mock.contexts[0]).toMatchObject({ download: 'reprise-r1.tar' });
});

test('says when a part cannot be read', async () => {
  const { recovery } = show(orphan({ state: 'unknown' }));
  vi.mocked(recovery.download).mockRejectedValue(new Error('gone'));
  await act(async () => void fireEvent.click(button('Download')));
  expect(await screen.findByText('What is kept could not be read.')).toBeTruthy();
});

test('a discard waits for the time of Undo, and one that fails brings the notice back', async () => {
  vi.useFakeTimers();
  const { recovery } = show(orphan({ state: 'waiting' }));
  vi.mocked(recovery.discard).mockRejectedValue(new Error('no'));
  fireEvent.click(button('Discard'));
  expect(screen.queryByText('Sending the rest of a session.')).toBeNull();
  expect(recovery.discard).not.toHaveBeenCalled();
  await act(() => vi.advanceTimersByTimeAsync(kUndoMs));
  expect(recovery.discard).toHaveBeenCalledWith('r1');
  expect(screen.getByText('The rest of the session was not discarded.')).toBeTruthy();
  expect(screen.getByText('Sending the rest of a session.')).toBeTruthy();
});

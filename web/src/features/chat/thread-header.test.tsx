// @vitest-environment jsdom
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { cleanup, fireEvent, render, screen } from '@testing-library/react';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { Chat } from '../../api/chats';
import { stubObservers } from '../../ui/layout-for-test';
import { Router } from '../../ui/router/router';
import { RouterContext } from '../../ui/router/router-context';
import { ThreadHeader } from './thread-header';

const at = '2026-11-29T10:00:00Z';
const who = { provider: null, model: null, live_words_to: null, shared: null };
const chat: Chat = {
  id: '1',
  title: 'Gears',
  untitled: false,
  created_at: at,
  last_used_at: at,
  live: false,
  ...who,
};

beforeEach(stubObservers);
afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
});

const show = () =>
  render(
    <QueryClientProvider client={new QueryClient()}>
      <RouterContext.Provider value={new Router(window)}>
        <ThreadHeader chat={chat} sharing={null} onDeleted={() => () => {}} onDay={() => {}} />
      </RouterContext.Provider>
    </QueryClientProvider>,
  );
const title = () => screen.getByRole('heading', { name: 'Gears' });

test('the title of the chat is seen, unless it is being renamed', async () => {
  show();
  expect(title().className).not.toContain('visually-hidden');
  const menu = screen.getByRole('button', { name: 'More for this chat' });
  fireEvent.keyDown(menu, { key: 'Enter' });
  fireEvent.click(screen.getByRole('menuitem', { name: 'Rename' }));
  await vi.waitFor(() => expect(title().className).toContain('visually-hidden'));
});

// @vitest-environment jsdom
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { cleanup, render, screen, waitFor } from '@testing-library/react';
import { afterEach, expect, test, vi } from 'vitest';
import { Router } from '../ui/router/router';
import { RouterContext } from '../ui/router/router-context';
import { useRightChatPage } from './use-right-chat-page';

const kId = '0194a000-0000-7000-8000-0000000000c1';
let router: Router | null = null;
afterEach(() => {
  cleanup();
  router?.close();
  vi.unstubAllGlobals();
});

const Page = ({ page }: { readonly page: 'own' | 'shared' }) =>
  useRightChatPage(kId, page) ? 'elsewhere' : 'here';

function show(page: 'own' | 'shared', answer: () => Response) {
  vi.stubGlobal('fetch', async () => answer());
  history.replaceState(null, '', page === 'own' ? `/chats/${kId}` : `/shared/${kId}`);
  router = new Router(window);
  const queries = new QueryClient({ defaultOptions: { queries: { retry: false } } });
  render(
    <RouterContext.Provider value={router}>
      <QueryClientProvider client={queries}>
        <Page page={page} />
      </QueryClientProvider>
    </RouterContext.Provider>,
  );
  return queries;
}

const chat = (shared: { from: string } | null) => () => Response.json({ id: kId, shared });

test.each([
  ['own', { from: 'Anna' }, `/shared/${kId}`],
  ['shared', null, `/chats/${kId}`],
] as const)(
  'the page of %s chats leads to the other one, without a step back to it',
  async (page, shared, to) => {
    const { length } = history;
    show(page, chat(shared));
    await waitFor(() => expect(router?.snapshot().path).toBe(to));
    expect(screen.getByText('elsewhere')).toBeTruthy();
    expect(history.length).toBe(length);
  },
);

test.each([
  ['own', chat(null)],
  ['shared', chat({ from: 'Anna' })],
  ['own', () => new Response('{}', { status: 404 })],
] as const)(
  'the page of %s chats stays where it is right, or nobody knows',
  async (page, answer) => {
    const queries = show(page, answer);
    await waitFor(() => expect(queries.isFetching()).toBe(0));
    expect(screen.getByText('here')).toBeTruthy();
    expect(location.pathname).toBe(page === 'own' ? `/chats/${kId}` : `/shared/${kId}`);
  },
);

// @vitest-environment jsdom
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { cleanup, fireEvent, render, screen } from '@testing-library/react';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { meQuery } from '../../api/account';
import { ApiError, unreachable } from '../../api/api-error';
import { client } from '../../api/client';
import { NewChatPage } from './new-chat-page';

const asked: string[] = [];
let answerToMessage: () => unknown = () => ({});

beforeEach(() => {
  asked.length = 0;
  vi.spyOn(client, 'GET').mockResolvedValue({ data: undefined } as never);
  vi.spyOn(client, 'POST').mockImplementation((async (path: string) => {
    asked.push(`POST ${path}`);
    return { data: path === '/api/chats' ? { id: 'c' } : answerToMessage() };
  }) as never);
  vi.spyOn(client, 'DELETE').mockImplementation((async (path: string) => {
    asked.push(`DELETE ${path}`);
    return {};
  }) as never);
});
afterEach(() => {
  cleanup();
  vi.restoreAllMocks();
});

function write(words: string) {
  const queries = new QueryClient({ defaultOptions: { queries: { retry: false } } });
  queries.setQueryData(meQuery.queryKey, { id: 'me' } as never);
  render(
    <QueryClientProvider client={queries}>
      <NewChatPage onStartLive={() => {}} onCreated={() => {}} />
    </QueryClientProvider>,
  );
  const field = screen.getByRole('textbox', { name: 'Message' });
  fireEvent.change(field, { target: { value: words } });
  fireEvent.keyDown(field, { key: 'Enter' });
}
const refuse = (error: Error) => () => {
  throw error;
};
const kMade = ['POST /api/chats', 'POST /api/chats/{chat_id}/messages'];

test('a first message that is refused leaves no chat behind', async () => {
  answerToMessage = refuse(new ApiError('problem', 'Too long.', { status: 400 }));
  write('a');
  expect((await screen.findByRole('alert')).textContent).toContain('Not sent. Too long.');
  expect(asked).toEqual([...kMade, 'DELETE /api/chats/{chat_id}']);
});

test('a first message that may have come is sent again into the same chat', async () => {
  answerToMessage = refuse(unreachable());
  write('a');
  await screen.findByRole('alert');
  fireEvent.keyDown(screen.getByRole('textbox', { name: 'Message' }), { key: 'Enter' });
  await vi.waitFor(() => expect(asked).toEqual([...kMade, kMade[1]]));
});

// @vitest-environment jsdom
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { cleanup, renderHook, waitFor } from '@testing-library/react';
import type { ReactNode } from 'react';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { loginNeeded } from '../../api/login-needed';
import type { LiveSession, OrphanProgress, SpoolState } from '../../media/live-session';
import { useLoginCheck } from './use-login-check';

let asked: string[] = [];
beforeEach(() => {
  asked = [];
  vi.stubGlobal('fetch', async (request: Request) => {
    asked.push(new URL(request.url).pathname);
    return new Response(
      JSON.stringify({ type: 'urn:reprise:problem:login-needed', title: 'Log in', status: 401 }),
      { status: 401, headers: { 'content-type': 'application/problem+json' } },
    );
  });
});
afterEach(() => {
  cleanup();
  loginNeeded.over();
  vi.unstubAllGlobals();
});

function spool() {
  let server: SpoolState['server'] = 'reachable';
  const listeners = new Set<() => void>();
  const session = {
    subscribe: (listener: () => void) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    snapshot: () => ({ spool: { server } }),
  };
  const answer = (now: SpoolState['server']) => {
    server = now;
    for (const listener of listeners) listener();
  };
  return { session: session as unknown as LiveSession, answer };
}
const wrapper = ({ children }: { readonly children: ReactNode }) => (
  <QueryClientProvider client={new QueryClient()}>{children}</QueryClientProvider>
);

test('an upload that needs a login is told to the page at once, and once', async () => {
  const { session, answer } = spool();
  renderHook(() => useLoginCheck(session, []), { wrapper });
  answer('reachable');
  answer('unreachable');
  expect(asked).toEqual([]);
  answer('login-required');
  answer('login-required');
  await waitFor(() => expect(loginNeeded.snapshot()).toBe(true));
  expect(asked).toEqual(['/api/me']);
});

test('so is the rest of an earlier session that cannot be sent', async () => {
  const orphan = { state: 'sending' } as OrphanProgress;
  const { rerender } = renderHook(({ orphans }) => useLoginCheck(null, orphans), {
    wrapper,
    initialProps: { orphans: [orphan] },
  });
  expect(asked).toEqual([]);
  rerender({ orphans: [{ ...orphan, state: 'waiting' }] });
  await waitFor(() => expect(loginNeeded.snapshot()).toBe(true));
});

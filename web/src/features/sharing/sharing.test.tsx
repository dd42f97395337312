// @vitest-environment jsdom
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import {
  cleanup,
  configure,
  fireEvent,
  render,
  screen,
  waitFor,
  within,
} from '@testing-library/react';
import type { ReactNode } from 'react';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { layOutForTest } from '../../ui/layout-for-test';
import { Router } from '../../ui/router/router';
import { RouterContext } from '../../ui/router/router-context';
import { LinkPage } from './link-page';
import { ShareDialog } from './share-dialog';
import { SharedChat } from './shared-chat';

const kShare = '0194a000-0000-7000-8000-00000000000a';
const kRecording = '0194a000-0000-7000-8000-00000000000b';
const share = {
  id: kShare,
  kind: 'user',
  email: 'bert@example.test',
  needs_login: false,
  may_download: false,
  start_ms: null,
  created_at: '2026-11-28T12:00:00Z',
  expires_at: null,
  opened: 0,
  last_opened_at: null,
  recording_id: kRecording,
  chat_id: null,
};
const link = {
  id: kShare,
  login_needed: false,
  may_download: false,
  start_ms: 95_000,
  expires_at: null,
  recording_id: kRecording,
  chat_id: null,
};
const problem = (status: number, name: string) =>
  new Response(
    JSON.stringify({
      type: `urn:reprise:problem:${name}`,
      title: name,
      status,
      detail: 'No.',
      request_id: 'r',
    }),
    { status, headers: { 'Content-Type': 'application/problem+json' } },
  );

// A busy machine loads and draws the dialog in seconds.
configure({ asyncUtilTimeout: 10_000 });
vi.setConfig({ testTimeout: 30_000 });

let sent: { readonly what: string; readonly body: unknown }[] = [];
let answers: Record<string, () => Response> = {};
let router: Router | null = null;

beforeEach(() => {
  sent = [];
  answers = {};
  layOutForTest();
  HTMLDialogElement.prototype.showModal ??= () => {};
  HTMLDialogElement.prototype.close ??= () => {};
  // Gives a promise in new browsers, and no effect may return one.
  Element.prototype.scrollIntoView = async () => {};
  vi.stubGlobal('fetch', async (request: Request) => {
    const what = `${request.method} ${new URL(request.url).pathname}`;
    if (request.method === 'POST') sent.push({ what, body: await request.json() });
    else if (request.method !== 'GET') sent.push({ what, body: null });
    return answers[what]?.() ?? problem(404, 'not-found');
  });
});
afterEach(() => {
  cleanup();
  router?.close();
  vi.unstubAllGlobals();
  history.replaceState(null, '', '/');
});

function show(content: ReactNode) {
  router = new Router(window);
  const queries = new QueryClient({ defaultOptions: { queries: { retry: false } } });
  render(
    <QueryClientProvider client={queries}>
      <RouterContext.Provider value={router}>{content}</RouterContext.Provider>
    </QueryClientProvider>,
  );
}

const kShares = `/api/recordings/${kRecording}/shares`;

function showDialog(sharing: 'users' | 'links' = 'links') {
  answers[`GET ${kShares}`] = () => Response.json({ shares: [share] });
  answers[`GET /api/recordings/${kRecording}/views`] = () =>
    Response.json({
      views: [{ at: '2026-11-28T12:00:00Z', what: 'viewed', name: 'Bert', share_id: null }],
      next_cursor: null,
    });
  show(
    <ShareDialog
      what={{ kind: 'recording', id: kRecording }}
      sharing={sharing}
      atMs={95_400}
      loginAgain={<p>ways to log in</p>}
      onClose={() => {}}
    />,
  );
}
const hidden = { hidden: true } as const;

test('the dialog names who can see it and who watched, and takes a share back', async () => {
  answers[`DELETE /api/shares/${kShare}`] = () => new Response(null, { status: 204 });
  showDialog();
  // By its label: finding roles takes seconds here.
  fireEvent.click(await screen.findByLabelText('Take back: bert@example.test'));
  await screen.findByText('Bert');
  await waitFor(() => expect(sent).toEqual([{ what: `DELETE /api/shares/${kShare}`, body: null }]));
});

test('a link is made with what was chosen, and shown once, to copy', async () => {
  answers[`POST ${kShares}`] = () =>
    Response.json({ ...share, kind: 'link', email: null, secret: 's3cret' }, { status: 201 });
  showDialog();
  const part = within(await screen.findByRole('region', { name: 'Make a link', ...hidden }));
  fireEvent.click(part.getByRole('switch', { name: 'Begin at 1:35', ...hidden }));
  fireEvent.click(part.getByRole('switch', { name: /log in here/, ...hidden }));
  fireEvent.click(part.getByRole('button', { name: 'Make a link', ...hidden }));
  const field = await screen.findByLabelText<HTMLInputElement>('The new link', {
    selector: 'input',
  });
  expect(field.value).toBe(`${location.origin}/link#s3cret`);
  expect(sent[0]?.body).toMatchObject({
    kind: 'link',
    needs_login: true,
    may_download: false,
    start_ms: 95_400,
  });
});

test('where links are off none is offered; a login that is too old is asked for again', async () => {
  answers[`POST ${kShares}`] = () => problem(403, 'fresh-login-needed');
  showDialog('users');
  await screen.findByText('bert@example.test');
  expect(screen.queryByRole('region', { name: 'Make a link', ...hidden })).toBeNull();
  const field = screen.getByLabelText('E-mail address');
  fireEvent.change(field, { target: { value: 'cleo@example.test' } });
  fireEvent.click(screen.getByRole('button', { name: 'Share', ...hidden }));
  await screen.findByText('ways to log in');
  expect((field as HTMLInputElement).value).toBe('cleo@example.test');
});

const linkPage = (
  <LinkPage player={(id) => <p>plays {id}</p>} login={(path) => <p>log in for {path}</p>} />
);

test('a link is opened, and its secret leaves the address before anything is asked', async () => {
  history.replaceState(null, '', '/link#s3cret');
  let hash = '?';
  answers['POST /api/share-links/open'] = () => {
    hash = location.hash;
    return Response.json(link);
  };
  show(linkPage);
  await screen.findByText(`plays ${kRecording}`);
  expect(hash).toBe('');
  expect(sent[0]?.body).toEqual({ secret: 's3cret' });
  expect(location.href).not.toContain('s3cret');
  expect(location.pathname + location.search).toBe(`/link/${kShare}?t=1m35s`);
});

test('a link that needs a login leads to it and back; one that is gone says so', async () => {
  history.replaceState(null, '', `/link/${kShare}`);
  answers[`GET /api/share-links/${kShare}`] = () =>
    Response.json({ ...link, login_needed: true, recording_id: null });
  show(linkPage);
  await screen.findByText(`log in for /link/${kShare}`);
  cleanup();
  answers = {};
  show(linkPage);
  await screen.findByRole('heading', { name: 'This link does not work' });
});

test('a shared chat reads from top to bottom, and earlier words come above', async () => {
  const words = (id: string, role: string, text: string) => ({
    id,
    role,
    text,
    kind: 'text',
    state: 'complete',
    created_at: '2026-11-28T12:00:00Z',
    live_session: null,
  });
  const pages = [
    {
      messages: [words('3', 'person', 'And then?'), words('4', 'model', 'The end.')],
      next_cursor: 'c',
    },
    {
      messages: [words('1', 'person', 'Tell me.'), words('2', 'model', 'Once.')],
      next_cursor: null,
    },
  ];
  answers['GET /api/chats/one'] = () => Response.json({ id: 'one', title: 'A story' });
  answers['GET /api/chats/one/messages'] = () => Response.json(pages.shift());
  show(<SharedChat chatId="one" addressOf={() => '/'} notFound={<p>gone</p>} />);
  await screen.findByText('The end.');
  const read = () =>
    [...document.querySelectorAll('.shared__words > div')].map((one) => one.textContent);
  expect(read()).toEqual(['And then?', 'The end.']);
  fireEvent.click(screen.getByText('Show earlier'));
  await screen.findByText('Once.');
  expect(read()).toEqual(['Tell me.', 'Once.', 'And then?', 'The end.']);
});

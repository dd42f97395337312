// @vitest-environment jsdom
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { cleanup, configure, fireEvent, render, screen, waitFor } from '@testing-library/react';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { recordingForTest } from '../../api/recording-for-test';
import type { Recording, RecordingPage } from '../../api/recordings';
import { recordingsQuery } from '../../api/recordings';
import { keepChoices, nearest } from './keep-choices';
import { KeepDialog } from './keep-dialog';

// A dialog in jsdom, on machines that do much else.
configure({ asyncUtilTimeout: 10_000 });
vi.setConfig({ testTimeout: 30_000 });

const rules = { days: 30, days_min: 7, days_max: 365 };
const closed = vi.fn();
let sent: { path: string; body: unknown } | null = null;
let refusal: string | null = null;
let queries = new QueryClient();

beforeEach(() => {
  sent = null;
  refusal = null;
  closed.mockClear();
  HTMLDialogElement.prototype.showModal = function showModal() {
    this.setAttribute('open', '');
  };
  HTMLDialogElement.prototype.close = function close() {
    this.removeAttribute('open');
  };
  vi.stubGlobal('fetch', async (request: Request) => {
    const body = await request.json();
    sent = { path: `${request.method} ${new URL(request.url).pathname}`, body };
    if (refusal !== null) {
      const problem = { type: 'urn:reprise:problem:x', title: 'No', status: 422, detail: refusal };
      return new Response(JSON.stringify(problem), {
        status: 422,
        headers: { 'content-type': 'application/problem+json' },
      });
    }
    return Response.json(
      recordingForTest({ keep_days: body.keep_days, hold: body.hold ? 'own' : null }),
    );
  });
});
afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
});

function show(given: Partial<Recording> = {}) {
  const recording = recordingForTest(given);
  queries = new QueryClient();
  const page: RecordingPage = {
    recordings: [recording],
    next_cursor: null,
    totals: { recordings: 1, duration_ms: 1000, bytes: 1, models: [] },
  };
  queries.setQueryData(recordingsQuery().queryKey, { pages: [page], pageParams: [null] });
  render(
    <QueryClientProvider client={queries}>
      <KeepDialog recording={recording} rules={rules} onClose={closed} />
    </QueryClientProvider>,
  );
}
const choice = () => screen.getByLabelText<HTMLSelectElement>('Keep it for');
const hold = () => screen.getByRole<HTMLInputElement>('switch', { name: 'Hold it' });
const save = () => fireEvent.click(screen.getByRole('button', { name: 'Save' }));

test('the choices stay within the bounds, and the usual one comes first', () => {
  expect(keepChoices(rules, 45).map(({ value, label }) => [value, label])).toEqual([
    ['', '30 days, as usual here'],
    ['7', '7 days'],
    ['30', '30 days'],
    ['45', '45 days'],
    ['90', '90 days'],
    ['180', '180 days'],
    ['365', 'One year'],
  ]);
  expect(keepChoices({ ...rules, days: null }, null)[0]?.label).toBe(
    'Until I delete it, as usual here',
  );
  expect([nearest(rules, 3), nearest(rules, 9), nearest(rules, 999)]).toEqual([7, 9, 365]);
});

test('a choice is saved and shown in the lists at once', async () => {
  show();
  fireEvent.change(choice(), { target: { value: '90' } });
  save();
  await waitFor(() => expect(closed).toHaveBeenCalled());
  expect(sent).toEqual({
    path: 'PUT /api/recordings/r/retention',
    body: { keep_days: 90, hold: false },
  });
  const list = queries.getQueryData<{ pages: RecordingPage[] }>(recordingsQuery().queryKey);
  expect(list?.pages[0]?.recordings[0]?.keep_days).toBe(90);
});

test('a hold keeps the choice of days, which does not count meanwhile', async () => {
  show({ keep_days: 90 });
  fireEvent.click(hold());
  expect(choice().disabled).toBe(true);
  save();
  await waitFor(() => expect(sent?.body).toEqual({ keep_days: 90, hold: true }));
});

test('a hold of an admin is named, and the own choice is made all the same', async () => {
  show({ hold: 'legal' });
  expect(screen.getByRole('note').textContent).toContain('An admin holds your account');
  expect(hold().checked).toBe(false);
});

test('a refusal is shown where it was asked', async () => {
  refusal = 'Between 7 and 365 days.';
  show();
  save();
  expect((await screen.findByRole('alert')).textContent).toContain('Between 7 and 365 days.');
  expect(closed).not.toHaveBeenCalled();
});

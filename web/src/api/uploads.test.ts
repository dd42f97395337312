// @vitest-environment jsdom
import { beforeEach, expect, test, vi } from 'vitest';
import { sendFile, worthAnother } from './uploads';

type Options = {
  uploadUrl?: string;
  onShouldRetry: (error: { originalResponse: null }) => boolean;
  onAfterResponse: (
    request: { getMethod: () => string },
    response: { getStatus: () => number },
  ) => void;
  onSuccess: () => void;
  onError: (error: Error) => void;
};
const tus = vi.hoisted(() => ({
  begun: [] as { url: string | null; options: Options; did: string[] }[],
}));
vi.mock('tus-js-client', () => ({
  DetailedError: class extends Error {},
  Upload: class {
    url: string | null;
    readonly did: string[] = [];
    readonly options: Options;
    constructor(_: File, options: Options) {
      this.options = options;
      this.url = options.uploadUrl ?? null;
      tus.begun.push(this);
    }
    start() {
      this.did.push('start');
    }
    abort(terminate = false) {
      this.did.push(terminate ? 'remove' : 'abort');
      return Promise.resolve();
    }
  },
}));

const file = new File(['x'], 'a.png');
const network = (there: boolean) => vi.spyOn(navigator, 'onLine', 'get').mockReturnValue(there);
const begun = (count: number) =>
  vi.waitFor(() => {
    const one = tus.begun[count - 1];
    if (!one) throw new Error('not begun');
    return one;
  });

beforeEach(() => {
  tus.begun.length = 0;
  vi.restoreAllMocks();
});

test('what nobody answered, or not for good, is asked again', () => {
  for (const status of [null, 409, 423, 429, 500, 502, 503])
    expect(worthAnother(status)).toBe(true);
  for (const status of [400, 401, 404, 410, 413, 415]) expect(worthAnother(status)).toBe(false);
});

test('a proxy without a server behind it does not make it begin anew; an upload that is gone does', async () => {
  sendFile(file, () => {});
  const { options } = await begun(1);
  const answered = (method: string, status: number) => () =>
    options.onAfterResponse({ getMethod: () => method }, { getStatus: () => status });
  for (const status of [429, 502, 503]) expect(answered('HEAD', status)).toThrow(`${status}`);
  for (const status of [200, 404, 410]) expect(answered('HEAD', status)).not.toThrow();
  expect(answered('PATCH', 502)).not.toThrow();
});

test('without a network it waits, and goes on as soon as there is one', async () => {
  const sending = sendFile(file, () => {});
  const upload = await begun(1);
  network(false);
  expect(upload.options.onShouldRetry({ originalResponse: null })).toBe(true);
  upload.options.onError(new Error('no network'));
  network(true);
  dispatchEvent(new Event('online'));
  await vi.waitFor(() => expect(upload.did).toEqual(['start', 'abort', 'start']));
  upload.url = '/api/uploads/u1';
  upload.options.onSuccess();
  expect(await sending.done).toBe('u1');
  dispatchEvent(new Event('online'));
  expect(upload.did).toHaveLength(3);
});

test('a further try after a failure goes on at the place of the first', async () => {
  const first = sendFile(file, () => {});
  const failed = first.done.catch((error: unknown) => String(error));
  const upload = await begun(1);
  upload.url = '/api/uploads/u2';
  network(true);
  upload.options.onError(new Error('no answer'));
  expect(await failed).toMatch(/Error/);
  expect(first.place()).toBe('/api/uploads/u2');
  const second = sendFile(file, () => {}, first.place());
  expect((await begun(2)).options.uploadUrl).toBe('/api/uploads/u2');
  expect(second.place()).toBe('/api/uploads/u2');
});

test('who cancels removes what has come, and hears of no network any more', async () => {
  const sending = sendFile(file, () => {});
  const upload = await begun(1);
  upload.url = '/api/uploads/u3';
  sending.cancel();
  dispatchEvent(new Event('online'));
  expect(upload.did).toEqual(['start', 'remove']);
});

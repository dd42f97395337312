import { afterEach, describe, expect, it, vi } from 'vitest';
import { askEarlyView, takeEarlyView } from './early-view';

afterEach(() => vi.unstubAllGlobals());

const kView = { chat_title: 'Tea', recording: { id: 'one' } };
const answer = (status: number, body = JSON.stringify(kView)) =>
  vi.stubGlobal('fetch', async () => new Response(body, { status }));

describe('the manifest asked for early', () => {
  it('is taken once', async () => {
    answer(200);
    await askEarlyView('one');
    expect(await takeEarlyView('one')).toEqual(kView);
    expect(await takeEarlyView('one')).toBeNull();
  });

  it('is not taken for another recording', async () => {
    answer(200);
    await askEarlyView('one');
    expect(await takeEarlyView('two')).toBeNull();
    expect(await takeEarlyView('one')).not.toBeNull();
  });

  it.each([404, 410, 500])('is nothing when the server answers %i', async (status) => {
    answer(status);
    expect(await askEarlyView('one')).toBeNull();
    expect(await takeEarlyView('one')).toBeNull();
  });

  it.each(['<html>', '{}', 'null', '{"recording":{"id":"two"}}'])(
    'is nothing when something else answers %s',
    async (body) => {
      answer(200, body);
      expect(await askEarlyView('one')).toBeNull();
    },
  );

  it('is empty when the server cannot be reached', async () => {
    vi.stubGlobal('fetch', async () => {
      throw new TypeError('refused');
    });
    expect(await askEarlyView('one')).toBeNull();
  });
});

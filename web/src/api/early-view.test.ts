import { afterEach, describe, expect, it, vi } from 'vitest';
import { askEarly, takeEarly } from './early-view';

afterEach(() => vi.unstubAllGlobals());

const answer = (status: number) =>
  vi.stubGlobal('fetch', async () => new Response('{"chat_title":"Tea"}', { status }));

describe('the manifest asked for early', () => {
  it('is taken once', async () => {
    answer(200);
    await askEarly('one');
    expect(await takeEarly('one')).toEqual({ chat_title: 'Tea' });
    expect(await takeEarly('one')).toBeNull();
  });

  it('is left alone by another recording', async () => {
    answer(200);
    await askEarly('one');
    expect(await takeEarly('two')).toBeNull();
    expect(await takeEarly('one')).not.toBeNull();
  });

  it.each([404, 410, 500])('is nothing when the server answers %i', async (status) => {
    answer(status);
    expect(await askEarly('one')).toBeNull();
    expect(await takeEarly('one')).toBeNull();
  });

  it('is nothing when the server cannot be reached', async () => {
    vi.stubGlobal('fetch', async () => {
      throw new TypeError('refused');
    });
    expect(await askEarly('one')).toBeNull();
  });
});

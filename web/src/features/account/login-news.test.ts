import { afterEach, expect, test, vi } from 'vitest';
import { loginNews, type News } from './login-news';

const otherTab = new BroadcastChannel('reprise-login');
afterEach(() => {
  otherTab.onmessage = null;
});

test('other tabs hear what is told, and this page does not', async () => {
  const here: News[] = [];
  const there: unknown[] = [];
  otherTab.onmessage = ({ data }: MessageEvent<unknown>) => there.push(data);
  const end = loginNews.hear((news) => here.push(news));
  loginNews.tell('left');
  await vi.waitFor(() => expect(there).toEqual(['left']));
  otherTab.postMessage('came');
  otherTab.postMessage('something else');
  await vi.waitFor(() => expect(here).toEqual(['came']));
  end();
  otherTab.postMessage('came');
  loginNews.tell('came');
  await vi.waitFor(() => expect(there).toEqual(['left', 'came']));
  expect(here).toEqual(['came']);
});

// @vitest-environment jsdom
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { cleanup, fireEvent, render, screen, waitFor } from '@testing-library/react';
import { afterEach, expect, test, vi } from 'vitest';
import { ServerPreview } from './server-preview';

const kId = '01936200-0000-7000-8000-000000000001';

/** The server, whose preview is there at the n-th question. */
function server(thereAt: number) {
  const asked: string[] = [];
  vi.stubGlobal('fetch', (request: Request) => {
    asked.push(new URL(request.url).pathname);
    return Promise.resolve(Response.json({ id: kId, has_preview: asked.length >= thereAt }));
  });
  return asked;
}
const show = (props: { made?: boolean; mayCome: boolean }) =>
  render(
    <QueryClientProvider client={new QueryClient()}>
      <ServerPreview uploadId={kId} className="x" alt="A page" {...props}>
        <p>an icon</p>
      </ServerPreview>
    </QueryClientProvider>,
  );
const picture = () => screen.queryByAltText('A page');

afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
});

test('a preview is asked for as a picture only when the server has made it', async () => {
  const asked = server(2);
  show({ mayCome: true });
  expect(picture()).toBeNull();
  await waitFor(() => expect(asked).toHaveLength(1));
  expect(picture()).toBeNull();
  const image = await waitFor(
    () => {
      const there = picture();
      if (!there) throw new Error('not there');
      return there;
    },
    { timeout: 10_000 },
  );
  expect(asked).toEqual([`/api/uploads/${kId}/info`, `/api/uploads/${kId}/info`]);
  expect(image.getAttribute('src')).toBe(`/api/uploads/${kId}/preview`);
  expect(screen.getByText('an icon')).toBeTruthy();
  fireEvent.load(image);
  expect(screen.queryByText('an icon')).toBeNull();
});

test('one that is known to be there is shown at once, one that cannot come is not asked for', () => {
  const asked = server(1);
  show({ made: true, mayCome: true });
  expect(picture()).not.toBeNull();
  cleanup();
  show({ mayCome: false });
  expect(picture()).toBeNull();
  expect(asked).toEqual([]);
});

import { beforeEach, expect, test, vi } from 'vitest';
import { ApiError } from '../../api/api-error';
import { Files, kFilesMax } from './files';

const uploads = vi.hoisted(() => ({
  sent: [] as {
    resolve: (id: string) => void;
    reject: (error: unknown) => void;
    cancelled: boolean;
    from: string | undefined;
  }[],
  removed: [] as string[],
}));
vi.mock('../../api/uploads', () => ({
  sendFile: (_file: File, _progress: unknown, from?: string) => {
    const one = { resolve: (_: string) => {}, reject: (_: unknown) => {}, cancelled: false, from };
    const place = `/place-${uploads.sent.push(one)}`;
    return {
      place: () => place,
      done: new Promise<string>((resolve, reject) => Object.assign(one, { resolve, reject })),
      cancel: () => {
        one.cancelled = true;
      },
    };
  },
  removeUpload: (id: string) => {
    uploads.removed.push(id);
    return Promise.resolve();
  },
}));
URL.createObjectURL = () => 'blob:x';
URL.revokeObjectURL = () => {};

const file = (name: string, type = 'image/png') => new File(['x'], name, { type });
const names = (files: Files) => files.list().map(({ file: { name } }) => name);

beforeEach(() => {
  uploads.sent = [];
  uploads.removed = [];
});

test('a file that was sent has its upload, one that was not says why and is sent again', async () => {
  const files = new Files();
  files.add([file('a.png'), file('b.txt', 'text/plain')]);
  expect(files.list().map(({ preview }) => preview)).toEqual(['blob:x', null]);
  uploads.sent[0]?.resolve('upload-a');
  uploads.sent[1]?.reject(new ApiError('problem', '`file` is a zip archive.'));
  await vi.waitFor(() => expect(files.list()[1]?.failed).toMatch(/zip/));
  expect(files.list()[0]?.uploadId).toBe('upload-a');
  files.retry(2);
  // It goes on where the first try ended.
  expect(uploads.sent.map(({ from }) => from)).toEqual([undefined, undefined, '/place-2']);
  uploads.sent[2]?.resolve('upload-b');
  await vi.waitFor(() =>
    expect(files.list()[1]).toMatchObject({ uploadId: 'upload-b', failed: null }),
  );
});

test('one that would be refused again is told from one that was only not sent', async () => {
  const files = new Files();
  files.add([file('a.zip', 'application/zip'), file('b.png')]);
  uploads.sent[0]?.reject(new ApiError('problem', '`file` is a zip archive.', { status: 415 }));
  uploads.sent[1]?.reject(new ApiError('unreachable', 'The server does not answer.'));
  await vi.waitFor(() => expect(files.list()[1]?.failed).toBe('The server does not answer.'));
  expect(files.list()[0]).toMatchObject({ failed: 'This file is a zip archive.', refused: true });
  expect(files.list()[1]?.refused).toBe(false);
});

test('removing one ends its upload and removes what the server has', async () => {
  const files = new Files();
  files.add([file('a.png'), file('b.png')]);
  uploads.sent[0]?.resolve('upload-a');
  await vi.waitFor(() => expect(files.list()[0]?.uploadId).toBe('upload-a'));
  files.remove(1);
  files.remove(2);
  expect(uploads.removed).toEqual(['upload-a']);
  expect(uploads.sent[1]?.cancelled).toBe(true);
  expect(files.list()).toEqual([]);
});

test('there are only so many, and they can be put in another order', () => {
  const files = new Files();
  const many = Array.from({ length: kFilesMax + 2 }, (_, n) => file(`${n}.png`));
  expect(files.add(many)).toBe(2);
  files.moveForward(2);
  files.moveForward(2);
  expect(names(files).slice(0, 3)).toEqual(['1.png', '0.png', '2.png']);
  files.clear();
  expect(uploads.removed).toEqual([]);
});

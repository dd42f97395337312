import { ours } from './api-error';
import { body, client } from './client';
import type { components } from './schema';

export type AccountExport = components['schemas']['AccountExport'];
type Signal = { readonly signal: AbortSignal };

/** One's own exports, the newest first. */
export const exportsQuery = {
  queryKey: ['me', 'exports'] as const,
  queryFn: async ({ signal }: Signal): Promise<readonly AccountExport[]> =>
    ours(body(await client.GET('/api/account/exports', { signal })), ({ exports }) =>
      Array.isArray(exports),
    ).exports,
};

/** Begins to make a zip of everything that is one's own. Needs a fresh login. */
export const createExport = async (): Promise<AccountExport> =>
  body(await client.POST('/api/account/exports', { body: {} as never }));

export const removeExport = async (exportId: string): Promise<void> => {
  await client.DELETE('/api/account/exports/{export_id}', {
    params: { path: { export_id: exportId } },
  });
};

/** Where the file of an export is downloaded. Needs a fresh login. */
export const exportFile = (exportId: string): string =>
  `/api/account/exports/${encodeURIComponent(exportId)}/file`;

/** Erases the account and everything of it. Needs a fresh login. */
export const eraseAccount = async (): Promise<void> => {
  body(await client.DELETE('/api/account', {}));
};

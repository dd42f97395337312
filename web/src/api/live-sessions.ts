import { ours } from './api-error';
import { body, client } from './client';
import { isToken } from './meaning';
import type { components } from './schema';

export type LiveSessionState = components['schemas']['LiveSession'];
export type LiveSessionStart = components['schemas']['LiveSessionStart'];
export type LiveSessionCreate = components['schemas']['LiveSessionCreate'];

/** Creates a live session and mints its token. The token works once and for a minute. */
export const createLiveSessionOnServer = async (
  request: LiveSessionCreate,
): Promise<LiveSessionStart> => {
  return ours(body(await client.POST('/api/live/sessions', { body: request })), ({ connection }) =>
    isToken(connection),
  );
};

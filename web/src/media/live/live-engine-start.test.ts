import { afterEach, describe, expect, it, vi } from 'vitest';
import { createLiveSession } from './live-engine';

vi.mock('./problems', async (original) => ({
  ...(await original<typeof import('./problems')>()),
  browserProblem: () => null,
}));
vi.mock('../audio/audio-graph', () => ({
  AudioGraph: class {
    constructor() {
      throw new DOMException(
        'The number of hardware contexts is at its limit.',
        'NotSupportedError',
      );
    }
  },
}));

describe('createLiveSession', () => {
  afterEach(() => vi.restoreAllMocks());

  it('does not throw where the browser refuses a sound system: the session ends with a problem', async () => {
    const session = createLiveSession({
      microphone: null,
      camera: null,
      consent: null,
      appVersion: 'test',
      requestGrant: () => Promise.reject(new Error('never asked')),
    } as unknown as Parameters<typeof createLiveSession>[0]);
    await vi.waitFor(() => expect(session.snapshot().state).toBe('ended'));
    expect(session.snapshot().end).toMatchObject({ reason: 'never_connected' });
    expect(session.snapshot().end?.problem).not.toBeNull();
  });
});

/** For tests: the pages of a live session, on a session that the test controls. Whoever imports it gets the browser that they need. */
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { act, cleanup, configure, fireEvent, render, screen } from '@testing-library/react';
import { afterEach, beforeEach, type Mock, vi } from 'vitest';
import { type About, aboutQuery } from '../../api/about';
import { kInitialSnapshot } from '../../media/live/initial-snapshot';
import type { LiveSession, LiveSessionOptions, LiveSnapshot } from '../../media/live-session';
import { stubObservers } from '../../ui/layout-for-test';
import { Part } from '../../ui/part';
import { Router } from '../../ui/router/router';
import { RouterContext } from '../../ui/router/router-context';
import { useLive } from './live-context';
import { LiveProvider } from './live-provider';
import { LiveView } from './live-view';
import { StartFlow } from './start-flow';

// Whole pages in jsdom, on machines that do much else.
configure({ asyncUtilTimeout: 10_000 });
vi.setConfig({ testTimeout: 30_000 });

/** A live session that the test controls. */
class FakeSession implements LiveSession {
  liveSessionId = '';
  recordingId: string | null = null;
  state: LiveSnapshot = {
    ...kInitialSnapshot,
    microphone: { label: 'Desk', deviceId: 'mic-1' },
  };
  readonly listeners = new Set<() => void>();
  readonly options: LiveSessionOptions;
  constructor(options: LiveSessionOptions) {
    this.options = options;
  }
  subscribe = (listener: () => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };
  snapshot = () => this.state;
  readLevels() {}
  readonly typed: string[] = [];
  sendText = (text: string) => void this.typed.push(text);
  setMuted = (muted: boolean) => this.set({ muted });
  mark: Mock<() => void> = vi.fn();
  setCamera = vi.fn(async () => {});
  chooseDevice = async () => {};
  reconnect: Mock<() => void> = vi.fn();
  hangUp = vi.fn(async () => {});
  withdraw = vi.fn(async () => this.set({ lastSeq: 4 }));
  set(change: Partial<LiveSnapshot>) {
    this.state = { ...this.state, ...change };
    for (const listener of this.listeners) listener();
  }
  /** Requests the grant, as the engine does once the devices are open, and then is live. */
  async connect() {
    const grant = await this.options.requestGrant();
    this.liveSessionId = grant.liveSessionId;
    this.recordingId = grant.recordingId;
    this.set({
      state: 'live',
      connection: 'connected',
      recording: this.options.consent !== null,
      startedAtMs: performance.now(),
    });
  }
}

const kAbout: About = {
  name: 'Reprise',
  version: '0.1.0',
  answers: 'emulator',
  model: 'gemini-3.8-live',
  voice: 'Kore',
  gemini_url: 'http://localhost:8081',
  can_record: true,
  retention: { days: null, days_min: 1, days_max: 36500 },
  storage: { used_bytes: 0, free_bytes: 1e11, recordings: 0 },
};

type Grant = { chat_id: string; record: boolean; consent?: { text_sha256: string } };
type Withdrawal = { path: string; recording?: string };

/** What the server was asked, and what it does. */
export const service = {
  /** JSON bodies of POST /api/live/sessions. */
  grants: [] as Grant[],
  withdrawals: [] as Withdrawal[],
  refusesWithdrawal: false,
};

const fakeTrack = (kind: string) => ({
  label: `Desk ${kind}`,
  stop() {},
  addEventListener() {},
  getSettings: () => ({ deviceId: `${kind}-1`, width: 640, height: 480 }),
});

/** Adds what jsdom lacks. */
function installBrowser() {
  HTMLDialogElement.prototype.showModal = function showModal() {
    this.setAttribute('open', '');
  };
  HTMLDialogElement.prototype.close = function close() {
    this.removeAttribute('open');
  };
  HTMLMediaElement.prototype.play = async () => {};
  HTMLCanvasElement.prototype.getContext = () => null;
  vi.stubGlobal('matchMedia', () => ({
    matches: false,
    addEventListener() {},
    removeEventListener() {},
  }));
  vi.stubGlobal(
    'AudioContext',
    class {
      resume = async () => {};
      close = async () => {};
      createAnalyser = () => ({ fftSize: 0, getFloatTimeDomainData() {} });
      createMediaStreamSource = () => ({ connect() {} });
    },
  );
  for (const name of ['AudioWorkletNode', 'Worker', 'MediaStreamTrackProcessor', 'VideoEncoder']) {
    vi.stubGlobal(name, class {});
  }
  const media = Object.assign(new EventTarget(), {
    getUserMedia: async (wanted: MediaStreamConstraints) => ({
      getTracks: () => [fakeTrack(wanted.audio ? 'mic' : 'cam')],
      getVideoTracks: () => (wanted.video ? [fakeTrack('cam')] : []),
    }),
    enumerateDevices: async () => [],
  });
  const kept = {
    mediaDevices: media,
    storage: { getDirectory: async () => ({}) },
    locks: { query: async () => ({}) },
  };
  for (const [name, value] of Object.entries(kept)) {
    Object.defineProperty(navigator, name, { value, configurable: true });
  }
}

beforeEach(() => {
  service.grants = [];
  service.withdrawals = [];
  service.refusesWithdrawal = false;
  localStorage.clear();
  installBrowser();
  stubObservers();
  vi.stubGlobal('fetch', async (request: Request) => {
    const json = (value: unknown, status = 201) =>
      new Response(JSON.stringify(value), {
        status,
        headers: { 'content-type': 'application/json' },
      });
    const { pathname } = new URL(request.url);
    if (pathname === '/api/chats' && request.method === 'POST') return json({ id: 'new-chat' });
    if (pathname.endsWith('/withdraw-consent')) {
      if (service.refusesWithdrawal) throw new TypeError('away');
      service.withdrawals.push({ path: pathname, ...(await request.json()) });
      return json({ id: 's1' }, 200);
    }
    if (pathname !== '/api/live/sessions') return json({}, 200);
    service.grants.push(await request.json());
    return json({
      live_session: { id: `s${service.grants.length}` },
      recording_id: 'r1',
      connection: { base_url: 'http://localhost:8081', api_version: 'v1beta', token: 't' },
      model: 'm',
      config: {},
    });
  });
});
afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
});

function Page() {
  const { openStart, focusPlayOf } = useLive();
  return (
    <>
      <button type="button" onClick={() => openStart(null)}>
        Begin
      </button>
      <p>Focus: {focusPlayOf ?? 'none'}</p>
    </>
  );
}

type Shown = { sessions: FakeSession[]; onOpenChat: Mock<(chatId: string | null) => void> };
/** The app's part for live sessions, with the sheet that begins one. */
export async function show(): Promise<Shown> {
  const sessions: FakeSession[] = [];
  const engine = {
    parts: new Part(async () => ({
      createSession: (options: LiveSessionOptions) => {
        const session = new FakeSession(options);
        sessions.push(session);
        return session;
      },
      LiveView,
      StartFlow,
    })),
    recovery: {
      subscribe: () => () => {},
      snapshot: () => kNoOrphans,
      foreign: () => false,
      discard: async () => {},
      look: () => {},
      download: async () => new Blob(),
    },
    elsewhere: { subscribe: () => () => {}, snapshot: () => false },
  };
  const onOpenChat: Shown['onOpenChat'] = vi.fn();
  const queries = new QueryClient({ defaultOptions: { queries: { staleTime: Infinity } } });
  queries.setQueryData(aboutQuery.queryKey, kAbout);
  render(
    <QueryClientProvider client={queries}>
      <RouterContext.Provider value={new Router(window)}>
        <LiveProvider
          engine={engine}
          appVersion="0.1.0"
          place="this computer"
          onOpenChat={onOpenChat}
          onOpenRecording={() => {}}
          onOpenLibrary={() => {}}
          onLogIn={() => {}}
        >
          <Page />
        </LiveProvider>
      </RouterContext.Provider>
    </QueryClientProvider>,
  );
  fireEvent.click(await screen.findByRole('button', { name: 'Begin' }));
  return { sessions, onOpenChat };
}
const kNoOrphans: readonly never[] = [];

export const press = async (name: string) =>
  fireEvent.click(await screen.findByRole('button', { name, hidden: true }));

/** A session that is live. */
export async function goLive(): Promise<Shown & { session: FakeSession }> {
  const shown = await show();
  await press('Start live');
  await screen.findByRole('button', { name: 'Hang up' });
  const session = shown.sessions[0];
  if (!session) throw new Error('no session was made');
  await act(() => session.connect());
  await screen.findByText('Recording');
  return { ...shown, session };
}

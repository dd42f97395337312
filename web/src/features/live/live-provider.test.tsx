// @vitest-environment jsdom
// Over 400 lines because one fake session stands behind all of these tests.
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { act, cleanup, configure, fireEvent, render, screen } from '@testing-library/react';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { type About, aboutQuery } from '../../api/about';
import type { LiveSession, LiveSessionOptions, LiveSnapshot } from '../../media/live-session';
import { stubObservers } from '../../ui/layout-for-test';
import { Part } from '../../ui/part';
import { Router } from '../../ui/router/router';
import { RouterContext } from '../../ui/router/router-context';
import { toasts } from '../../ui/toasts';
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
    state: 'preparing',
    connection: 'connecting',
    notRecorded: null,
    recording: false,
    spool: { server: 'reachable', answers: '', waitingChunks: 0, waitingSeconds: 0, kept: null },
    startedAtMs: null,
    microphone: { label: 'Desk', deviceId: 'mic-1' },
    camera: null,
    muted: false,
    cameraOn: false,
    preview: null,
    captions: [],
    modelSawAtMs: null,
    modelSilent: false,
    endsAtMs: null,
    back: null,
    speaksMuted: false,
    microphoneTrouble: null,
    notice: null,
    end: null,
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
  mark = vi.fn();
  setCamera = vi.fn(async () => {});
  chooseDevice = async () => {};
  reconnect = vi.fn();
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

/** JSON bodies of POST /api/live/sessions. */
let grants: { chat_id: string; record: boolean; consent?: { text_sha256: string } }[] = [];

let withdrawals: { path: string; recording?: string }[] = [];
let refuseWithdrawal = false;

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
  grants = [];
  withdrawals = [];
  refuseWithdrawal = false;
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
      if (refuseWithdrawal) throw new TypeError('away');
      withdrawals.push({ path: pathname, ...(await request.json()) });
      return json({ id: 's1' }, 200);
    }
    if (pathname !== '/api/live/sessions') return json({}, 200);
    grants.push(await request.json());
    return json({
      live_session: { id: `s${grants.length}` },
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

async function show() {
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
  const onOpenChat = vi.fn();
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

const press = async (name: string) =>
  fireEvent.click(await screen.findByRole('button', { name, hidden: true }));

async function goLive() {
  const shown = await show();
  await press('Start live');
  await screen.findByRole('button', { name: 'Hang up' });
  const session = shown.sessions[0];
  if (!session) throw new Error('no session was made');
  await act(() => session.connect());
  await screen.findByText('Recording');
  return { ...shown, session };
}

test('the first Start live asks for consent, and a press of it agrees and begins', async () => {
  const { session } = await goLive();
  expect(session.options.consent?.textSha256).toMatch(/^[0-9a-f]{64}$/);
  expect(session.options.microphone).toEqual({ deviceId: 'mic-1' });
  expect(grants).toHaveLength(1);
  expect(grants[0]).toMatchObject({ chat_id: 'new-chat', record: true });
  expect(grants[0]?.consent?.text_sha256).toBe(session.options.consent?.textSha256);
});

test('talk without recording begins a session that is not recorded, and says so', async () => {
  const { sessions } = await show();
  await press('Talk without recording');
  await screen.findByText(/This session is not recorded/);
  await press('Start live');
  await screen.findByRole('button', { name: 'Hang up' });
  await act(async () => sessions[0]?.connect());
  expect(await screen.findByText('Not recorded')).toBeTruthy();
  expect(sessions[0]?.options.consent).toBeNull();
  expect(grants[0]).toMatchObject({ record: false });
});

test('without any device the focus stays in the dialog, and one can write instead', async () => {
  navigator.mediaDevices.getUserMedia = () =>
    Promise.reject(new DOMException('', 'NotAllowedError'));
  const { sessions } = await show();
  await press('Agree, check devices');
  await screen.findByText(/You can still write/);
  expect(document.activeElement?.closest('dialog')).not.toBeNull();
  expect(document.activeElement?.matches(':disabled')).toBe(false);
  await press('Write instead');
  await screen.findByRole('button', { name: 'Hang up' });
  expect(sessions[0]?.options).toMatchObject({ microphone: null, camera: null });
});

test('while the camera is being opened it has its room, and so has Mark', async () => {
  const { sessions } = await show();
  await press('Agree, check devices');
  await press('Start live');
  await screen.findByRole('button', { name: 'Hang up' });
  const buttons = () => document.querySelectorAll('.live-control').length;
  const before = buttons();
  act(() => sessions[0]?.set({ cameraOn: true, microphone: null }));
  expect(await screen.findByText('The camera is being opened')).toBeTruthy();
  expect(screen.queryByText('Voice only')).toBeNull();
  expect(document.querySelector('.live > .live-seam')).not.toBeNull();
  expect(document.querySelector('.live-control .lucide-mic-off')).toBeNull();
  await act(async () => sessions[0]?.connect());
  await screen.findByRole('button', { name: 'Mark this moment' });
  expect(buttons()).toBe(before);
});

test('a camera that is switched on has its room at once, and loses it when it does not come', async () => {
  const { session } = await goLive();
  const opened = Promise.withResolvers<void>();
  session.setCamera.mockReturnValueOnce(opened.promise);
  await press('Turn camera off');
  await screen.findByText('The camera is being opened');
  expect(session.setCamera).toHaveBeenCalledWith(true);
  opened.reject(new Error('refused'));
  await screen.findByText('Voice only');
  expect(toasts.snapshot()?.text).toMatch(/cannot be opened/);
});

test('mute tells its state without changing its name', async () => {
  const { session } = await goLive();
  const button = screen.getByRole('button', { name: 'Mute microphone' });
  expect(button.getAttribute('aria-pressed')).toBe('false');
  fireEvent.keyDown(document.body, { key: 'm' });
  expect(session.state.muted).toBe(true);
  await vi.waitFor(() => expect(button.getAttribute('aria-pressed')).toBe('true'));
});

test('with nothing said yet, one press says a sentence in writing', async () => {
  const { session } = await goLive();
  fireEvent.click(await screen.findByRole('button', { name: '“Tell me a long story”' }));
  expect(session.typed).toEqual(['Tell me a long story']);
});

test('without a microphone there is a field; Enter sends, and what cannot be sent stays', async () => {
  const { session } = await goLive();
  expect(screen.queryByRole('textbox')).toBeNull();
  act(() => session.set({ microphone: null, connection: 'reconnecting' }));
  const field = await screen.findByRole('textbox', { name: 'Message to the model' });
  fireEvent.change(field, { target: { value: ' مرحبا ' } });
  fireEvent.keyDown(field, { key: 'Enter' });
  expect(screen.getByText('There is no connection yet. Wait a moment.')).toBeTruthy();
  expect(session.typed).toEqual([]);
  act(() => session.set({ connection: 'connected' }));
  await vi.waitFor(() => expect(screen.queryByText(/no connection yet/)).toBeNull());
  fireEvent.keyDown(field, { key: 'Enter', shiftKey: true });
  fireEvent.keyDown(field, { key: 'Enter', isComposing: true });
  expect(session.typed).toEqual([]);
  fireEvent.keyDown(field, { key: 'Enter' });
  expect(session.typed).toEqual([' مرحبا ']);
  expect(field).toHaveProperty('value', '');
});

test('Write opens the field, with focus, also beside a microphone', async () => {
  await goLive();
  fireEvent.keyDown(document.body, { key: 'w' });
  const field = await screen.findByRole('textbox', { name: 'Message to the model' });
  expect(document.activeElement).toBe(field);
  await press('Write');
  expect(screen.queryByRole('textbox')).toBeNull();
});

test('a key or its button marks the moment, where there is a record of it', async () => {
  const { session } = await goLive();
  fireEvent.keyDown(document.body, { key: 'b' });
  fireEvent.keyDown(document.body, { key: 'b', repeat: true });
  expect(session.mark).toHaveBeenCalledOnce();
  await press('Mark this moment');
  expect(session.mark).toHaveBeenCalledTimes(2);
});

test('without a recording there is nothing to mark', async () => {
  const { sessions } = await show();
  await press('Talk without recording');
  await press('Start live');
  await screen.findByRole('button', { name: 'Hang up' });
  await act(async () => sessions[0]?.connect());
  await screen.findByText('Not recorded');
  fireEvent.keyDown(document.body, { key: 'b' });
  expect(sessions[0]?.mark).not.toHaveBeenCalled();
  expect(screen.queryByRole('button', { name: 'Mark this moment' })).toBeNull();
});

test('typed words that wait when one hangs up are said, since no record names them', async () => {
  const { session } = await goLive();
  session.hangUp = vi.fn(async () => {
    for (const text of ['Which wheel?', 'The small one?']) {
      session.set({ notice: { kind: 'text-not-sent', text } });
    }
  });
  await press('Hang up');
  const said = 'Not sent: “\u2068Which wheel?\u2069”, “\u2068The small one?\u2069”';
  await vi.waitFor(() => expect(toasts.snapshot()).toMatchObject({ text: said, tone: 'error' }));
});

test('hanging up opens the chat at once and gives focus to its Play session', async () => {
  const { session, onOpenChat } = await goLive();
  await press('Hang up');
  expect(session.hangUp).toHaveBeenCalledOnce();
  expect(onOpenChat).toHaveBeenCalledWith('new-chat');
  expect(await screen.findByText('Focus: s1')).toBeTruthy();
});

test.each([
  ['Stop and keep', 'keep', /is kept\.$/],
  ['Stop and delete', 'erase', /is deleted\.$/],
] as const)('%s: the capture stops at once, and the server is told', async (button, wish, said) => {
  const { session, onOpenChat } = await goLive();
  await press('Devices and settings');
  await press('Withdraw consent…');
  expect(session.withdraw).not.toHaveBeenCalled();
  fireEvent.click(screen.getByRole('button', { name: button }));
  expect(session.withdraw).toHaveBeenCalledOnce();
  expect(session.hangUp).not.toHaveBeenCalled();
  expect(onOpenChat).toHaveBeenCalledWith('new-chat');
  await vi.waitFor(() => expect(toasts.snapshot()?.text).toMatch(said));
  expect(withdrawals).toEqual([
    {
      path: '/api/live/sessions/s1/withdraw-consent',
      recording: wish,
      last_seq: wish === 'keep' ? 4 : null,
    },
  ]);
});

test('a withdrawal that the server did not note can be sent again', async () => {
  refuseWithdrawal = true;
  await goLive();
  await press('Devices and settings');
  await press('Withdraw consent…');
  await press('Stop and delete');
  await vi.waitFor(() => expect(toasts.snapshot()?.text).toMatch(/is not deleted yet/));
  refuseWithdrawal = false;
  toasts.act();
  await vi.waitFor(() => expect(toasts.snapshot()?.text).toMatch(/is deleted\.$/));
});

test('a lost connection says what is recorded; Start again begins in the same chat', async () => {
  const { session, sessions } = await goLive();
  act(() =>
    session.set({ state: 'ended', recording: false, end: { reason: 'lost', problem: null } }),
  );
  expect(await screen.findByText('The connection was lost')).toBeTruthy();
  expect(screen.getByText(/Everything until 0:0\d is recorded/)).toBeTruthy();
  await press('Start again');
  await vi.waitFor(() => expect(sessions).toHaveLength(2));
  await act(async () => sessions[1]?.connect());
  expect(grants.map((grant) => grant.chat_id)).toEqual(['new-chat', 'new-chat']);
});

test('a session that never began says why and offers a way on', async () => {
  const { sessions } = await show();
  await press('Start live');
  await screen.findByRole('button', { name: 'Hang up' });
  act(() =>
    sessions[0]?.set({
      state: 'ended',
      end: {
        reason: 'never_connected',
        problem: { kind: 'model-unreachable', address: 'http://localhost:8081' },
      },
    }),
  );
  expect(await screen.findByText('The emulator does not answer')).toBeTruthy();
  await press('Check again');
  await vi.waitFor(() => expect(sessions).toHaveLength(2));
});

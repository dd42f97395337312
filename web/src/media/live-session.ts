/**
 * The contract between the live engine and the screens. No React, no DOM except MediaStream. `createLiveSession`
 * (live-engine.ts) makes a session; the UI reads it with `useSyncExternalStore`.
 */
import type { HistoryTurn } from './live/history';

/**
 * `busy`: another program has the device. `failed`: the browser or the system gave up while opening
 * it.
 */
export type DeviceProblemKind =
  | 'microphone-blocked'
  | 'microphone-busy'
  | 'microphone-failed'
  | 'no-microphone'
  | 'camera-blocked'
  | 'camera-busy'
  | 'camera-failed'
  | 'no-camera';

/** Why a live session could not start, or why it ended. The UI has the words (ui.md section 7). */
export type LiveProblem =
  | { readonly kind: DeviceProblemKind }
  | { readonly kind: 'server-unreachable' | 'disk-full' | 'open-elsewhere' }
  | { readonly kind: 'model-unreachable'; readonly address: string }
  /** The server got no token: the name of its problem, and its words, which quote the model's service. */
  | { readonly kind: 'no-token'; readonly code: string; readonly detail: string }
  | { readonly kind: 'model-refused'; readonly code: number; readonly reason: string }
  /** The socket ended, and the talk could not be continued on another socket. */
  | { readonly kind: 'resume-refused'; readonly code: number; readonly reason: string }
  | { readonly kind: 'browser-unsupported'; readonly missing: string }
  /** The page came by plain http from an address: browsers give such a page no devices. */
  | { readonly kind: 'insecure-page' }
  /** The browser does not let this page keep files, so nothing can be recorded. */
  | { readonly kind: 'keeps-nothing' }
  | { readonly kind: 'unexpected'; readonly message: string };

/** An error that names its problem. When `requestGrant` rejects with one, the session ends with that problem. */
export class LiveProblemError extends Error {
  readonly problem: LiveProblem;
  constructor(problem: LiveProblem) {
    super(problem.kind);
    this.name = 'LiveProblemError';
    this.problem = problem;
  }
}

/** `reconnecting`: between two sockets. What is said is kept and sent later. */
export type ConnectionState =
  | 'connecting'
  | 'connected'
  | 'slow'
  | 'reconnecting'
  | 'lost'
  | 'closed';

/** What the server last answered to chunks of this recording. */
export type SpoolState = {
  readonly server: 'reachable' | 'unreachable' | 'disk-full' | 'login-required';
  /** What answers instead of the server, in words: "404 text/plain"; empty when the server takes chunks. */
  readonly answers: string;
  /** Sealed chunks that the server has not taken yet, and how many seconds of the session they hold. */
  readonly waitingChunks: number;
  readonly waitingSeconds: number;
  /** Chunks that do not get through while others do; null when there are none. */
  readonly kept: KeptChunks | null;
};

/** Chunks that stay in this browser because they do not get through. */
export type KeptChunks = {
  readonly chunks: number;
  /**
   * `server`: our server refused them. `network`: something else answers instead of it. `browser`: this browser cannot
   * read them.
   */
  readonly by: 'server' | 'network' | 'browser';
  /** What answered, or the reason: "403 text/html". */
  readonly words: string;
};

/** The longest text that is sent at once: about two pages, which take the model a minute or two. */
export const kTypedLettersMax = 4000;

export type LiveCaption = {
  readonly id: number;
  readonly speaker: 'person' | 'model';
  /** Words that were said (person) or heard (model). */
  readonly heard: string;
  /** True for text without sound: `heard` is what the model wrote or what the person typed. */
  readonly written: boolean;
  /** Words that have arrived but were not heard yet (model only). Empty after an interruption. */
  readonly coming: string;
  readonly interrupted: boolean;
  /** How many words were generated but will never be heard. */
  readonly wordsNotHeard: number;
};

/** What went away by itself during a talk. */
export type LostDevice = 'microphone' | 'camera' | 'speaker';

export type LiveSnapshot = {
  readonly state: 'preparing' | 'live' | 'ending' | 'ended';
  readonly connection: ConnectionState;
  /** True only while samples reach the journal. */
  readonly recording: boolean;
  /** A sentence that says why nothing is recorded from some moment on; null while recording is possible. */
  readonly notRecorded: string | null;
  readonly spool: SpoolState;
  /** The number of the last chunk, once the talk has ended and sealed it; absent before, and where nothing is recorded. */
  readonly lastSeq?: number;
  /** `performance.now()` at the start of the recording clock; null before. */
  readonly startedAtMs: number | null;
  readonly microphone: { readonly label: string; readonly deviceId: string } | null;
  readonly camera: { readonly label: string; readonly deviceId: string } | null;
  readonly muted: boolean;
  /** While the session opens: whether it will open a camera. */
  readonly cameraOn: boolean;
  /** For a muted, mirrored <video>. Null while the camera is off. */
  readonly preview: MediaStream | null;
  readonly captions: readonly LiveCaption[];
  /** `performance.now()` when the picture was captured that the model saw last. */
  readonly modelSawAtMs: number | null;
  /** Nothing came from the model for 15 s after the person spoke. */
  readonly modelSilent: boolean;
  /** `performance.now()` at which the model will end the talk; null: it has not announced an end. */
  readonly endsAtMs: number | null;
  /** For a moment after reconnecting: what was lost. */
  readonly back: { readonly lostMs: number; readonly cutAnswer: boolean } | null;
  /** The person muted the microphone here but is speaking. */
  readonly speaksMuted: boolean;
  /** The microphone gives no sound although the person did not mute it here. */
  readonly microphoneTrouble: 'muted' | 'silent' | null;
  /**
   * A passing notice. `device-lost`: `instead` is used from now on; null: nothing is. `default-microphone`: `device` is now the
   * system's choice, and the session still listens to `used`.
   */
  readonly notice:
    | { readonly kind: 'device-lost'; readonly lost: LostDevice; readonly instead: string | null }
    | { readonly kind: 'video-paused' }
    | { readonly kind: 'default-microphone'; readonly device: string; readonly used: string }
    /** The model ended its turn without sound or words. `reason` comes from Google and may be empty. */
    | { readonly kind: 'empty-turn'; readonly reason: string }
    /** A typed text will not be sent, because too many wait for a connection. */
    | { readonly kind: 'text-not-sent'; readonly text: string }
    | null;
  /** Set when `state` is `ended`. */
  readonly end: {
    readonly reason: 'hangup' | 'lost' | 'error' | 'never_connected';
    readonly problem: LiveProblem | null;
  } | null;
};

/** Levels for drawing, filled on demand: no allocation, no React state. */
export type SeamLevels = {
  /** Bars of the last `person.length / barsPerSecond` seconds, newest last; 0..1 (0.45 peak + 0.75 mean). */
  readonly person: Float32Array;
  readonly model: Float32Array;
  /** Bars that have arrived and wait in the ring; the next one comes first. */
  readonly coming: Float32Array;
  /** How many bars of `coming` are valid. */
  comingCount: number;
  /** Number of the newest bar since the start, so that bars can be grouped without flicker. */
  newestBar: number;
  /** How many bars ago the model was interrupted; the newest interruption comes first. */
  interruptions: number[];
  readonly barsPerSecond: 20;
};

/** A step of a task that was ticked, or opened again, while talking. */
export type TickedStep = { readonly text: string; readonly done: boolean };

export interface LiveSession {
  readonly liveSessionId: string;
  readonly recordingId: string | null;
  subscribe(listener: () => void): () => void;
  snapshot(): LiveSnapshot;
  /** Fills `levels` for this animation frame. */
  readLevels(levels: SeamLevels): void;
  setMuted(muted: boolean): void;
  /** Puts a mark into the record at this moment; with `step` it says which step of a task was ticked. */
  mark(step?: TickedStep): void;
  setCamera(on: boolean): Promise<void>;
  chooseDevice(kind: 'microphone' | 'camera', deviceId: string): Promise<void>;
  /**
   * Sends typed words. They appear in the captions once they were sent. At most the first kTypedLettersMax letters are
   * sent.
   */
  sendText(text: string): void;
  /** Asks for another socket for the same talk, when the model does not answer. */
  reconnect(): void;
  /**
   * Ends the talk, seals the last chunk, uploads what waits and finishes the recording. Resolves when the server has
   * finished the recording or cannot be reached.
   */
  hangUp(): Promise<void>;
  /**
   * The same, since the person takes their consent back: microphone and camera stop at once, and the record says why it
   * ends.
   */
  withdraw(): Promise<void>;
}

/** What the server returned for POST /api/live/sessions (LiveSessionStart in api/openapi.yaml). */
export type LiveSessionGrant = {
  readonly liveSessionId: string;
  readonly recordingId: string | null;
  readonly baseUrl: string;
  readonly apiVersion: string;
  readonly token: string;
  readonly model: string;
  readonly config: Record<string, unknown>;
  /** What the model is told before anything else. */
  readonly history: readonly HistoryTurn[];
};

/** Stored with the recording in `/session` (docs/formats/recording.md 3.1). */
export type ConsentRecord = {
  readonly textVersion: string;
  readonly textSha256: string;
  readonly locale: string;
  readonly givenUs: number;
  readonly method: 'button';
  readonly channels: readonly ('microphone' | 'camera' | 'model' | 'messages')[];
};

export type LiveSessionOptions = {
  /**
   * Called when the devices are open, so that a token never waits for a permission. May reject with a
   * `LiveProblemError`.
   */
  readonly requestGrant: () => Promise<LiveSessionGrant>;
  /** Null: the talk is not recorded. */
  readonly consent: ConsentRecord | null;
  readonly microphone: { readonly deviceId: string | null } | null;
  readonly camera: { readonly deviceId: string | null } | null;
  /** The loudspeaker for the model; null: the system's. */
  readonly speakerId: string | null;
  readonly appVersion: string;
};

/** What an earlier session has left in this browser's journal. */
export type OrphanProgress = {
  readonly recordingId: string;
  readonly chunksTotal: number;
  readonly chunksSent: number;
  /**
   * `sending` and `waiting`: the upload is under way. The other states come from the server's answer. `done`: the
   * recording is complete. `gaps`: it is not complete, and this browser has nothing more of it. `kept`: some chunks do
   * not get through and stay here. `unknown`: the server does not know the recording; everything stays here.
   * `discarded`: nothing is here any more.
   */
  readonly state: 'sending' | 'waiting' | 'done' | 'gaps' | 'kept' | 'unknown' | 'discarded';
  /** Seconds of what was here at the beginning; for `kept`, of what is kept. */
  readonly durationSeconds: number;
  /** For `waiting`: what answers instead of the server; otherwise empty. */
  readonly answers: string;
  readonly kept: KeptChunks | null;
  /** For `gaps` and `kept`: how many chunks the server lacks; null when it did not say. */
  readonly missingChunks: number | null;
};

/** Sends what earlier sessions have left in the journal (recovery/recovery-client.ts). */
export interface RecoveryClient {
  subscribe(listener: () => void): () => void;
  snapshot(): readonly OrphanProgress[];
  /** Whether this browser keeps something of a person who is not logged in now. Nothing else is known of it. */
  foreign(): boolean;
  /** Resolves when the request was passed on. */
  discard(recordingId: string): Promise<void>;
  /** A session of this page has ended: sends at once what it has left. */
  look(): void;
  /** The kept chunks of a recording as a tar archive. Rejects when they cannot be read. */
  download(recordingId: string): Promise<Blob>;
}

/**
 * The contract between the live engine and whoever draws it. No React, no DOM beyond MediaStream.
 * `createLiveSession` (live-engine.ts) makes one; the UI reads it with `useSyncExternalStore`.
 */

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

/** Why a live session could not start or ended. The UI owns the words (ui.md section 7). */
export type LiveProblem =
  | { readonly kind: DeviceProblemKind }
  | { readonly kind: 'server-unreachable' | 'disk-full' | 'open-elsewhere' }
  | { readonly kind: 'model-unreachable'; readonly address: string }
  /** The server got no token: the name of its problem and its words, which hold those of the model's service. */
  | { readonly kind: 'no-token'; readonly code: string; readonly detail: string }
  | { readonly kind: 'model-refused'; readonly code: number; readonly reason: string }
  /** The socket ended, and the talk could not be continued on another one. */
  | { readonly kind: 'resume-refused'; readonly code: number; readonly reason: string }
  | { readonly kind: 'browser-unsupported'; readonly missing: string }
  /** Plain http by an address: browsers give such a page no devices. */
  | { readonly kind: 'insecure-page' }
  /** The browser lets this page keep no files: nothing can be recorded. */
  | { readonly kind: 'keeps-nothing' }
  | { readonly kind: 'unexpected'; readonly message: string };

/** An error that already knows its problem. The engine ends with this problem when `requestGrant` rejects with one. */
export class LiveProblemError extends Error {
  readonly problem: LiveProblem;
  constructor(problem: LiveProblem) {
    super(problem.kind);
    this.name = 'LiveProblemError';
    this.problem = problem;
  }
}

/** `reconnecting`: between two sockets; what is said is kept and sent. */
export type ConnectionState =
  | 'connecting'
  | 'connected'
  | 'slow'
  | 'reconnecting'
  | 'lost'
  | 'closed';

/** What the server last said to chunks of this recording. */
export type SpoolState = {
  readonly server: 'reachable' | 'unreachable' | 'disk-full' | 'login-required';
  /** What answers when the server does not take chunks, in words: "404 text/plain"; empty when it does. */
  readonly answers: string;
  /** Sealed chunks that the server has not taken yet, and how many seconds of the session they hold. */
  readonly waitingChunks: number;
  readonly waitingSeconds: number;
  /** The newest chunk that does not get through while others do; null when there is none. */
  readonly kept: KeptChunks | null;
};

/** Chunks that stay in this browser because they do not get through. */
export type KeptChunks = {
  readonly chunks: number;
  /** Our server refused them; something before it answers in its place; this browser cannot read them. */
  readonly by: 'server' | 'network' | 'browser';
  /** What answered, or why: "403 text/html". */
  readonly words: string;
};

/** Longest text that is sent at once: about two pages, a minute or two of the model's attention. */
export const kTypedLettersMax = 4000;

export type LiveCaption = {
  readonly id: number;
  readonly speaker: 'person' | 'model';
  /** Words that were said (person) or heard (model). */
  readonly heard: string;
  /** In text, without sound: `heard` is what the model wrote, or what the person typed. */
  readonly written: boolean;
  /** Words that arrived and were not heard yet (model only). Empty after an interruption. */
  readonly coming: string;
  readonly interrupted: boolean;
  /** Words that were generated and will never be heard. */
  readonly wordsNotHeard: number;
};

export type LiveSnapshot = {
  readonly state: 'preparing' | 'live' | 'ending' | 'ended';
  readonly connection: ConnectionState;
  /** True only while samples reach the journal. */
  readonly recording: boolean;
  /** Why what is said from some moment on is not recorded, a sentence; null while nothing stands in the way. */
  readonly notRecorded: string | null;
  readonly spool: SpoolState;
  /** `performance.now()` at which the recording clock started; null before. */
  readonly startedAtMs: number | null;
  readonly microphone: { readonly label: string; readonly deviceId: string } | null;
  readonly camera: { readonly label: string; readonly deviceId: string } | null;
  readonly muted: boolean;
  readonly cameraOn: boolean;
  /** For a muted, mirrored <video>. Null while the camera is off. */
  readonly preview: MediaStream | null;
  readonly captions: readonly LiveCaption[];
  /** `performance.now()` at which the frame that the model saw last was captured. */
  readonly modelSawAtMs: number | null;
  /** Nothing came from the model for 15 s after the person spoke. */
  readonly modelSilent: boolean;
  /** `performance.now()` at which the model will end the talk; null: it has not said so. */
  readonly endsAtMs: number | null;
  /** For a moment after reconnecting: what was lost. */
  readonly back: { readonly lostMs: number; readonly cutAnswer: boolean } | null;
  /** The person muted the microphone here and speaks nevertheless. */
  readonly speaksMuted: boolean;
  /** The open microphone gives no sound, and the person did not mute it here. */
  readonly microphoneTrouble: 'muted' | 'silent' | null;
  /**
   * A passing notice, for example a device that was lost and replaced. `default-microphone`: the
   * system's choice is `device` now; `used` is what the session listens to.
   */
  readonly notice:
    | { readonly kind: 'device-lost' | 'video-paused'; readonly device: string }
    | { readonly kind: 'default-microphone'; readonly device: string; readonly used: string }
    /** The model closed its turn without sound or words. `reason` is Google's, or empty. */
    | { readonly kind: 'empty-turn'; readonly reason: string }
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
  /** Bars that arrived and wait in the ring, next one first. */
  readonly coming: Float32Array;
  /** Valid prefix of `coming`. */
  comingCount: number;
  /** Number of the newest bar since the start, so that bars can be grouped without flicker. */
  newestBar: number;
  /** Ages in bars at which the model was interrupted, newest first. */
  interruptions: number[];
  readonly barsPerSecond: 20;
};

export interface LiveSession {
  readonly liveSessionId: string;
  readonly recordingId: string | null;
  subscribe(listener: () => void): () => void;
  snapshot(): LiveSnapshot;
  /** Fills `levels` for this animation frame. */
  readLevels(levels: SeamLevels): void;
  setMuted(muted: boolean): void;
  /** Puts a mark into the record at this moment. */
  mark(): void;
  setCamera(on: boolean): Promise<void>;
  chooseDevice(kind: 'microphone' | 'camera', deviceId: string): Promise<void>;
  /** Says words in writing. They come up in the captions once they were sent; more than kTypedLettersMax letters are cut. */
  sendText(text: string): void;
  /** Another socket for the same talk, when the model does not answer. */
  reconnect(): void;
  /** Ends the talk, seals the last chunk, uploads what waits, finishes the recording. Resolves when the server has finished it or is unreachable. */
  hangUp(): Promise<void>;
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
  /** Called once the devices are open, so that a token never waits for a permission. May reject with a `LiveProblemError`. */
  readonly requestGrant: () => Promise<LiveSessionGrant>;
  /** Null: talk without recording. */
  readonly consent: ConsentRecord | null;
  readonly microphone: { readonly deviceId: string | null } | null;
  readonly camera: { readonly deviceId: string | null } | null;
  /** Where the model is heard; null: on the system's loudspeaker. */
  readonly speakerId: string | null;
  readonly appVersion: string;
};

/** What was left of an earlier session in this browser's journal. */
export type OrphanProgress = {
  readonly recordingId: string;
  readonly chunksTotal: number;
  readonly chunksSent: number;
  /**
   * `sending`, `waiting`: under way. All else was said by the server, after it was asked: `done`: it calls the recording
   * complete. `gaps`: it does not, and nothing of it is in this browser any more. `kept`: some of it does not get through and
   * stays here. `unknown`: it knows no such recording; all stays here. `discarded`: nothing is here any more.
   */
  readonly state: 'sending' | 'waiting' | 'done' | 'gaps' | 'kept' | 'unknown' | 'discarded';
  /** Of what lay here at the beginning; `kept`: of what is kept. */
  readonly durationSeconds: number;
  /** `waiting`: what answers in the place of the server. Else empty. */
  readonly answers: string;
  readonly kept: KeptChunks | null;
  /** `gaps`, `kept`: how many chunks the server misses; null when it did not say. */
  readonly missingChunks: number | null;
};

/** Sends what earlier sessions left in the journal (recovery/recovery-client.ts). */
export interface RecoveryClient {
  subscribe(listener: () => void): () => void;
  snapshot(): readonly OrphanProgress[];
  /** Resolves when the request has been handed over. */
  discard(recordingId: string): Promise<void>;
  /** A session of this page has ended: what it left behind is taken up at once. */
  look(): void;
  /** What is kept of a recording, as a tar archive of chunks. Rejects when it cannot be read. */
  download(recordingId: string): Promise<Blob>;
}

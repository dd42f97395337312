/**
 * What the threads of a live session say to each other (design: "The live path in the browser"). Types only.
 *
 * ```
 * main ── commands ──> LiveWorker   (SDK socket, wire tap, sequencing)
 * main ── commands ──> VideoWorker  (JPEG, VP9, microphone pairs)
 * main ── commands, journal entries ──> SpoolWorker (OPFS journal, seals, uploads)
 * capture worklet ──port──> LiveWorker ──port──> SpoolWorker
 * LiveWorker <──port──> playout worklet
 * VideoWorker ──port──> LiveWorker (JPEG),  VideoWorker ──port──> SpoolWorker
 * capture and playout worklets ── node.port ──> main (levels only)
 * ```
 * Page times are integer microseconds of the window's PageClock. A Worker's own clock is another one: it asks the window
 * on its `clock` port (WorkerClock) and does nothing before the first answer. A worklet has no `performance`: it reports
 * context frames only.
 */
import type { HistoryTurn } from './live/history';
import type { OrphanProgress, SpoolState } from './live-session';

// ---- journal ------------------------------------------------------------------------------------------------------

export type MediaTopic = '/mic/pcm' | '/model/pcm' | '/frames/jpeg' | '/camera/video';
export type JsonTopic =
  | '/session'
  | '/wire/tx'
  | '/wire/rx'
  | '/playout'
  | '/clock'
  | '/events'
  | '/health';

/** Media: `data` is the payload itself, which the spool wraps in protobuf. Arrays are transferred. */
export type MediaEntry =
  | {
      readonly topic: '/mic/pcm' | '/model/pcm';
      readonly logTimeUs: number;
      /** Index of the first sample in its channel. */
      readonly sequence: number;
      /** s16le mono. */
      readonly data: Uint8Array<ArrayBuffer>;
    }
  | {
      readonly topic: '/frames/jpeg' | '/camera/video';
      readonly logTimeUs: number;
      /** Number of the picture, from 0. */
      readonly sequence: number;
      readonly data: Uint8Array<ArrayBuffer>;
      /** `VideoFrame.timestamp`, microseconds of the device clock. */
      readonly deviceUs: number;
      /** `key 640x480`, `delta 640x480`; JPEG: `640x480`. */
      readonly frameId: string;
    };
/** JSON: the spool numbers these entries itself, in order of arrival. */
export type JsonEntry = {
  readonly topic: JsonTopic;
  readonly logTimeUs: number;
  readonly data: Readonly<Record<string, unknown>>;
};
export type JournalEntry = MediaEntry | JsonEntry;
/** What travels on a port to the spool: one batch per turn of the event loop. */
export type JournalBatch = readonly JournalEntry[];

// ---- SpoolWorker --------------------------------------------------------------------------------------------------

export type SpoolCommand =
  /**
   * First message. `apiBase` is the part of the address before `/recordings/…`: `/api`. Entries may follow before
   * `opened`.
   */
  | { readonly type: 'open'; readonly recordingId: string; readonly apiBase: string }
  /** One more producer. It sends `JournalBatch` messages and, as its last message, the string `'done'`. */
  | { readonly type: 'producer'; readonly port: MessagePort }
  | { readonly type: 'entries'; readonly entries: JournalBatch }
  /**
   * Ends the recording. The spool waits for `'done'` on every producer port (3 s at most), then seals, uploads and
   * calls finish. The answer is `ended`.
   */
  | { readonly type: 'finish'; readonly reason: 'hangup' | 'lost' | 'error' };
export type SpoolEvent =
  | { readonly type: 'opened' }
  | ({
      readonly type: 'state';
      readonly journalBytes: number;
      readonly ackMs: number | null;
    } & SpoolState)
  /**
   * The journal cannot be written (or the recording was erased on the server): the recording dot disappears, the talk
   * goes on. What was sealed before is still sent; later entries are ignored. Sent once.
   */
  | { readonly type: 'journal-failed'; readonly message: string }
  /**
   * Little storage is left in this browser, so a reserve was given back. Sent once; the engine then sends `sound-only`
   * to the VideoWorker.
   */
  | { readonly type: 'disk-low'; readonly freeBytes: number }
  /** The last chunk is sealed; nothing more is recorded. */
  | { readonly type: 'sealed'; readonly lastSeq: number }
  /**
   * `finished`: the server has answered finish. `left`: the server cannot be reached; the rest is left to the recovery.
   */
  | { readonly type: 'ended'; readonly outcome: 'finished' | 'left' };

// ---- RecoveryWorker -----------------------------------------------------------------------------------------------

export type RecoveryCommand =
  /** First message. `discarded`: what the person discarded on an earlier page that may not have carried it out. */
  | { readonly type: 'begin'; readonly discarded: readonly string[] }
  | { readonly type: 'discard'; readonly recordingId: string }
  /** A session has ended and may have left something to send. */
  | { readonly type: 'look' };
export type RecoveryEvent = {
  readonly type: 'orphans';
  readonly orphans: readonly OrphanProgress[];
  /** There are journals of other people. */
  readonly foreign: boolean;
};

// ---- LiveWorker ---------------------------------------------------------------------------------------------------

export type LiveCommand =
  /** First message: where the page clock answers (page-clock.ts). */
  | { readonly type: 'clock'; readonly port: MessagePort }
  | {
      readonly type: 'connect';
      readonly baseUrl: string;
      readonly apiVersion: string;
      /** For the first socket. For later ones the Worker asks our server. */
      readonly token: string;
      readonly liveSessionId: string;
      readonly model: string;
      readonly config: Readonly<Record<string, unknown>>;
      readonly history: readonly HistoryTurn[];
    }
  | { readonly type: 'capture'; readonly port: MessagePort }
  | { readonly type: 'playout'; readonly port: MessagePort }
  /** JPEG frames arrive here (`JpegFrame`). */
  | { readonly type: 'frames'; readonly port: MessagePort }
  /** Absent when the talk is not recorded. */
  | { readonly type: 'spool'; readonly port: MessagePort }
  /** Text that the person typed, not empty. Sent as soon as there is a socket. */
  | { readonly type: 'text'; readonly text: string }
  /** The person asks for another socket. */
  | { readonly type: 'reconnect' }
  /**
   * Closes the socket, waits for the worklets' `end`, sends `'done'` to the spool and answers `drained`. Both worklets
   * must have been told to stop before.
   */
  | { readonly type: 'close' };
export type LiveEvent =
  /** The setup of a socket is complete: the model listens. */
  | { readonly type: 'connected' }
  /** There is no socket for a while; what is said is kept. */
  | { readonly type: 'reconnecting' }
  /**
   * Comes after `connected`. `lostMs`: how much sound of the microphone was dropped. `cutAnswer`: the rest of an answer
   * was lost with the socket.
   */
  | { readonly type: 'back'; readonly lostMs: number; readonly cutAnswer: boolean }
  /** The model will end the talk after this time; null: it will not. */
  | { readonly type: 'countdown'; readonly leftMs: number | null }
  /** Nothing has come for a while after the person spoke. */
  | { readonly type: 'silent'; readonly on: boolean }
  | { readonly type: 'slow'; readonly on: boolean; readonly bufferedBytes: number }
  /** The last socket is gone. `resuming`: the talk could not be continued on another socket. */
  | {
      readonly type: 'closed';
      readonly code: number;
      readonly reason: string;
      readonly phase: 'connecting' | 'talking' | 'resuming';
    }
  /** `message` null: the Worker's script could not be loaded. */
  | { readonly type: 'failed'; readonly message: string | null }
  /**
   * Words as they arrive. `item`: the model turn to which they belong; `atSample`: how many samples of the item had
   * arrived.
   */
  | {
      readonly type: 'model-text';
      readonly item: number;
      readonly text: string;
      readonly atSample: number;
    }
  /** `atMs`: when it arrived, on the page clock. */
  | {
      readonly type: 'person-text';
      readonly text: string;
      readonly finished: boolean;
      readonly atMs: number;
    }
  /** The text that the person typed was sent to the model. */
  | { readonly type: 'typed'; readonly text: string }
  /** The text that the person typed will never be sent. */
  | { readonly type: 'text-not-sent'; readonly text: string }
  /** An answer in text parts, without sound. */
  | { readonly type: 'written'; readonly item: number; readonly text: string }
  /** The model ended a turn without sound or words. `reason` comes from Google and may be empty. */
  | { readonly type: 'empty-turn'; readonly reason: string }
  /**
   * Arrived model sound as bars (0..1): bar k of an item covers its samples from 1200·k on. These are the next bars.
   */
  | { readonly type: 'model-bars'; readonly item: number; readonly bars: readonly number[] }
  /** The person interrupted the model. `item`: the model turn that was cut; null before the first one. */
  | { readonly type: 'interrupted'; readonly item: number | null }
  /** No more sound will come for the item. */
  | {
      readonly type: 'item-end';
      readonly item: number;
      readonly sampleCount: number;
      readonly complete: boolean;
    }
  | { readonly type: 'turn-complete'; readonly item: number | null; readonly atMs: number }
  /** This frame was sent to the model. */
  | { readonly type: 'frame-sent'; readonly frame: number; readonly capturedUs: number }
  | {
      readonly type: 'health';
      readonly socketBufferedBytes: number;
      readonly ringSamples: number;
      readonly underruns: number;
    }
  /** The last entries and `'done'` have been sent to the spool. `contextFrame`: length of the recording. */
  | { readonly type: 'drained'; readonly contextFrame: number };

// ---- worklets -----------------------------------------------------------------------------------------------------
// Both processors are in one AudioWorkletGlobalScope and share one FrameCounter (frame-counter.ts), so they have the
// same frame 0. Only the capture worklet gets `start`.

/** On the capture node's port. */
export type CaptureCommand =
  | { readonly type: 'live'; readonly port: MessagePort }
  /** The next render quantum is context frame 0 of the recording. */
  | { readonly type: 'start' }
  | { readonly type: 'mute'; readonly on: boolean }
  /** Sends the unfinished block and `end`. */
  | { readonly type: 'stop' };
/** On the capture live port. */
export type CaptureReport = MicBlock | Discontinuity | WorkletEnd;
/** Every 20 ms; the last one may be shorter. */
export type MicBlock = {
  readonly type: 'mic';
  readonly firstSample: number;
  /** Where the three input frames of the first sample begin, by our own counter. */
  readonly contextFrame: number;
  /** 320 samples, transferred. */
  readonly pcm: Int16Array<ArrayBuffer>;
};
export type Discontinuity = {
  readonly type: 'discontinuity';
  readonly contextFrame: number;
  readonly expectedFrame: number;
  readonly currentFrame: number;
};
/** The worklet does nothing more. */
export type WorkletEnd = { readonly type: 'end'; readonly contextFrame: number };
/** From both nodes to main, 20 a second, for the meter and the seam. `bar`: context frame / 2400. */
export type LevelReport = {
  readonly type: 'level';
  readonly bar: number;
  readonly peak: number;
  readonly mean: number;
};
/**
 * From the capture node to main, at the start and after each discontinuity: how `currentFrame` corresponds to our
 * counter.
 */
export type FrameOrigin = {
  readonly type: 'origin';
  readonly contextFrame: number;
  readonly currentFrame: number;
};
/**
 * From the playout node to main, 20 a second while a model turn plays and once at its end: how many samples were
 * rendered so far.
 */
export type HeardReport = {
  readonly type: 'heard';
  readonly item: number;
  readonly samples: number;
};

/** On the playout node's port. */
export type PlayoutNodeCommand =
  | { readonly type: 'live'; readonly port: MessagePort }
  /** Fades out what is playing, drops the rest, reports that, and sends `end`. */
  | { readonly type: 'stop' };
/** On the playout live port, from the LiveWorker. */
export type PlayoutCommand =
  | {
      readonly type: 'audio';
      readonly item: number;
      readonly firstSample: number;
      readonly pcm: Int16Array<ArrayBuffer>;
    }
  | { readonly type: 'item-end'; readonly item: number }
  | { readonly type: 'flush' };
export type PlayoutReport =
  | {
      readonly type: 'span';
      readonly item: number;
      readonly firstSample: number;
      readonly sampleCount: number;
      readonly contextFrame: number;
    }
  | { readonly type: 'fade'; readonly contextFrame: number; readonly sampleCount: number }
  | {
      readonly type: 'flush';
      readonly contextFrame: number;
      readonly item: number;
      readonly droppedSamples: number;
    }
  | { readonly type: 'underrun'; readonly contextFrame: number; readonly prebufferMs: number }
  | { readonly type: 'ring'; readonly samples: number; readonly underruns: number }
  | WorkletEnd;

// ---- VideoWorker --------------------------------------------------------------------------------------------------

export type VideoCommand =
  /** First message: where the page clock answers (page-clock.ts). */
  | { readonly type: 'clock'; readonly port: MessagePort }
  /**
   * Replaces the camera; frames of an older camera are dropped. `delivered`: how many frames the older one delivered in
   * all.
   */
  | {
      readonly type: 'camera';
      readonly frames: ReadableStream<VideoFrame>;
      readonly delivered: number;
    }
  | { readonly type: 'camera-off'; readonly delivered: number }
  /** Once a second: how many frames the camera has delivered since its reader was made. */
  | { readonly type: 'delivered'; readonly count: number }
  /** Microphone blocks of MediaStreamTrackProcessor, for `/clock` `microphone`. */
  | { readonly type: 'microphone'; readonly blocks: ReadableStream<AudioData> }
  | { readonly type: 'live'; readonly port: MessagePort }
  | { readonly type: 'spool'; readonly port: MessagePort }
  /** Stops encoding video (little storage in this browser); JPEGs are still made. */
  | { readonly type: 'sound-only'; readonly on: boolean }
  /** Flushes the encoder, sends the rest, and answers `done` on the spool port and `drained` here. */
  | { readonly type: 'drain'; readonly delivered: number };
/** `not_read`: the browser dropped the frame before the Worker could read it. */
export type SkipReason = 'encoder_busy' | 'encoder_failed' | 'disk_low' | 'not_read';
export type VideoEvent =
  | { readonly type: 'format'; readonly width: number; readonly height: number }
  | {
      readonly type: 'skipped';
      readonly count: number;
      readonly reason: SkipReason;
    }
  | {
      readonly type: 'counts';
      /** How many frames the camera delivered since the start, and how many of them are not recorded. */
      readonly captured: number;
      readonly skipped: number;
      readonly encodeQueue: number;
    }
  | { readonly type: 'drained' }
  | { readonly type: 'failed'; readonly message: string };
export type JpegFrame = {
  readonly frame: number;
  readonly capturedUs: number;
  readonly deviceUs: number;
  readonly width: number;
  readonly height: number;
  readonly jpeg: Uint8Array<ArrayBuffer>;
};

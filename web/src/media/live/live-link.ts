/**
 * The LiveWorker's core: puts every frame into the record, then acts on it; sends sound and
 * pictures; passes on what the worklets report. Everything outside comes in through
 * `LiveLinkPorts`, so that its tests run in Node.
 */

import { ItemBars } from '../audio/item-bars';
import { type ModelAudio, ModelAudioReader, toBase64 } from '../audio/model-audio';
import { PlayoutLog } from '../audio/playout-log';
import { kContextRate } from '../clock';
import type { JournalPort } from '../journal/journal-port';
import type {
  Discontinuity,
  JpegFrame,
  LiveEvent,
  MicBlock,
  PlayoutCommand,
  PlayoutReport,
} from '../protocol';
import { type LiveMessage, readLiveMessage } from './live-message';
import { NotSentRuns, SendGate, type Verdict } from './send-gate';
import { type PumpAction, TurnPump } from './turn-pump';
import {
  micReference,
  modelReference,
  pictureReference,
  type WireFrame,
  type WireLog,
} from './wire-log';
import type { MediaReference } from './wire-redaction';

/** `/clock` gets a `mic` row every so many blocks: once a second. */
const kMicRowBlocks = 50;

/** What the SDK's session offers. */
export type LiveSender = {
  sendRealtimeInput(input: {
    audio?: { data: string; mimeType: string };
    video?: { data: string; mimeType: string };
  }): void;
};

export type LiveLinkPorts = {
  /** Null when talking without recording. */
  readonly journal: JournalPort | null;
  readonly wire: WireLog;
  readonly tell: (event: LiveEvent) => void;
  readonly playout: (command: PlayoutCommand, transfer: Transferable[]) => void;
  /** Page clock, integer microseconds. */
  readonly nowUs: () => number;
  readonly bufferedBytes: () => number;
  /** The talk cannot go on. */
  readonly fail: (message: string) => void;
};

export class LiveLink {
  readonly #ports: LiveLinkPorts;
  readonly #pump = new TurnPump();
  readonly #audio = new ModelAudioReader();
  readonly #bars = new ItemBars();
  readonly #gate = new SendGate();
  readonly #notSent = new NotSentRuns(({ topic, first, count, reason }) =>
    this.event('not_sent', { topic, first, count, reason }),
  );
  readonly #playoutLog: PlayoutLog;
  #sender: LiveSender | null = null;
  /** Where the media of the frame that is being sent is kept. */
  #sending: Pick<WireFrame, 'media' | 'audio'> = { media: [], audio: null };
  #micBlocks = 0;
  #frame = { contextFrame: 0, atUs: 0 };
  #toldSlow = false;

  constructor(ports: LiveLinkPorts) {
    this.#ports = ports;
    this.#playoutLog = new PlayoutLog((entry) => ports.journal?.add(entry));
  }

  /** One `/events` row. */
  event(kind: string, members: Readonly<Record<string, unknown>> = {}): void {
    const nowUs = this.#ports.nowUs();
    this.#ports.journal?.add({
      topic: '/events',
      logTimeUs: nowUs,
      data: { kind, page_us: nowUs, context_frame: this.#contextFrame(nowUs), ...members },
    });
  }

  // ---- socket ---------------------------------------------------------------------------------

  /** A frame came in: the record first, then what it asks for. */
  received(text: string, binary: boolean, bytes: number): void {
    const nowUs = this.#ports.nowUs();
    const message = readLiveMessage(text);
    const frame = { text, binary, bytes };
    if (!message) {
      this.#journalReceived({ ...frame, media: [], audio: null }, nowUs);
      this.event('error', { message: 'A server frame was not a JSON object.' });
      return;
    }
    let audio: ModelAudio[];
    try {
      audio = message.parts.flatMap((part) =>
        part.kind === 'audio' ? [this.#audio.read(part.mimeType, part.data)] : [],
      );
    } catch (error) {
      const kept = message.parts.flatMap((part) => (part.kind === 'text' ? [] : [null]));
      this.#journalReceived({ ...frame, media: kept, audio: null }, nowUs);
      this.#ports.fail(error instanceof Error ? error.message : String(error));
      return;
    }
    const actions = this.#pump.on(message, audio, nowUs / 1000);
    this.#journalReceived({ ...frame, ...soundOf(message, audio, actions) }, nowUs);
    for (const action of actions) this.#act(action, nowUs);
  }

  /** A frame goes out. */
  sent(text: string, binary: boolean, bytes: number): void {
    const frame = { text, binary, bytes, ...this.#sending };
    this.#ports.journal?.add(this.#ports.wire.entry('/wire/tx', frame, this.#ports.nowUs()));
  }

  /** The setup is complete and the SDK handed out its session. */
  open(sender: LiveSender): void {
    this.#sender = sender;
    this.#gate.setOpen(true);
    this.#ports.tell({ type: 'connected' });
  }

  /** The socket takes nothing more. */
  shut(): void {
    this.#sender = null;
    this.#gate.setOpen(false);
  }

  #journalReceived(frame: WireFrame, nowUs: number): void {
    this.#ports.journal?.add(this.#ports.wire.entry('/wire/rx', frame, nowUs));
  }

  #act(action: PumpAction, nowUs: number): void {
    const { tell, playout } = this.#ports;
    switch (action.type) {
      case 'ready':
        this.event('setup_complete');
        break;
      case 'flush':
        playout({ type: 'flush' }, []);
        break;
      case 'interrupted':
        this.event('interrupted', action.item === null ? {} : { item: action.item });
        tell(action);
        break;
      case 'item':
        this.#bars.end();
        this.#playoutLog.item(action.item, action.firstSample, nowUs);
        break;
      case 'audio':
        this.#modelAudio(action, nowUs);
        break;
      case 'item-end':
        this.#itemEnd(action, nowUs);
        break;
      case 'person-text':
      case 'model-text':
      case 'turn-complete':
        tell(action);
        break;
    }
  }

  #itemEnd(action: PumpAction & { type: 'item-end' }, nowUs: number): void {
    const { item, sampleCount, complete } = action;
    this.#ports.playout({ type: 'item-end', item }, []);
    this.#playoutLog.itemEnd(item, sampleCount, complete, nowUs);
    if (complete) this.#ports.tell({ type: 'model-bars', item, bars: this.#bars.end() });
    this.#ports.tell({ type: 'item-end', item, sampleCount });
  }

  #modelAudio(action: PumpAction & { type: 'audio' }, nowUs: number): void {
    const { item, audio, play } = action;
    if (play) {
      const bars = this.#bars.add(audio.pcm);
      if (bars.length > 0) this.#ports.tell({ type: 'model-bars', item, bars });
      const { firstSample, pcm } = audio;
      this.#ports.playout({ type: 'audio', item, firstSample, pcm }, [pcm.buffer]);
    }
    this.#ports.journal?.add({
      topic: '/model/pcm',
      logTimeUs: nowUs,
      sequence: audio.firstSample,
      data: audio.data,
    });
  }

  // ---- what the worklets and the VideoWorker send ------------------------------------------------

  mic(block: MicBlock): void {
    const nowUs = this.#ports.nowUs();
    const { firstSample, contextFrame, pcm } = block;
    const count = pcm.length;
    this.#frame = { contextFrame: contextFrame + 3 * count, atUs: nowUs };
    const data = new Uint8Array(pcm.buffer, pcm.byteOffset, pcm.byteLength);
    const verdict = this.#gate.sound(this.#ports.bufferedBytes());
    if (verdict === null) this.#sendSound(firstSample, count, data);
    else this.#hold({ topic: '/mic/pcm', first: firstSample, count }, verdict);
    if (this.#micBlocks++ % kMicRowBlocks === 0) this.#micRow(firstSample, contextFrame, nowUs);
    this.#ports.journal?.add({
      topic: '/mic/pcm',
      logTimeUs: nowUs,
      sequence: firstSample,
      data,
    });
    this.#tellSlow();
  }

  picture(picture: JpegFrame): void {
    const verdict = this.#gate.picture(this.#ports.bufferedBytes(), this.#ports.nowUs() / 1000);
    const { frame, capturedUs } = picture;
    if (verdict !== null) {
      this.#hold({ topic: '/frames/jpeg', first: frame, count: 1 }, verdict);
      return;
    }
    this.#notSent.sent('/frames/jpeg');
    const data = toBase64(picture.jpeg);
    this.#send(
      { media: [pictureReference(frame)], audio: null },
      { video: { data, mimeType: 'image/jpeg' } },
    );
    this.#ports.tell({ type: 'frame-sent', frame, capturedUs });
  }

  /** The frame count of the context jumped: the next block gets a fresh `mic` row. */
  discontinuity(jump: Discontinuity): void {
    this.#micBlocks = 0;
    const nowUs = this.#ports.nowUs();
    this.#ports.journal?.add({
      topic: '/clock',
      logTimeUs: nowUs,
      data: {
        kind: 'discontinuity',
        context_frame: jump.contextFrame,
        expected_frame: jump.expectedFrame,
        current_frame: jump.currentFrame,
      },
    });
  }

  played(report: PlayoutReport): void {
    if (report.type === 'ring') {
      this.#ports.tell({
        type: 'health',
        socketBufferedBytes: this.#ports.bufferedBytes(),
        ringSamples: report.samples,
        underruns: report.underruns,
      });
    } else if (report.type !== 'end') this.#playoutLog.report(report, this.#ports.nowUs());
  }

  /** Both worklets have ended: the last rows. */
  end(): void {
    this.#notSent.end();
    this.#ports.journal?.done();
  }

  #hold(
    run: { topic: '/mic/pcm' | '/frames/jpeg'; first: number; count: number },
    verdict: NonNullable<Verdict>,
  ): void {
    this.#notSent.held({ ...run, reason: verdict });
  }

  #sendSound(firstSample: number, count: number, data: Uint8Array): void {
    this.#notSent.sent('/mic/pcm');
    this.#send(
      {
        media: [micReference(firstSample, count)],
        audio: { firstSample, sampleCount: count },
      },
      { audio: { data: toBase64(data), mimeType: 'audio/pcm;rate=16000' } },
    );
  }

  /** The SDK sends within this call, so the tap finds `#sending`. */
  #send(
    sending: Pick<WireFrame, 'media' | 'audio'>,
    input: Parameters<LiveSender['sendRealtimeInput']>[0],
  ): void {
    this.#sending = sending;
    try {
      this.#sender?.sendRealtimeInput(input);
    } finally {
      this.#sending = { media: [], audio: null };
    }
  }

  #micRow(firstSample: number, contextFrame: number, nowUs: number): void {
    this.#ports.journal?.add({
      topic: '/clock',
      logTimeUs: nowUs,
      data: { kind: 'mic', first_sample: firstSample, context_frame: contextFrame },
    });
  }

  #tellSlow(): void {
    if (this.#gate.slow === this.#toldSlow) return;
    this.#toldSlow = this.#gate.slow;
    this.#ports.tell({
      type: 'slow',
      on: this.#toldSlow,
      bufferedBytes: this.#ports.bufferedBytes(),
    });
  }

  /** Our frame now, from the last microphone block. */
  #contextFrame(nowUs: number): number {
    if (this.#frame.atUs === 0) return 0;
    const since = Math.max(0, nowUs - this.#frame.atUs);
    return this.#frame.contextFrame + Math.round((since * kContextRate) / 1e6);
  }
}

/** The references for the media of a received message, and where its sound is kept. */
const soundOf = (
  message: LiveMessage,
  audio: readonly ModelAudio[],
  actions: readonly PumpAction[],
): Pick<WireFrame, 'media' | 'audio'> => {
  let next = 0;
  const media: MediaReference[] = message.parts.flatMap((part) => {
    if (part.kind === 'text') return [];
    const sound = part.kind === 'audio' ? audio[next++] : undefined;
    return [sound ? modelReference(sound.firstSample, sound.sampleCount) : null];
  });
  const first = audio[0];
  if (!first) return { media, audio: null };
  const sampleCount = audio.reduce((sum, sound) => sum + sound.sampleCount, 0);
  const action = actions.find((candidate) => candidate.type === 'audio');
  return {
    media,
    audio: { firstSample: first.firstSample, sampleCount, ...(action && { item: action.item }) },
  };
};

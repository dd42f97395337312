/**
 * The core of the LiveWorker. It puts every frame into the record and then acts on it, sends sound and pictures, and
 * passes on the reports of the worklets. Everything from outside comes in through `LiveLinkPorts`, so that the tests
 * run in Node.
 */

import { ItemBars } from '../audio/item-bars';
import { type ModelAudio, ModelAudioReader } from '../audio/model-audio';
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
import { type LiveSender, MediaSender } from './media-sender';
import type { PlanEvent } from './socket-plan';
import { kSilentMs, TalkWatch } from './talk-watch';
import { type PumpAction, TurnPump } from './turn-pump';
import { modelReference, type WireFrame, type WireLog } from './wire-log';
import type { MediaReference } from './wire-redaction';

/** `/clock` gets a `mic` row after this many blocks: once a second. */
const kMicRowBlocks = 50;

export type LiveLinkPorts = {
  /** Null when the talk is not recorded. */
  readonly journal: JournalPort | null;
  readonly wire: WireLog;
  readonly tell: (event: LiveEvent) => void;
  readonly playout: (command: PlayoutCommand, transfer: Transferable[]) => void;
  /** Page clock, integer microseconds. */
  readonly nowUs: () => number;
  readonly bufferedBytes: () => number;
  /** Tells the socket plan what has happened. */
  readonly plan: (event: PlanEvent) => void;
  /** The talk cannot continue. */
  readonly fail: (message: string) => void;
};

export class LiveLink {
  readonly #ports: LiveLinkPorts;
  readonly #pump = new TurnPump();
  readonly #audio = new ModelAudioReader();
  readonly #bars = new ItemBars();
  readonly #watch = new TalkWatch();
  readonly #media: MediaSender;
  readonly #playoutLog: PlayoutLog;
  #open = false;
  /** Frames that come now are from a socket that was left. */
  #leaving = false;
  #quiet = true;
  #silent = false;
  #micBlocks = 0;
  #frame = { contextFrame: 0, atUs: 0 };
  #toldSlow = false;

  constructor(ports: LiveLinkPorts) {
    this.#ports = ports;
    this.#playoutLog = new PlayoutLog((entry) => ports.journal?.add(entry));
    this.#media = new MediaSender({
      bufferedBytes: ports.bufferedBytes,
      notSent: ({ topic, first, count, reason }) =>
        this.event('not_sent', { topic, first, count, reason }),
      typed: (text, again) => {
        this.#watch.typed(ports.nowUs() / 1000);
        this.#pump.typed();
        if (!again) ports.tell({ type: 'typed', text });
      },
      textNotSent: (text, reason) => {
        this.event('text_not_sent', { text, reason });
        ports.tell({ type: 'text-not-sent', text });
      },
    });
  }

  /** Adds a row to `/events`. */
  event(kind: string, members: Readonly<Record<string, unknown>> = {}): void {
    const nowUs = this.#ports.nowUs();
    this.#ports.journal?.add({
      topic: '/events',
      logTimeUs: nowUs,
      data: { kind, page_us: nowUs, context_frame: this.#contextFrame(nowUs), ...members },
    });
  }

  // ---- socket ---------------------------------------------------------------------------------

  /** A frame has come: notes it in the record first, then acts on it. */
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
    this.#watch.received(nowUs / 1000);
    const actions = this.#leaving ? [] : this.#pump.on(message, audio, nowUs / 1000);
    this.#journalReceived({ ...frame, ...soundOf(message, audio, actions) }, nowUs);
    if (this.#leaving) {
      for (const sound of audio) this.#journalSound(sound, nowUs);
      return;
    }
    for (const action of actions) this.#act(action, nowUs);
    this.#tellPlan(message);
    this.#look(nowUs);
  }

  /** A frame is being sent. */
  sent(text: string, binary: boolean, bytes: number): void {
    const frame = { text, binary, bytes, ...this.#media.sending };
    this.#ports.journal?.add(this.#ports.wire.entry('/wire/tx', frame, this.#ports.nowUs()));
  }

  /** A socket is being opened; frames from now on belong to it. `resumes` is the hash of its handle. */
  opening(socket: number, resumes: string | null): void {
    this.#leaving = false;
    this.event('socket_opening', { socket, ...(resumes !== null && { resumes }) });
  }

  /** How many samples of the microphone were never sent. */
  get droppedSamples(): number {
    return this.#media.droppedSamples;
  }

  /**
   * The setup of a socket is complete, and the SDK has returned its session. Sends what was said meanwhile; returns how
   * many samples that is.
   */
  open(sender: LiveSender): number {
    this.#open = true;
    this.#watch.open(this.#ports.nowUs() / 1000);
    return this.#media.open(sender);
  }

  /** The talk is over: nothing more is sent. */
  stop(): void {
    this.#open = false;
    this.#media.shut(null, false);
  }

  /**
   * The socket takes nothing more, and what it still sends is only recorded. `planned`: it was left in a pause, if
   * there was one, so an unanswered question is not asked again. Returns whether an answer was cut.
   */
  shut(planned: boolean): boolean {
    const nowUs = this.#ports.nowUs();
    this.#open = false;
    this.#leaving = true;
    const answered = planned && this.#watch.quiet(nowUs / 1000);
    const from = answered ? null : this.#watch.unansweredFrom;
    const textsAgain = !answered && this.#watch.waitsForAnswerToText;
    const cut = this.#watch.shut();
    this.#media.shut(from, textsAgain);
    this.#audio.restart();
    for (const action of this.#pump.lost(nowUs / 1000)) this.#act(action, nowUs);
    this.#look(nowUs);
    return cut;
  }

  #tellPlan(message: LiveMessage): void {
    const { plan } = this.#ports;
    if (message.handle !== null) plan({ type: 'handle', handle: message.handle });
    if (message.goAwayMs === null) return;
    this.event('go_away', { time_left_ms: message.goAwayMs });
    plan({ type: 'go-away', leftMs: message.goAwayMs });
  }

  /** Checks whether this is a pause, and whether the model still answers. */
  #look(nowUs: number): void {
    const quiet = this.#watch.quiet(nowUs / 1000);
    if (quiet !== this.#quiet) this.#ports.plan({ type: 'quiet', on: quiet });
    this.#quiet = quiet;
    const silent = this.#open && this.#watch.silent(nowUs / 1000);
    if (silent === this.#silent) return;
    this.#silent = silent;
    this.event('model_silent', { on: silent, ...(silent && { after_ms: kSilentMs }) });
    this.#ports.tell({ type: 'silent', on: silent });
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
        this.#watch.interrupted();
        this.event('interrupted', action.item === null ? {} : { item: action.item });
        tell(action);
        break;
      case 'item':
        this.#watch.item();
        this.#ports.plan({ type: 'said' });
        this.#bars.end();
        this.#playoutLog.item(action.item, action.firstSample, nowUs);
        break;
      case 'audio':
        this.#modelAudio(action, nowUs);
        break;
      case 'item-end':
        this.#itemEnd(action, nowUs);
        break;
      case 'empty-turn':
        this.event('empty_turn', action.reason === '' ? {} : { reason: action.reason });
        tell(action);
        break;
      case 'turn-complete':
        this.#watch.turnComplete();
        if (!this.#watch.waitsForAnswerToText) this.#media.textsAnswered();
        tell(action);
        break;
      case 'written':
      case 'model-text':
        this.#ports.plan({ type: 'said' });
        tell(action);
        break;
      case 'person-text':
        tell(action);
        break;
    }
  }

  #itemEnd(action: PumpAction & { type: 'item-end' }, nowUs: number): void {
    const { item, sampleCount, complete } = action;
    this.#ports.playout({ type: 'item-end', item }, []);
    this.#playoutLog.itemEnd(item, sampleCount, complete, nowUs);
    if (complete) this.#ports.tell({ type: 'model-bars', item, bars: this.#bars.end() });
    this.#ports.tell({ type: 'item-end', item, sampleCount, complete });
  }

  #modelAudio(action: PumpAction & { type: 'audio' }, nowUs: number): void {
    const { item, audio, play } = action;
    if (play) {
      const bars = this.#bars.add(audio.pcm);
      if (bars.length > 0) this.#ports.tell({ type: 'model-bars', item, bars });
      const { firstSample, pcm } = audio;
      this.#ports.playout({ type: 'audio', item, firstSample, pcm }, [pcm.buffer]);
    }
    this.#journalSound(audio, nowUs);
  }

  #journalSound({ firstSample, data }: ModelAudio, nowUs: number): void {
    this.#ports.journal?.add({
      topic: '/model/pcm',
      logTimeUs: nowUs,
      sequence: firstSample,
      data,
    });
  }

  // ---- what the worklets and the VideoWorker send ------------------------------------------------

  mic(block: MicBlock): void {
    const nowUs = this.#ports.nowUs();
    const { firstSample, contextFrame, pcm } = block;
    const count = pcm.length;
    this.#frame = { contextFrame: contextFrame + 3 * count, atUs: nowUs };
    const data = new Uint8Array(pcm.buffer, pcm.byteOffset, pcm.byteLength);
    this.#watch.mic(firstSample, pcm, nowUs / 1000);
    this.#media.sound(firstSample, data);
    if (this.#micBlocks++ % kMicRowBlocks === 0) this.#micRow(firstSample, contextFrame, nowUs);
    this.#ports.journal?.add({
      topic: '/mic/pcm',
      logTimeUs: nowUs,
      sequence: firstSample,
      data,
    });
    this.#tellSlow();
    this.#look(nowUs);
  }

  /** Text that the person typed. It is sent now or with the next socket. */
  type(text: string): void {
    this.#media.text(text);
    this.#look(this.#ports.nowUs());
  }

  picture(picture: JpegFrame): void {
    if (!this.#media.picture(picture, this.#ports.nowUs() / 1000)) return;
    const { frame, capturedUs } = picture;
    this.#ports.tell({ type: 'frame-sent', frame, capturedUs });
  }

  /** The context's frame count has jumped: the next block gets a new `mic` row. */
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
      if (report.samples > 0) this.#watch.playing(this.#ports.nowUs() / 1000);
      this.#ports.tell({
        type: 'health',
        socketBufferedBytes: this.#ports.bufferedBytes(),
        ringSamples: report.samples,
        underruns: report.underruns,
      });
    } else if (report.type !== 'end') this.#playoutLog.report(report, this.#ports.nowUs());
  }

  /** Both worklets have ended: writes the last rows. */
  end(): void {
    this.#media.end();
    this.#ports.journal?.done();
  }

  #micRow(firstSample: number, contextFrame: number, nowUs: number): void {
    this.#ports.journal?.add({
      topic: '/clock',
      logTimeUs: nowUs,
      data: { kind: 'mic', first_sample: firstSample, context_frame: contextFrame },
    });
  }

  #tellSlow(): void {
    if (this.#media.slow === this.#toldSlow) return;
    this.#toldSlow = this.#media.slow;
    this.#ports.tell({
      type: 'slow',
      on: this.#toldSlow,
      bufferedBytes: this.#ports.bufferedBytes(),
    });
  }

  /** Our frame now, computed from the last microphone block. */
  #contextFrame(nowUs: number): number {
    if (this.#frame.atUs === 0) return 0;
    const since = Math.max(0, nowUs - this.#frame.atUs);
    return this.#frame.contextFrame + Math.round((since * kContextRate) / 1e6);
  }
}

/** The references to the media of a received message, and the place where its sound is kept. */
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

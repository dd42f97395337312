/**
 * What goes from the person to the model: sound, pictures and text. Sends it now, or as soon as there is a socket, and
 * notes in the record what was sent (`/wire/tx`) and what never was (`not_sent`, `text_not_sent`). It outlives the
 * sockets.
 */
import { toBase64 } from '../audio/model-audio';
import type { JpegFrame } from '../protocol';
import { MicKeeper } from './mic-keeper';
import { kSlowBytes, type NotSent, NotSentRuns, SendGate } from './send-gate';
import { TypedTexts } from './typed-texts';
import { micReference, pictureReference, type WireFrame } from './wire-log';

/**
 * Kept blocks that are sent with each new one. Half a minute is thus sent within 1.2 s, and the socket's buffer is
 * checked in between.
 */
const kBlocksAtOnce = 25;

/** The parts of the SDK's session that are needed here. */
export type LiveSender = {
  sendRealtimeInput(input: {
    audio?: { data: string; mimeType: string };
    video?: { data: string; mimeType: string };
    text?: string;
  }): void;
};

export type MediaSenderPorts = {
  readonly bufferedBytes: () => number;
  readonly notSent: (run: NotSent) => void;
  /** A typed text was passed to the socket. `again`: an earlier socket had it and left it unanswered. */
  readonly typed: (text: string, again: boolean) => void;
  /** A typed text will never be sent. */
  readonly textNotSent: (text: string, reason: TextNotSentReason) => void;
};

/** `full`: too many texts waited for a socket. `ended`: it waited until the talk was over. */
export type TextNotSentReason = 'full' | 'ended';

/** The place where the media of a frame is kept, and whether it repeats a typed text. */
export type Sending = Pick<WireFrame, 'media' | 'audio' | 'again'>;
const kNothing: Sending = { media: [], audio: null };

export class MediaSender {
  readonly #ports: MediaSenderPorts;
  readonly #gate = new SendGate();
  readonly #keeper = new MicKeeper();
  readonly #notSent: NotSentRuns;
  #sender: LiveSender | null = null;
  /** What is being passed to the socket at this moment. */
  sending: Sending = kNothing;
  #dropped = 0;
  readonly #texts = new TypedTexts();

  constructor(ports: MediaSenderPorts) {
    this.#ports = ports;
    this.#notSent = new NotSentRuns((run) => {
      if (run.topic === '/mic/pcm') this.#dropped += run.count;
      ports.notSent(run);
    });
  }

  get slow(): boolean {
    return this.#gate.slow;
  }
  /** How many samples of the microphone were never sent, as far as known. */
  get droppedSamples(): number {
    return this.#dropped;
  }

  /** A socket is ready: what waits is sent first. Returns how many samples wait. */
  open(sender: LiveSender): number {
    this.#sender = sender;
    this.#gate.setOpen(true);
    const waiting = this.#keeper.waitingSamples;
    this.#sendKept();
    this.#sendTexts();
    return waiting;
  }

  /**
   * The socket takes nothing more. `from`: the first sample that the next socket must get again; null: no sample.
   * `textsAgain`: whether it must get the unanswered texts again.
   */
  shut(from: number | null, textsAgain: boolean): void {
    this.#sender = null;
    this.#texts.shut(textsAgain);
    this.#gate.setOpen(false);
    if (from !== null) this.#keeper.rewind(from);
  }

  /** Adds one block of the microphone, s16le. */
  sound(firstSample: number, data: Uint8Array): void {
    for (const lost of this.#keeper.add(firstSample, data)) {
      const { firstSample: first, count } = lost;
      this.#hold({ topic: '/mic/pcm', first, count, reason: this.#sender ? 'slow' : 'connecting' });
    }
    this.#sendKept();
  }

  /** Adds typed words: sends them now, or when a socket is ready. */
  text(text: string): void {
    if (!this.#texts.add(text)) this.#ports.textNotSent(text, 'full');
    this.#sendTexts();
  }

  /** The model has answered all that was typed. */
  textsAnswered(): void {
    this.#texts.answered();
  }

  /** Returns whether the picture was sent. */
  picture(picture: JpegFrame, nowMs: number): boolean {
    const { frame } = picture;
    const verdict = this.#gate.picture(this.#ports.bufferedBytes(), nowMs);
    if (verdict !== null) {
      this.#hold({ topic: '/frames/jpeg', first: frame, count: 1, reason: verdict });
      return false;
    }
    this.#notSent.sent('/frames/jpeg');
    const data = toBase64(picture.jpeg);
    this.#send(
      { media: [pictureReference(frame)], audio: null },
      { video: { data, mimeType: 'image/jpeg' } },
    );
    return true;
  }

  /** The talk is over: what waits will never be sent. */
  end(): void {
    for (const { firstSample: first, count } of this.#keeper.unsent()) {
      this.#hold({ topic: '/mic/pcm', first, count, reason: 'connecting' });
    }
    this.#notSent.end();
    for (const text of this.#texts.end()) this.#ports.textNotSent(text, 'ended');
  }

  #sendKept(): void {
    for (let n = 0; n < kBlocksAtOnce; n++) {
      const block = this.#keeper.peek();
      if (!block || !this.#sender) return;
      const buffered = this.#ports.bufferedBytes();
      const verdict = this.#gate.sound(buffered);
      // On a slow line the kept blocks are sent little by little.
      if (this.#keeper.waiting > 1 && buffered > kSlowBytes) return;
      const { firstSample, count, data } = block;
      if (verdict === null) {
        this.#notSent.sent('/mic/pcm');
        this.#keeper.sent();
        this.#send(
          {
            media: [micReference(firstSample, count)],
            audio: { firstSample, sampleCount: count },
          },
          { audio: { data: toBase64(data), mimeType: 'audio/pcm;rate=16000' } },
        );
      } else {
        this.#keeper.skip();
        if (!block.sent) {
          this.#hold({ topic: '/mic/pcm', first: firstSample, count, reason: verdict });
        }
      }
    }
  }

  #sendTexts(): void {
    while (this.#sender) {
      const next = this.#texts.next();
      if (!next) return;
      const { text, again } = next;
      this.#send(again ? { ...kNothing, again } : kNothing, { text });
      this.#ports.typed(text, again);
    }
  }

  #hold(run: NotSent): void {
    this.#notSent.held(run);
  }

  /** The SDK sends within this call, so that the tap finds `sending`. */
  #send(sending: Sending, input: Parameters<LiveSender['sendRealtimeInput']>[0]): void {
    this.sending = sending;
    try {
      this.#sender?.sendRealtimeInput(input);
    } finally {
      this.sending = kNothing;
    }
  }
}

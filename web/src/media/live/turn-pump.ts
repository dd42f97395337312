/**
 * Decides what each server message means for the ring, the captions and the record: turns, items, barge-in, late sound
 * and words of a turn that was cut or closed, text parts. Pure: time comes in as milliseconds of any steady clock. The
 * fold makes the same decisions from the record (server/domain/recording/words/model_items.cpp); both are tested on
 * tests/fixtures/talks.json.
 */

import type { ModelAudio } from '../audio/model-audio';
import { isVisible, joinText } from '../text';
import type { LiveMessage } from './live-message';

/**
 * Sound and words of a turn that was cut still arrive for a moment, without a pause between them. Whatever comes after
 * a pause of this length is a new turn, even when `turnComplete` never came: no answer begins this soon after a person
 * has begun to speak.
 */
export const kLateOutputMs = 250;
/** Words without sound that arrive this soon after `turnComplete` belong to the turn that it closed. */
export const kLateWordsMs = 1000;

export type PumpAction =
  | { readonly type: 'ready' }
  /** Empty the ring now. */
  | { readonly type: 'flush' }
  | { readonly type: 'interrupted'; readonly item: number | null }
  /** The first sound of a model turn. */
  | { readonly type: 'item'; readonly item: number; readonly firstSample: number }
  /** `play` false: late sound of a turn that was cut, only for the record. `atSample`: position in the item. */
  | {
      readonly type: 'audio';
      readonly item: number;
      readonly atSample: number;
      readonly audio: ModelAudio;
      readonly play: boolean;
    }
  | {
      readonly type: 'item-end';
      readonly item: number;
      readonly sampleCount: number;
      readonly complete: boolean;
    }
  | {
      readonly type: 'person-text';
      readonly text: string;
      readonly finished: boolean;
      readonly atMs: number;
    }
  | {
      readonly type: 'model-text';
      readonly item: number;
      readonly text: string;
      readonly atSample: number;
    }
  /** Text without sound: the whole answer of a turn without speech. */
  | { readonly type: 'written'; readonly item: number; readonly text: string }
  | { readonly type: 'turn-complete'; readonly item: number | null; readonly atMs: number }
  /** The model ended a turn without sound or words. `reason` comes from Google and may be empty. */
  | { readonly type: 'empty-turn'; readonly reason: string };

type Turn = {
  item: number;
  samples: number;
  hasAudio: boolean;
  ended: boolean;
  /** When the turn was cut, or when its last late sound or words came; NaN: it was not cut. */
  cutMs: number;
  /** The turn was cut, and the model has said that it is over. */
  cutIsOver: boolean;
};

const kBoldHeading = /^\p{White_Space}*\*\*[^*\n]+\*\*(\p{White_Space}|$)/u;
/**
 * Text parts of a model that speaks are its reasoning, whether or not they are marked as a thought: they begin with a
 * heading in bold, as in `**Considering the request**`.
 */
export const isReasoning = (text: string): boolean => kBoldHeading.test(text);

export class TurnPump {
  /** The model's current turn; null between turns. */
  #turn: Turn | null = null;
  #items = 0;
  #last: number | null = null;
  /** The turn that `turnComplete` closed; it gets late words. */
  #closed: { item: number; samples: number; atMs: number } | null = null;
  /** Text parts of the turn: reasoning, or the answer when the turn has no sound. */
  #written = '';
  /** Something of the turn was shown, or the turn was cut. */
  #answered = false;
  /** Something was typed and no turn has begun since: words that come now are the answer. */
  #typed = false;

  /** `audio` is the decoded sound of the message's audio parts, in order. */
  on(message: LiveMessage, audio: readonly ModelAudio[], nowMs: number): PumpAction[] {
    const actions: PumpAction[] = [];
    if (message.setupComplete) actions.push({ type: 'ready' });
    if (message.interrupted) this.#interrupt(actions, nowMs);
    if (message.inputText !== '') this.#person(actions, message, nowMs);
    if (hasOutput(message)) this.#output(actions, message, audio, nowMs);
    if (message.generationComplete) {
      this.#endItem(actions, true);
      this.#endWritten(actions);
      if (this.#turn && isCut(this.#turn)) this.#turn.cutIsOver = true;
    }
    if (message.turnComplete) this.#complete(actions, message, nowMs);
    return actions;
  }

  /** The person typed. No transcription announces that. */
  typed(): void {
    this.#closed = null;
    this.#typed = true;
  }

  /** The socket is gone: no more of this turn will come. */
  lost(nowMs: number): PumpAction[] {
    const actions: PumpAction[] = [];
    this.#endWritten(actions);
    this.#closed = null;
    if (!this.#turn) return actions;
    this.#endItem(actions, true);
    actions.push({ type: 'turn-complete', item: this.#turn.item, atMs: nowMs });
    this.#turn = null;
    return actions;
  }

  #person(actions: PumpAction[], message: LiveMessage, atMs: number): void {
    const { inputText: text, inputFinished: finished } = message;
    this.#closed = null;
    actions.push({ type: 'person-text', text, finished, atMs });
  }

  /**
   * Always flushes, since the queue may still play after `turnComplete`. Cuts the turn only if it is in progress and
   * has said something; otherwise the next answer would be silenced.
   */
  #interrupt(actions: PumpAction[], nowMs: number): void {
    this.#endWritten(actions);
    this.#closed = null;
    this.#answered = true;
    actions.push({ type: 'flush' });
    if (this.#turn) {
      this.#endItem(actions, false);
      if (!isCut(this.#turn)) this.#turn.cutMs = nowMs;
    }
    actions.push({ type: 'interrupted', item: this.#last });
  }

  #output(
    actions: PumpAction[],
    message: LiveMessage,
    audio: readonly ModelAudio[],
    nowMs: number,
  ): void {
    const turn = this.#turn;
    if (turn && isCut(turn)) {
      if (turn.cutIsOver || nowMs - turn.cutMs >= kLateOutputMs) this.#turn = null;
      else turn.cutMs = nowMs;
    }
    if (message.outputText !== '') this.#words(actions, message, nowMs);
    let next = 0;
    for (const part of message.parts) {
      if (part.kind === 'text' && !(this.#turn && isCut(this.#turn))) {
        this.#written = joinText(this.#written, part.text, 'none');
      }
      if (part.kind !== 'audio') continue;
      const sound = audio[next++];
      if (sound && sound.sampleCount > 0) this.#sound(actions, sound);
    }
  }

  /** Nobody heard late words of a turn that was cut. */
  #words(actions: PumpAction[], message: LiveMessage, nowMs: number): void {
    const { outputText: text, parts } = message;
    const closed = this.#turn ? null : this.#closed;
    const hasSound = parts.some((part) => part.kind === 'audio');
    if (closed && !hasSound && nowMs - closed.atMs < kLateWordsMs) {
      const { item, samples } = closed;
      actions.push({ type: 'model-text', item, text, atSample: samples });
      return;
    }
    const turn = this.#running();
    actions.push({ type: 'model-text', item: turn.item, text, atSample: turn.samples });
  }

  #sound(actions: PumpAction[], audio: ModelAudio): void {
    const turn = this.#running();
    const { item } = turn;
    if (!turn.hasAudio) {
      turn.hasAudio = true;
      actions.push({ type: 'item', item, firstSample: audio.firstSample });
    }
    actions.push({ type: 'audio', item, atSample: turn.samples, audio, play: !isCut(turn) });
    turn.samples += audio.sampleCount;
  }

  #running(): Turn {
    if (!this.#turn) this.#typed = false;
    this.#turn ??= {
      item: this.#items++,
      samples: 0,
      hasAudio: false,
      ended: false,
      cutMs: Number.NaN,
      cutIsOver: false,
    };
    this.#last = this.#turn.item;
    this.#closed = null;
    this.#answered = true;
    return this.#turn;
  }

  #complete(actions: PumpAction[], message: LiveMessage, atMs: number): void {
    this.#endItem(actions, true);
    this.#endWritten(actions);
    const turn = this.#turn;
    if (!this.#answered) actions.push({ type: 'empty-turn', reason: message.reason });
    actions.push({ type: 'turn-complete', item: turn?.item ?? null, atMs });
    this.#closed =
      turn && !message.goesOn && !this.#typed
        ? { item: turn.item, samples: turn.samples, atMs }
        : null;
    this.#turn = null;
    this.#answered = false;
  }

  #endItem(actions: PumpAction[], complete: boolean): void {
    const turn = this.#turn;
    if (!turn || turn.ended) return;
    turn.ended = true;
    if (!turn.hasAudio) return;
    actions.push({ type: 'item-end', item: turn.item, sampleCount: turn.samples, complete });
  }

  /** Text parts are the answer when the turn has no sound and they do not read as reasoning. */
  #endWritten(actions: PumpAction[]): void {
    const text = this.#written;
    this.#written = '';
    if (this.#turn || !isVisible(text) || isReasoning(text)) return;
    this.#answered = true;
    actions.push({ type: 'written', item: this.#items++, text });
  }
}

const isCut = (turn: Turn): boolean => !Number.isNaN(turn.cutMs);

const hasOutput = ({ outputText, parts }: LiveMessage): boolean =>
  outputText !== '' || parts.some((part) => part.kind !== 'other-media');

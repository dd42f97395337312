/**
 * What each server message means for the ring, the captions and the record: turns, items, barge-in,
 * late sound of a turn that was cut. Pure: time comes in as milliseconds of any steady clock.
 */

import type { ModelAudio } from '../audio/model-audio';
import type { LiveMessage } from './live-message';

/** Without a `turnComplete` a cut turn counts as closed after this long. */
export const kDeadTurnMs = 1500;

export type PumpAction =
  | { readonly type: 'ready' }
  /** Empty the ring now. */
  | { readonly type: 'flush' }
  | { readonly type: 'interrupted'; readonly item: number | null }
  /** The first sound of a model turn. */
  | { readonly type: 'item'; readonly item: number; readonly firstSample: number }
  /**
   * `play` false: late sound of a turn that was cut, for the record only. `atSample`: position in
   * the item.
   */
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
  | { readonly type: 'person-text'; readonly text: string }
  | {
      readonly type: 'model-text';
      readonly item: number;
      readonly text: string;
      readonly atSample: number;
    }
  | { readonly type: 'turn-complete'; readonly item: number | null };

type Turn = { item: number; samples: number; hasAudio: boolean; ended: boolean; deadSince: number };

export class TurnPump {
  /** The model turn that runs; null between turns. */
  #turn: Turn | null = null;
  #items = 0;
  #last: number | null = null;

  /** `audio`: the decoded sound of the message's audio parts, in order. */
  on(message: LiveMessage, audio: readonly ModelAudio[], nowMs: number): PumpAction[] {
    const actions: PumpAction[] = [];
    this.#forgetDead(nowMs);
    if (message.setupComplete) actions.push({ type: 'ready' });
    if (message.interrupted) this.#interrupt(actions, nowMs);
    if (message.inputText !== '') actions.push({ type: 'person-text', text: message.inputText });
    if (message.outputText !== '') this.#words(actions, message.outputText);
    this.#parts(actions, message, audio);
    if (message.generationComplete) this.#endItem(actions, true);
    if (message.turnComplete) {
      this.#endItem(actions, true);
      actions.push({ type: 'turn-complete', item: this.#turn?.item ?? null });
      this.#turn = null;
    }
    return actions;
  }

  /** The socket is gone: nothing more of this turn will come. */
  lost(): PumpAction[] {
    const actions: PumpAction[] = [];
    if (!this.#turn) return actions;
    this.#endItem(actions, true);
    actions.push({ type: 'turn-complete', item: this.#turn.item });
    this.#turn = null;
    return actions;
  }

  #forgetDead(nowMs: number): void {
    const since = this.#turn?.deadSince ?? Number.NaN;
    if (nowMs - since >= kDeadTurnMs) this.#turn = null;
  }

  /**
   * Always a flush: the queue may still play after `turnComplete`. A turn is dead only if it runs
   * and has said something; else the next answer would be silenced.
   */
  #interrupt(actions: PumpAction[], nowMs: number): void {
    actions.push({ type: 'flush' });
    if (this.#turn) {
      this.#endItem(actions, false);
      if (Number.isNaN(this.#turn.deadSince)) this.#turn.deadSince = nowMs;
    }
    actions.push({ type: 'interrupted', item: this.#last });
  }

  #parts(actions: PumpAction[], message: LiveMessage, audio: readonly ModelAudio[]): void {
    let next = 0;
    for (const part of message.parts) {
      if (part.kind === 'text') this.#words(actions, part.text);
      if (part.kind !== 'audio') continue;
      const sound = audio[next++];
      if (sound && sound.sampleCount > 0) this.#sound(actions, sound);
    }
  }

  #words(actions: PumpAction[], text: string): void {
    const turn = this.#running();
    if (!Number.isNaN(turn.deadSince)) return;
    actions.push({ type: 'model-text', item: turn.item, text, atSample: turn.samples });
  }

  #sound(actions: PumpAction[], audio: ModelAudio): void {
    const turn = this.#running();
    const { item } = turn;
    if (!turn.hasAudio) {
      turn.hasAudio = true;
      actions.push({ type: 'item', item, firstSample: audio.firstSample });
    }
    const play = Number.isNaN(turn.deadSince);
    actions.push({ type: 'audio', item, atSample: turn.samples, audio, play });
    turn.samples += audio.sampleCount;
  }

  #running(): Turn {
    this.#turn ??= {
      item: this.#items++,
      samples: 0,
      hasAudio: false,
      ended: false,
      deadSince: Number.NaN,
    };
    this.#last = this.#turn.item;
    return this.#turn;
  }

  #endItem(actions: PumpAction[], complete: boolean): void {
    const turn = this.#turn;
    if (!turn || turn.ended) return;
    turn.ended = true;
    if (!turn.hasAudio) return;
    actions.push({ type: 'item-end', item: turn.item, sampleCount: turn.samples, complete });
  }
}

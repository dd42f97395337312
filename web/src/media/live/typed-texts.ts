/**
 * What the person typed, from the press of Enter to the answer: what waits for a socket, and what a socket took and
 * left unanswered. Nothing disappears without a word: a text that is never sent is given back by name. Pure.
 */

/** Texts that may wait for a socket: more than anybody types during a reconnection. */
export const kTextsWaitingMax = 20;

export type TypedText = {
  readonly text: string;
  /** An earlier socket had it and left it unanswered. */
  readonly again: boolean;
};

export class TypedTexts {
  #waiting: TypedText[] = [];
  /** What the socket got since the last answer, oldest first. */
  #unanswered: string[] = [];

  /** Returns whether the text was taken. False: too many wait already. */
  add(text: string): boolean {
    if (this.#waiting.length >= kTextsWaitingMax) return false;
    this.#waiting.push({ text, again: false });
    return true;
  }

  /** The next text for the socket, which has it from now on; undefined: none waits. */
  next(): TypedText | undefined {
    const next = this.#waiting.shift();
    if (next) this.#unanswered.push(next.text);
    return next;
  }

  /** The model has answered all that the socket got. */
  answered(): void {
    this.#unanswered = [];
  }

  /** The socket is gone. `again`: the next one must get what is unanswered, before all else and in the same order. */
  shut(again: boolean): void {
    if (again) this.#waiting.unshift(...this.#unanswered.map((text) => ({ text, again })));
    this.#unanswered = [];
  }

  /** The talk is over: the texts that no socket ever had. */
  end(): readonly string[] {
    const unsent = this.#waiting.filter(({ again }) => !again).map(({ text }) => text);
    this.#waiting = [];
    return unsent;
  }
}

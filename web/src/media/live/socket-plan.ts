/**
 * Decides when a Live socket is opened, closed and replaced, for `live-sockets.ts` (gemini-live: goAway, unasked ends,
 * resumption). Pure: time comes in as milliseconds of any steady clock. After each `on` the caller sets a timer for
 * `wakeAt` and sends `tick` when it fires.
 */

/** The server must answer the setup within this time. */
export const kSetupTimeoutMs = 10_000;
/** The longest wait for a close that we asked for: what is said meanwhile must be sent to the next socket. */
export const kCloseTimeoutMs = 500;
/** What is said meanwhile is kept for this long (`kKeptMs`); then the talk ends. */
export const kGiveUpMs = 30_000;
/** After `goAway` the socket is replaced in a pause. When only this much time is left, it is replaced at any moment. */
export const kLeaveMarginMs = 5_000;
/** A pause is this much time without speech, answer or turn. A turn's handle comes just after the turn. */
export const kPauseMs = 1_000;
/** If Google closes a resumed socket sooner than this, it has refused the handle. */
export const kProvenMs = 5_000;
/** Waits between attempts that got no answer; the last one repeats. Up to a quarter is added to each. */
export const kBackoffMs = [250, 500, 1000, 2000, 4000, 8000] as const;
/** How many sockets may end unasked within `kEndsWindowMs`. */
export const kEndsMax = 6;
export const kEndsWindowMs = 120_000;

/** Codes that are no answer: the connection broke, or the server goes away for a moment. */
const kNoAnswer: ReadonlySet<number> = new Set([1001, 1005, 1006, 1012, 1013]);
const kTokenRefused = /\btoken\b/i;

export type PlanEvent =
  /** The token that came with the live session. */
  | { readonly type: 'start'; readonly token: string }
  /** The setup is complete. */
  | { readonly type: 'ready' }
  /** The model has answered something, which a new session would not know. */
  | { readonly type: 'said' }
  /** Nobody speaks, and no answer is expected. */
  | { readonly type: 'quiet'; readonly on: boolean }
  | { readonly type: 'handle'; readonly handle: string }
  | { readonly type: 'go-away'; readonly leftMs: number }
  | { readonly type: 'closed'; readonly code: number; readonly reason: string }
  | { readonly type: 'token'; readonly token: string }
  /** `refusal`: our server's final answer; null: our server or the model's service cannot be reached. */
  | { readonly type: 'no-token'; readonly refusal: string | null }
  /** The person asks for another socket. */
  | { readonly type: 'reconnect' }
  /** The network works again, so do not wait any longer. */
  | { readonly type: 'online' }
  | { readonly type: 'tick' };

export type PlanEnd = {
  readonly phase: 'connecting' | 'talking' | 'resuming';
  readonly code: number;
  readonly reason: string;
};

export type PlanAction =
  | { readonly type: 'mint'; readonly handle: string | null }
  | { readonly type: 'open'; readonly token: string; readonly handle: string | null }
  /** Close the socket, and send `closed` when it is closed. */
  | { readonly type: 'close' }
  /** Close the socket; nothing that it still sends counts. */
  | { readonly type: 'retire' }
  /**
   * There is no socket for a while, so keep what is said. `planned`: after `goAway`, in a pause if there was one;
   * otherwise a question may have been lost with the socket.
   */
  | { readonly type: 'away'; readonly planned: boolean }
  /** A socket after the first one is ready. */
  | { readonly type: 'back' }
  /** The talk will end at this moment; null: it need not end. */
  | { readonly type: 'countdown'; readonly endsAtMs: number | null }
  | ({ readonly type: 'end' } & PlanEnd);

export class SocketPlan {
  readonly #random: () => number;
  #socket: 'none' | 'opening' | 'open' | 'closing' | 'ended' = 'none';
  #minting = false;
  /** A token was requested for this handle. Also the token, once it has come. */
  #wanted: string | null = null;
  #token: string | null = null;
  #handle: string | null = null;
  /** The handle with which the socket was opened. */
  #resumed: string | null = null;
  #said = false;
  #wasReady = false;
  #since = 0;
  #quietSince: number | null = 0;
  #leaveAt: number | null = null;
  #counting = false;
  /** The person asked for another socket, so do not wait for a pause. */
  #forced = false;
  #awaySince: number | null = null;
  #retryAt: number | null = null;
  #tries = 0;
  #mintedAgain = false;
  #ends: number[] = [];
  #last = { code: 1006, reason: '' };

  /** `random` gives 0 to 1, for the jitter of the back-off. */
  constructor(random: () => number) {
    this.#random = random;
  }

  on(event: PlanEvent, now: number): PlanAction[] {
    const actions: PlanAction[] = [];
    if (this.#socket === 'ended') return actions;
    this.#take(event, now, actions);
    if (this.#ended()) return actions;
    this.#timeouts(now, actions);
    if (!this.#ended()) this.#rotate(now, actions);
    return actions;
  }

  /** When `tick` is due; null: only an event changes anything. */
  get wakeAt(): number | null {
    if (this.#ended()) return null;
    const due: number[] = [];
    if (this.#socket === 'opening') due.push(this.#since + kSetupTimeoutMs);
    if (this.#socket === 'closing') due.push(this.#since + kCloseTimeoutMs);
    if (this.#retryAt !== null) due.push(this.#retryAt);
    if (this.#awaySince !== null) due.push(this.#awaySince + kGiveUpMs);
    const rotation = this.#rotateAt();
    if (rotation !== null) due.push(rotation);
    return due.length > 0 ? Math.min(...due) : null;
  }

  #ended(): boolean {
    return this.#socket === 'ended';
  }

  #take(event: PlanEvent, now: number, actions: PlanAction[]): void {
    switch (event.type) {
      case 'start':
        this.#open(event.token, null, now, actions);
        break;
      case 'ready':
        this.#ready(now, actions);
        break;
      case 'said':
        this.#said = true;
        if (this.#leaveAt !== null && !this.#resumable()) this.#countDown(this.#leaveAt, actions);
        break;
      case 'quiet':
        this.#quietSince = event.on ? now : null;
        break;
      case 'handle':
        this.#handle = event.handle;
        this.#countDown(null, actions);
        break;
      case 'go-away':
        this.#leaveAt = now + event.leftMs;
        if (!this.#resumable()) this.#countDown(this.#leaveAt, actions);
        break;
      case 'closed':
        this.#closed(event.code, event.reason, now, actions);
        break;
      case 'token':
        this.#gotToken(event.token, now, actions);
        break;
      case 'no-token':
        this.#noToken(event.refusal, now, actions);
        break;
      case 'reconnect':
        if (this.#socket !== 'open' || this.#minting) break;
        this.#forced = true;
        this.#mint(actions);
        break;
      case 'online':
        if (this.#retryAt !== null) this.#retryAt = now;
        break;
      case 'tick':
        break;
    }
  }

  /** Another socket can continue from here, or a new session would have nothing to forget. */
  #resumable(): boolean {
    return this.#handle !== null || !this.#said;
  }

  #open(token: string, handle: string | null, now: number, actions: PlanAction[]): void {
    this.#socket = 'opening';
    this.#since = now;
    this.#resumed = handle;
    this.#token = null;
    this.#forced = false;
    actions.push({ type: 'open', token, handle });
  }

  #ready(now: number, actions: PlanAction[]): void {
    if (this.#socket !== 'opening') return;
    this.#socket = 'open';
    this.#since = now;
    this.#leaveAt = null;
    this.#awaySince = null;
    this.#tries = 0;
    this.#mintedAgain = false;
    this.#countDown(null, actions);
    if (this.#wasReady) actions.push({ type: 'back' });
    this.#wasReady = true;
  }

  #mint(actions: PlanAction[]): void {
    this.#minting = true;
    this.#retryAt = null;
    this.#wanted = this.#handle;
    actions.push({ type: 'mint', handle: this.#handle });
  }

  #gotToken(token: string, now: number, actions: PlanAction[]): void {
    this.#minting = false;
    if (this.#wanted !== this.#handle) this.#mint(actions);
    else if (this.#socket === 'none') this.#open(token, this.#wanted, now, actions);
    else if (this.#socket === 'open' && (this.#forced || this.#mayRotate(now))) {
      this.#token = token;
      this.#socket = 'closing';
      this.#since = now;
      this.#goAway(!this.#forced, now, actions);
      actions.push({ type: 'close' });
    }
    // Otherwise a person has begun to speak meanwhile: the next pause gets a new token.
  }

  #noToken(refusal: string | null, now: number, actions: PlanAction[]): void {
    this.#minting = false;
    this.#forced = false;
    if (!this.#wasReady) this.#end('connecting', 1006, refusal ?? this.#last.reason, actions);
    else if (refusal === null || this.#socket === 'open') this.#retry(now);
    else this.#end('resuming', 1006, refusal, actions);
  }

  #closed(code: number, reason: string, now: number, actions: PlanAction[]): void {
    const was = this.#socket;
    this.#socket = 'none';
    this.#last = { code, reason };
    if (was === 'closing') this.#next(now, actions);
    else if (was === 'opening') this.#neverOpened(code, reason, now, actions);
    else if (was === 'open') this.#endedUnasked(code, reason, now, actions);
  }

  #neverOpened(code: number, reason: string, now: number, actions: PlanAction[]): void {
    const answered = !kNoAnswer.has(code);
    if (answered && kTokenRefused.test(reason) && !this.#mintedAgain) {
      this.#mintedAgain = true;
      this.#mint(actions);
    } else if (!this.#wasReady) this.#end('connecting', code, reason, actions);
    else if (answered) this.#end('resuming', code, reason, actions);
    else this.#retry(now);
  }

  #endedUnasked(code: number, reason: string, now: number, actions: PlanAction[]): void {
    const refused = this.#resumed !== null && now - this.#since < kProvenMs && !kNoAnswer.has(code);
    this.#ends = [...this.#ends.filter((at) => now - at < kEndsWindowMs), now];
    if (refused) this.#end('resuming', code, reason, actions);
    else if (!this.#resumable() || this.#ends.length > kEndsMax) {
      this.#end('talking', code, reason, actions);
    } else {
      this.#goAway(false, now, actions);
      this.#next(now, actions);
    }
  }

  #goAway(planned: boolean, now: number, actions: PlanAction[]): void {
    this.#awaySince ??= now;
    actions.push({ type: 'away', planned });
  }

  /** There is no socket: opens the next one, with the waiting token or with a new one. */
  #next(now: number, actions: PlanAction[]): void {
    if (this.#token !== null && this.#wanted === this.#handle) {
      this.#open(this.#token, this.#wanted, now, actions);
    } else if (!this.#minting) this.#mint(actions);
  }

  #retry(now: number): void {
    const wait = kBackoffMs[Math.min(this.#tries, kBackoffMs.length - 1)] ?? 0;
    this.#tries++;
    this.#retryAt = now + wait * (1 + this.#random() / 4);
  }

  #timeouts(now: number, actions: PlanAction[]): void {
    if (this.#socket === 'closing' && now - this.#since >= kCloseTimeoutMs) {
      actions.push({ type: 'retire' });
      this.#socket = 'none';
      this.#next(now, actions);
    }
    if (this.#socket === 'opening' && now - this.#since >= kSetupTimeoutMs) {
      actions.push({ type: 'retire' });
      this.#closed(1006, 'The model did not answer.', now, actions);
    }
    if (this.#awaySince !== null && now - this.#awaySince >= kGiveUpMs && !this.#ended()) {
      if (this.#socket !== 'none') actions.push({ type: 'retire' });
      this.#end('talking', 1006, this.#last.reason, actions);
    } else if (this.#retryAt !== null && now >= this.#retryAt && !this.#ended()) {
      this.#retryAt = null;
      if (this.#socket === 'none' && !this.#minting) this.#mint(actions);
    }
  }

  /** After `goAway`: when the socket may be replaced in the present state; null: not at all. */
  #rotateAt(): number | null {
    if (this.#leaveAt === null || this.#socket !== 'open' || this.#minting) return null;
    if (!this.#resumable()) return null;
    const latest = this.#leaveAt - kLeaveMarginMs;
    const pause = this.#quietSince === null ? latest : this.#quietSince + kPauseMs;
    return Math.max(Math.min(latest, pause), this.#retryAt ?? 0);
  }

  #mayRotate(now: number): boolean {
    const at = this.#rotateAt();
    return at !== null && now >= at;
  }

  #rotate(now: number, actions: PlanAction[]): void {
    if (this.#mayRotate(now)) this.#mint(actions);
  }

  #countDown(endsAtMs: number | null, actions: PlanAction[]): void {
    if ((endsAtMs !== null) === this.#counting) return;
    this.#counting = endsAtMs !== null;
    actions.push({ type: 'countdown', endsAtMs });
  }

  #end(phase: PlanEnd['phase'], code: number, reason: string, actions: PlanAction[]): void {
    this.#socket = 'ended';
    actions.push({ type: 'end', phase, code, reason });
  }
}

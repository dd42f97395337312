import { Listeners } from '../listeners';
import { HangWatch, kLookMs } from './hang-watch';
import { askAgainMs, askMedia, kReloadsMax, type Probe } from './media-outage';

/**
 * The player's engine. One media element is the only clock. The left channel is the person, the right the model; one
 * splitter with a gain each mutes a speaker without a second clock (browser-media measurements, 2026-11-22: two
 * synchronised elements drift).
 */
export type SpeakerName = 'person' | 'model';

export type PlayerSnapshot = {
  /**
   * `away`: the server does not deliver the media now; playing continues at the same place when it does. `gone`: the
   * server has no media. `stuck`: the server delivers, but playing does not continue. `failed`: the server delivers,
   * but this browser cannot play it.
   */
  readonly state: 'loading' | 'ready' | 'away' | 'gone' | 'stuck' | 'failed';
  readonly playing: boolean;
  /** The element wants to play but waits for data. */
  readonly waiting: boolean;
  readonly rate: number;
  /** 0 to 1. */
  readonly volume: Readonly<Record<SpeakerName, number>>;
  readonly muted: Readonly<Record<SpeakerName, boolean>>;
  readonly hasPicture: boolean;
  readonly loop: { readonly fromMs: number; readonly toMs: number | null } | null;
};

export const kRates = [0.5, 0.75, 1, 1.25, 1.5, 2, 2.5, 3] as const;
/** The length of one step of `,` and `.`. Captured video has no fixed rate; 30 a second is usual. */
export const kFrameMs = 1000 / 30;
const kSampleRate = 48_000;
/** What the engine needs besides the element. */
export type PlayerOptions = {
  /** Asks whether the server has the media. */
  readonly ask: (url: string) => Promise<Probe>;
  /** Runs `then` once after this time; returns a function that cancels it. */
  readonly after: (ms: number, then: () => void) => () => void;
  /** As `setInterval`; returns a function that ends it. */
  readonly every: (ms: number, then: () => void) => () => void;
  /** Milliseconds of a clock that never goes back. */
  readonly now: () => number;
};
const kOptions: PlayerOptions = {
  ask: askMedia,
  after: (ms, then) => {
    const timer = setTimeout(then, ms);
    return () => clearTimeout(timer);
  },
  every: (ms, then) => {
    const timer = setInterval(then, ms);
    return () => clearInterval(timer);
  },
  now: () => performance.now(),
};

/** Where playing continues after an outage. */
type Resume = { ms: number; play: boolean; asked: number; reloads: number; hung: boolean };

/** How often a film that hangs is loaded again before the person is told. */
const kHungReloadsMax = 1;

/** After an outage, media that have played for this long count as working. */
const kSteadyMs = 2000;
/** Gains change within this time, so that muting does not click. */
const kGainSeconds = 0.015;

type Graph = {
  readonly context: AudioContext;
  readonly gains: Readonly<Record<SpeakerName, GainNode>>;
};

export class PlayerEngine {
  private current: PlayerSnapshot = {
    state: 'loading',
    playing: false,
    waiting: false,
    rate: 1,
    volume: { person: 1, model: 1 },
    muted: { person: false, model: false },
    hasPicture: false,
    loop: null,
  };
  private graph: Graph | null = null;
  private resume: Resume | null = null;
  /** How often the media were loaded again since they last played for a while, and where that began. */
  private reloads = 0;
  private resumedMs = 0;
  private asking = false;
  private callOffAsking = () => {};
  private readonly hang = new HangWatch();
  private readonly endLooking: () => void;
  private frame = 0;
  private shown = 0;
  private readonly listeners = new Listeners();
  private readonly frameListeners = new Set<(ms: number) => void>();
  private readonly abort = new AbortController();
  /** Shows the picture; only the engine plays and seeks it. */
  readonly video: HTMLVideoElement;
  private readonly durationMs: number;
  private readonly options: PlayerOptions;

  /** `video` has its `src`. `durationMs` comes from the manifest, since the element knows it only later. */
  constructor(video: HTMLVideoElement, durationMs: number, options = kOptions) {
    this.video = video;
    this.durationMs = durationMs;
    this.options = options;
    video.preservesPitch = true;
    const on = (name: keyof HTMLMediaElementEventMap, run: () => void) =>
      video.addEventListener(name, run, { signal: this.abort.signal });
    on('loadedmetadata', () => this.loaded());
    on('resize', () => this.set({ hasPicture: video.videoWidth > 0 }));
    on('play', () => this.set({ playing: true }));
    on('pause', () => this.set({ playing: false, waiting: false }));
    on('ended', () => this.set({ playing: false, waiting: false }));
    on('waiting', () => this.set({ waiting: true }));
    on('playing', () => this.set({ waiting: false }));
    on('error', () => this.lost());
    globalThis.addEventListener?.('online', () => this.askNow(), { signal: this.abort.signal });
    on('timeupdate', () => this.goesOn());
    on('progress', () => this.hang.alive(options.now()));
    on('seeking', () => this.tell());
    on('seeked', () => this.tell());
    if (video.error) this.lost();
    else if (video.readyState >= HTMLMediaElement.HAVE_METADATA) this.loaded();
    this.endLooking = options.every(kLookMs, () => this.look());
  }

  readonly subscribe = this.listeners.subscribe;
  readonly snapshot = (): PlayerSnapshot => this.current;

  /** Calls `listener` with the media time on every animation frame while playing, and once after each seek. */
  onFrame(listener: (ms: number) => void): () => void {
    this.frameListeners.add(listener);
    listener(this.timeMs());
    return () => this.frameListeners.delete(listener);
  }

  timeMs(): number {
    return this.resume?.ms ?? Math.min(this.video.currentTime * 1000, this.durationMs);
  }

  /**
   * The media time of the picture that is shown. During a seek this is where the seek began. Whatever follows this
   * value leaves the main thread to the new picture until it has come.
   */
  shownMs(): number {
    return this.shown;
  }

  /** Needs an earlier user gesture. Resolves with false when the browser refuses to play. */
  async play(): Promise<boolean> {
    if (this.resume) {
      this.resume.play = true;
      this.resume.reloads = 0;
      this.hang.alive(this.options.now());
      this.askNow();
      return true;
    }
    if (this.video.ended || this.timeMs() >= this.durationMs - 1) this.seek(0);
    try {
      await this.openSound();
    } catch {
      // The browser refuses one more AudioContext. The element itself then plays both voices, which cannot be muted.
    }
    try {
      await this.video.play();
      return true;
    } catch {
      return false;
    }
  }

  pause(): void {
    if (this.resume) this.resume.play = false;
    this.video.pause();
  }

  toggle(): void {
    if (this.video.paused) void this.play();
    else this.pause();
  }

  seek(ms: number): void {
    const wanted = Math.max(0, Math.min(ms, this.durationMs));
    if (this.resume) this.resume.ms = wanted;
    else this.video.currentTime = wanted / 1000;
    this.tell();
  }

  setRate(rate: number): void {
    this.video.playbackRate = rate;
    // The rate that the media have after they are loaded again.
    this.video.defaultPlaybackRate = rate;
    this.set({ rate });
  }

  setVolume(speaker: SpeakerName, volume: number): void {
    const value = Math.max(0, Math.min(1, volume));
    this.set({
      volume: { ...this.current.volume, [speaker]: value },
      muted: { ...this.current.muted, [speaker]: value === 0 },
    });
    this.applyGains();
  }

  setMuted(speaker: SpeakerName, muted: boolean): void {
    this.set({ muted: { ...this.current.muted, [speaker]: muted } });
    this.applyGains();
  }

  setLoop(loop: PlayerSnapshot['loop']): void {
    this.set({ loop });
  }

  /** The engine cannot be used afterwards. */
  close(): void {
    this.abort.abort();
    this.callOffAsking();
    this.endLooking();
    cancelAnimationFrame(this.frame);
    this.video.pause();
    void this.graph?.context.close();
    this.listeners.clear();
    this.frameListeners.clear();
  }

  /** There is something to play. After an outage it continues where it was. */
  private loaded(): void {
    const { resume } = this;
    this.resume = null;
    if (resume) {
      this.reloads = resume.reloads;
      this.resumedMs = resume.ms;
      this.video.currentTime = resume.ms / 1000;
    }
    this.set({ state: 'ready', hasPicture: this.video.videoWidth > 0 });
    if (resume?.play) void this.play();
  }

  /** A film that fails at the same place again and again is not tried for ever. */
  private goesOn(): void {
    if (!this.resume && Math.abs(this.timeMs() - this.resumedMs) > kSteadyMs) this.reloads = 0;
  }

  /** The element has failed. Asks the server for the reason. */
  private lost(): void {
    const { playing } = this.current;
    this.resume ??= this.resumeHere(playing, false);
    this.set({ state: 'away', playing: false, waiting: false });
    this.askNow();
  }

  private resumeHere(play: boolean, hung: boolean): Resume {
    return { ms: this.timeMs(), play, asked: 0, reloads: this.reloads, hung };
  }

  /**
   * Loads a film that hangs again without telling the person. When that does not help, asks the server and tells the
   * person.
   */
  private look(): void {
    const { state, playing } = this.current;
    const loading = state === 'ready' || state === 'loading';
    const shouldPlay = loading && (this.resume?.play ?? playing);
    if (!this.hang.look(shouldPlay, this.video.currentTime, this.options.now())) return;
    this.resume ??= this.resumeHere(true, true);
    this.resume.hung = true;
    this.set({ waiting: true });
    this.askNow();
  }

  private askNow(): void {
    if (!this.resume || this.asking || this.current.state === 'gone') return;
    this.callOffAsking();
    void this.ask(this.resume);
  }

  private async ask(resume: Resume): Promise<void> {
    this.asking = true;
    const probe = await this.options.ask(this.video.currentSrc || this.video.src);
    this.asking = false;
    if (this.abort.signal.aborted || this.resume !== resume) return;
    resume.asked += 1;
    if (probe === 'gone') return this.set({ state: 'gone' });
    if (probe === 'there' && resume.reloads >= (resume.hung ? kHungReloadsMax : kReloadsMax)) {
      const state = resume.hung ? 'stuck' : 'failed';
      return this.set({ state, playing: false, waiting: false });
    }
    if (probe === 'there') {
      resume.reloads += 1;
      this.video.load();
      return;
    }
    resume.reloads = 0;
    this.set({ state: 'away', playing: false, waiting: false });
    const then = () => this.askNow();
    this.callOffAsking = this.options.after(askAgainMs(resume.asked), then);
  }

  /**
   * An element can be given to Web Audio only once, and a context opens only after a gesture. So both happen at the
   * first play.
   */
  private async openSound(): Promise<void> {
    if (!this.graph) {
      const context = new AudioContext({ sampleRate: kSampleRate, latencyHint: 'interactive' });
      const splitter = new ChannelSplitterNode(context, { numberOfOutputs: 2 });
      const gain = (output: number) => {
        const node = new GainNode(context);
        splitter.connect(node, output);
        node.connect(context.destination);
        return node;
      };
      this.graph = { context, gains: { person: gain(0), model: gain(1) } };
      context.createMediaElementSource(this.video).connect(splitter);
      this.applyGains();
    }
    // Without permission `resume` never settles. Playing is refused then, too, which the caller learns.
    void this.graph.context.resume();
  }

  private applyGains(): void {
    if (!this.graph) return;
    for (const speaker of ['person', 'model'] as const) {
      const target = this.current.muted[speaker] ? 0 : this.current.volume[speaker];
      const { gain } = this.graph.gains[speaker];
      gain.setTargetAtTime(target, this.graph.context.currentTime, kGainSeconds);
    }
  }

  private set(change: Partial<PlayerSnapshot>): void {
    const wasPlaying = this.current.playing;
    this.current = { ...this.current, ...change };
    this.listeners.tell();
    if (this.current.playing && !wasPlaying) this.run();
    if (!this.current.playing) this.tell();
  }

  private run(): void {
    cancelAnimationFrame(this.frame);
    this.frame = requestAnimationFrame(() => {
      const { loop } = this.current;
      if (loop?.toMs != null && this.timeMs() >= loop.toMs) this.seek(loop.fromMs);
      this.tell();
      if (this.current.playing) this.run();
    });
  }

  private tell(): void {
    const ms = this.timeMs();
    if (!this.video.seeking) this.shown = ms;
    for (const listener of this.frameListeners) listener(ms);
  }
}

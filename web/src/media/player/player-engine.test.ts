import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { Probe } from './media-outage';
import { PlayerEngine } from './player-engine';

/** The parts of a media element that the engine reads. */
class FakeVideo extends EventTarget {
  currentTime = 0;
  seeking = false;
  readyState = 0;
  videoWidth = 0;
  paused = true;
  error: unknown = null;
  src = '/media?version=1';
  currentSrc = '/media?version=1';
  playbackRate = 1;
  defaultPlaybackRate = 1;
  loads = 0;
  plays = 0;

  load(): void {
    this.loads += 1;
    this.error = null;
    this.paused = true;
    this.playbackRate = this.defaultPlaybackRate;
    this.currentTime = 0;
  }

  async play(): Promise<void> {
    this.plays += 1;
    this.paused = false;
    this.dispatchEvent(new Event('play'));
  }

  pause(): void {
    this.paused = true;
    this.dispatchEvent(new Event('pause'));
  }

  lose(): void {
    this.error = { code: 2 };
    this.dispatchEvent(new Event('error'));
  }

  seekTo(seconds: number): void {
    this.currentTime = seconds;
    this.seeking = true;
    this.dispatchEvent(new Event('seeking'));
  }

  arrive(): void {
    this.seeking = false;
    this.dispatchEvent(new Event('seeked'));
  }
}

beforeEach(() => vi.stubGlobal('HTMLMediaElement', { HAVE_METADATA: 1 }));

describe('the engine of the player', () => {
  it('reports a seek at once, and the picture when it is shown', () => {
    const video = new FakeVideo();
    const engine = new PlayerEngine(video as unknown as HTMLVideoElement, 60_000);
    const heard: [number, number][] = [];
    engine.onFrame((ms) => heard.push([ms, engine.shownMs()]));
    video.seekTo(20);
    video.arrive();
    expect(heard).toEqual([
      [0, 0],
      [20_000, 0],
      [20_000, 20_000],
    ]);
  });

  it('never goes past the length that the manifest gives', () => {
    const video = new FakeVideo();
    const engine = new PlayerEngine(video as unknown as HTMLVideoElement, 60_000);
    engine.seek(99_000);
    expect(video.currentTime).toBe(60);
  });
});

it('plays without a sound system of its own where the browser refuses one', async () => {
  vi.stubGlobal(
    'AudioContext',
    class {
      constructor() {
        throw new DOMException('The number of hardware contexts is at its limit.');
      }
    },
  );
  vi.stubGlobal('requestAnimationFrame', () => 0);
  vi.stubGlobal('cancelAnimationFrame', () => {});
  const video = new FakeVideo();
  const engine = new PlayerEngine(video as unknown as HTMLVideoElement, 60_000);
  expect(await engine.play()).toBe(true);
  expect(video.plays).toBe(1);
  engine.setMuted('model', true);
  expect(engine.snapshot().muted.model).toBe(true);
});

const settle = () => new Promise((resolve) => setTimeout(resolve));

describe('an outage', () => {
  beforeEach(() => {
    const node = { connect: () => {}, gain: { setTargetAtTime: () => {} } };
    vi.stubGlobal(
      'AudioContext',
      class {
        createMediaElementSource = () => node;
        resume = async () => {};
        close = async () => {};
      },
    );
    for (const name of ['ChannelSplitterNode', 'GainNode']) {
      vi.stubGlobal(
        name,
        class {
          connect = node.connect;
          gain = node.gain;
        },
      );
    }
    vi.stubGlobal('requestAnimationFrame', () => 0);
    vi.stubGlobal('cancelAnimationFrame', () => {});
  });
  const make = () => {
    const video = new FakeVideo();
    video.readyState = 1;
    let probe: Probe = 'away';
    const asked: string[] = [];
    const waits: [number, () => void][] = [];
    let seconds = 0;
    let look = () => {};
    const engine = new PlayerEngine(video as unknown as HTMLVideoElement, 60_000, {
      ask: async (url) => {
        asked.push(url);
        return probe;
      },
      after: (ms, then) => {
        waits.push([ms, then]);
        return () => {};
      },
      every: (_ms, then) => {
        look = then;
        return () => {};
      },
      now: () => seconds * 1000,
    });
    /** Lets so many seconds pass. */
    const pass = async (count: number) => {
      for (let i = 0; i < count; i += 1) {
        seconds += 1;
        look();
        await settle();
      }
    };
    const says = (next: Probe) => {
      probe = next;
    };
    return { video, engine, asked, waits, says, pass, state: () => engine.snapshot().state };
  };

  it('goes on at the same place, at the same speed, when the server is back', async () => {
    const { video, engine, asked, waits, says, state } = make();
    engine.setRate(1.5);
    await engine.play();
    video.currentTime = 21;
    video.lose();
    expect(state()).toBe('away');
    expect(engine.snapshot().playing).toBe(false);
    await settle();
    expect(asked).toEqual(['/media?version=1']);
    expect(waits.map(([ms]) => ms)).toEqual([1000]);
    says('there');
    waits[0]?.[1]();
    await settle();
    expect(video.loads).toBe(1);
    expect(engine.timeMs()).toBe(21_000);
    video.dispatchEvent(new Event('loadedmetadata'));
    await settle();
    expect(state()).toBe('ready');
    expect(video.currentTime).toBe(21);
    expect(video.paused).toBe(false);
    expect(video.playbackRate).toBe(1.5);
  });

  it('stays paused when it was paused, at the place that was chosen during the outage', async () => {
    const { video, engine, waits, says, state } = make();
    video.lose();
    await settle();
    engine.seek(40_000);
    expect(engine.timeMs()).toBe(40_000);
    says('there');
    waits[0]?.[1]();
    await settle();
    video.dispatchEvent(new Event('loadedmetadata'));
    expect(state()).toBe('ready');
    expect([video.currentTime, video.plays]).toEqual([40, 0]);
  });

  it('Play asks at once', async () => {
    const { video, engine, asked, says } = make();
    video.lose();
    await settle();
    says('there');
    expect(await engine.play()).toBe(true);
    await settle();
    expect(asked).toHaveLength(2);
    video.dispatchEvent(new Event('loadedmetadata'));
    await settle();
    expect(video.plays).toBe(1);
  });

  it('asks less and less often', async () => {
    const { video, waits } = make();
    video.lose();
    for (let turn = 0; turn < 5; turn += 1) {
      await settle();
      waits.at(-1)?.[1]();
    }
    await settle();
    expect(waits.map(([ms]) => ms)).toEqual([1000, 2000, 4000, 8000, 10_000, 10_000]);
  });

  it('gives up on a film that the server sends and that fails again and again; Play tries again', async () => {
    const { video, engine, says, state } = make();
    says('there');
    for (let turn = 0; turn < 4; turn += 1) {
      video.lose();
      await settle();
      if (turn < 3) video.dispatchEvent(new Event('loadedmetadata'));
    }
    expect(state()).toBe('failed');
    expect(video.loads).toBe(3);
    await engine.play();
    await settle();
    expect(video.loads).toBe(4);
  });

  it('loads a film again that hangs without an error, at the same place', async () => {
    const { video, engine, says, pass, state } = make();
    says('there');
    await engine.play();
    video.currentTime = 21;
    await pass(8);
    expect(video.loads).toBe(0);
    await pass(1);
    expect(video.loads).toBe(1);
    expect(engine.timeMs()).toBe(21_000);
    expect(state()).toBe('ready');
    video.dispatchEvent(new Event('loadedmetadata'));
    await settle();
    expect([video.currentTime, video.paused]).toEqual([21, false]);
  });

  it('says it when a film that was loaded again hangs again; Play tries again', async () => {
    const { video, engine, says, pass, state } = make();
    says('there');
    await engine.play();
    await pass(9);
    await pass(8); // it does not even begin to load
    expect([video.loads, state()]).toEqual([1, 'stuck']);
    await pass(60);
    expect(video.loads).toBe(1);
    await engine.play();
    await settle();
    expect(video.loads).toBe(2);
    video.dispatchEvent(new Event('loadedmetadata'));
    await settle();
    expect([state(), video.paused]).toEqual(['ready', false]);
  });

  it('does not reload a film that is paused or that still gets data', async () => {
    const { video, engine, pass, says } = make();
    says('there');
    await pass(60);
    await engine.play();
    for (let i = 0; i < 20; i += 1) {
      await pass(5);
      video.dispatchEvent(new Event('progress'));
    }
    engine.pause();
    await pass(60);
    expect(video.loads).toBe(0);
  });

  it('a film that hangs because the server is away goes on when it is back', async () => {
    const { video, engine, waits, says, pass, state } = make();
    await engine.play();
    video.currentTime = 21;
    await pass(9);
    expect(state()).toBe('away');
    says('there');
    waits[0]?.[1]();
    await settle();
    video.dispatchEvent(new Event('loadedmetadata'));
    await settle();
    expect([state(), video.currentTime]).toEqual(['ready', 21]);
  });

  it('says that the server no longer has the recording', async () => {
    const { video, says, state } = make();
    says('gone');
    video.lose();
    await settle();
    expect(state()).toBe('gone');
  });

  it('handles a failure from before the engine was made', async () => {
    const video = new FakeVideo();
    video.error = { code: 4 };
    const ask = vi.fn(async () => 'there' as const);
    const after = () => () => {};
    new PlayerEngine(video as unknown as HTMLVideoElement, 60_000, {
      ask,
      after,
      every: after,
      now: () => 0,
    });
    await settle();
    expect(video.loads).toBe(1);
  });
});

import { beforeEach, describe, expect, it, vi } from 'vitest';
import { PlayerEngine } from './player-engine';

/** As much of a media element as the engine reads. */
class FakeVideo extends EventTarget {
  currentTime = 0;
  seeking = false;
  readyState = 0;
  videoWidth = 0;
  paused = true;

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
  it('tells of a seek at once, and what is shown when its picture has come', () => {
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

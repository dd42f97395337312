import { describe, expect, it, vi } from 'vitest';
import { askForWholePicture, wholeSize } from './whole-picture';

type Size = { width: number; height: number };

/** A camera with one size, in a browser that cuts and shrinks its pictures to come near to what is asked. */
function camera(native: Size, ideal: Size) {
  const cut = (wish: Size) => ({
    width: Math.min(native.width, wish.width),
    height: Math.min(native.height, wish.height),
  });
  let settings = { ...cut(ideal), resizeMode: 'crop-and-scale' };
  if (settings.width === native.width && settings.height === native.height) {
    settings = { ...native, resizeMode: 'none' };
  }
  const applyConstraints = vi.fn(async (wish: Partial<Size> & { resizeMode?: string }) => {
    settings =
      wish.resizeMode === 'none'
        ? { ...native, resizeMode: 'none' }
        : { ...cut(wish as Size), resizeMode: 'crop-and-scale' };
  });
  const track = {
    getSettings: () => settings,
    getCapabilities: () => ({ width: { max: native.width }, height: { max: native.height } }),
    applyConstraints,
  };
  return { track: track as unknown as MediaStreamTrack, applyConstraints };
}

const kWanted = { width: 1280, height: 720 };

describe('whole pictures', () => {
  it.each([
    ['on its side', [720, 1280], [720, 1280]],
    ['on its side, large', [1080, 1920], [720, 1280]],
    ['4:3 and large', [1600, 1200], [1280, 960]],
    ['4:3, a little too high', [1024, 768], [1024, 768]],
    ['16:10', [1280, 800], [1280, 800]],
    ['16:9 and large', [1920, 1080], [1280, 720]],
    ['as wanted', [1280, 720], [1280, 720]],
    ['small', [640, 480], [640, 480]],
  ])('of a camera %s are not cut', async (_name, [width = 0, height = 0], [w, h]) => {
    const { track } = camera({ width, height }, kWanted);
    await askForWholePicture(track, kWanted);
    expect(track.getSettings()).toMatchObject({ width: w, height: h });
  });

  it.each([
    [1920, 1080],
    [1280, 720],
    [640, 480],
  ])('a camera of %d × %d is opened once', async (width, height) => {
    const { track, applyConstraints } = camera({ width, height }, kWanted);
    await askForWholePicture(track, kWanted);
    expect(applyConstraints).not.toHaveBeenCalled();
  });

  it('stay as they are where the browser refuses', async () => {
    const { track, applyConstraints } = camera({ width: 720, height: 1280 }, kWanted);
    applyConstraints.mockRejectedValue(new DOMException('No.', 'OverconstrainedError'));
    await askForWholePicture(track, kWanted);
    expect(track.getSettings()).toMatchObject({ width: 720, height: 720 });
  });

  it('keep their shape', () => {
    expect(wholeSize({ width: 4000, height: 3000 })).toEqual({ width: 1280, height: 960 });
  });
});

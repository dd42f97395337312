import { describe, expect, it } from 'vitest';
import { jpegSize } from './jpeg-size';

describe('jpegSize', () => {
  it.each([
    [640, 480, 640, 480],
    [768, 768, 768, 768],
    [1280, 720, 768, 432],
    [720, 1280, 432, 768],
    [1920, 1080, 768, 432],
    [4000, 2, 768, 1],
  ])('%i × %i becomes %i × %i', (width, height, newWidth, newHeight) => {
    expect(jpegSize(width, height)).toEqual({ width: newWidth, height: newHeight });
  });
});

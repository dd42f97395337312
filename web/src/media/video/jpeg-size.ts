/** The longest side, in pixels, of the pictures that the model gets. */
export const kJpegSideMax = 768;
export const kJpegQuality = 0.7;

/** Shrinks to `kJpegSideMax` and keeps the shape; never enlarges. Whole pixels, at least 1. */
export const jpegSize = (width: number, height: number): { width: number; height: number } => {
  const scale = Math.min(1, kJpegSideMax / Math.max(width, height));
  return {
    width: Math.max(1, Math.round(width * scale)),
    height: Math.max(1, Math.round(height * scale)),
  };
};

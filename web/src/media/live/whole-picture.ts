/** The longest side of what is recorded, in pixels; as in what is asked of a camera (devices.ts). */
const kSideMax = 1280;
/** Sizes are whole pixels, so that equal shapes may differ by this part. */
const kSameShape = 0.01;

type Size = { readonly width: number; readonly height: number };
/** `resizeMode` is missing in TypeScript's types. */
type Settings = MediaTrackSettings & { readonly resizeMode?: string };
type Constraints = MediaTrackConstraints & { readonly resizeMode?: string };

const hasShapeOf = (one: Size, other: Size): boolean =>
  Math.abs((one.width * other.height) / (one.height * other.width) - 1) < kSameShape;

/** The largest size of a camera's own shape that is recorded. Pure. */
export function wholeSize({ width, height }: Size): Size {
  const scale = Math.min(1, kSideMax / Math.max(width, height));
  return { width: Math.round(width * scale), height: Math.round(height * scale) };
}

/**
 * A browser that has no picture of the wanted shape cuts one: of a camera on its side, or with 4:3 and many pixels, half
 * would be missing. Then the camera's own shape is asked for. `wanted`: as the camera was opened.
 */
export async function askForWholePicture(
  track: MediaStreamTrack,
  wanted: MediaTrackConstraints,
): Promise<void> {
  const size = (): Size | null => {
    const { width, height } = track.getSettings();
    return width && height ? { width, height } : null;
  };
  const { resizeMode } = track.getSettings() as Settings;
  const given = size();
  if (resizeMode !== 'crop-and-scale' || !given) return;
  const { width, height } = track.getCapabilities?.() ?? {};
  const largest = { width: width?.max ?? 0, height: height?.max ?? 0 };
  if (hasShapeOf(given, largest)) return;
  try {
    const uncut: Constraints = { ...wanted, resizeMode: 'none' };
    await track.applyConstraints(uncut);
    const whole = wholeSize(size() ?? given);
    if (whole.width !== size()?.width) await track.applyConstraints({ ...wanted, ...whole });
  } catch {
    // The pictures are cut, but they come.
  }
}

import { closeSync, openSync, writeSync } from 'node:fs';

export const FPS = 30;

/** Brightness of every pixel of frame `n`, 16 to 235. */
export type Shade = (frame: number) => number;

/** White for two frames at the start of every second, dark grey otherwise. */
export const flash: Shade = (frame) => (frame % FPS < 2 ? 235 : 40);
/** Changes slowly, so that neighbouring frames differ but the mean colour is known. */
export const breathe: Shade = (frame) =>
  90 + Math.round(60 * Math.sin((2 * Math.PI * frame) / (4 * FPS)));

/**
 * Writes a y4m file for Chromium's fake camera, which repeats it for ever. A lighter square moves through the picture.
 */
export function writeY4m(
  path: string,
  shade: Shade,
  seconds: number,
  width = 640,
  height = 480,
): void {
  const file = openSync(path, 'w');
  writeSync(file, `YUV4MPEG2 W${width} H${height} F${FPS}:1 Ip A1:1 C420jpeg\n`);
  const luma = Buffer.alloc(width * height);
  const chroma = Buffer.alloc((width * height) / 2, 128);
  chroma.fill(110, 0, chroma.length / 2);
  for (let frame = 0; frame < seconds * FPS; frame++) {
    luma.fill(shade(frame));
    const left = Math.floor((frame * 4) % (width - 80));
    for (let y = 200; y < 280; y++) luma.fill(200, y * width + left, y * width + left + 80);
    writeSync(file, 'FRAME\n');
    writeSync(file, luma);
    writeSync(file, chroma);
  }
  closeSync(file);
}

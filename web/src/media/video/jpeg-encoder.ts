import { jpegSize, kJpegQuality } from './jpeg-size';

export type Jpeg = {
  readonly width: number;
  readonly height: number;
  readonly data: Uint8Array<ArrayBuffer>;
};

/** Makes JPEGs with an OffscreenCanvas, which may block its thread meanwhile. */
export class JpegEncoder {
  #canvas: OffscreenCanvas | null = null;

  /** Takes the frame and closes it. Rejects when the frame cannot be drawn. */
  async encode(frame: VideoFrame): Promise<Jpeg> {
    const { width, height } = jpegSize(frame.displayWidth, frame.displayHeight);
    try {
      const canvas = this.#canvasOf(width, height);
      const context = canvas.getContext('2d', { alpha: false });
      if (!context) throw new Error('no 2d canvas');
      context.drawImage(frame, 0, 0, width, height);
    } finally {
      frame.close();
    }
    const canvas = this.#canvasOf(width, height);
    const blob = await canvas.convertToBlob({ type: 'image/jpeg', quality: kJpegQuality });
    return { width, height, data: new Uint8Array(await blob.arrayBuffer()) };
  }

  #canvasOf(width: number, height: number): OffscreenCanvas {
    const canvas = this.#canvas ?? new OffscreenCanvas(width, height);
    if (canvas.width !== width) canvas.width = width;
    if (canvas.height !== height) canvas.height = height;
    this.#canvas = canvas;
    return canvas;
  }
}

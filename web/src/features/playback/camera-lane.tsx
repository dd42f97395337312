import { useEffect, useRef, useState } from 'react';
import type { TimelineWindow } from '../../media/player/timeline-window';
import './camera-lane.css';
import type { HeldPicture } from './picture-words';
import { type Strip, tileAt, tilePlace } from './strip';
import { useWidth } from './use-width';

type Props = {
  readonly strip: Strip;
  readonly window: TimelineWindow;
  readonly lengthMs: number;
  readonly held: readonly HeldPicture[];
};

/** The pictures of the part in view, side by side. Hatched where pictures are missing, dim while the camera is off. */
export function CameraLane({ strip, window, lengthMs, held }: Props) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const lane = useRef<HTMLDivElement>(null);
  const width = useWidth(lane);
  const image = useImage(strip.url);
  useEffect(() => {
    const element = canvas.current;
    const g = element?.getContext('2d');
    if (!element || !g || !image || width === 0) return;
    const frame = requestAnimationFrame(() => {
      const height = element.clientHeight;
      const ratio = devicePixelRatio;
      element.width = Math.round(width * ratio);
      element.height = Math.round(height * ratio);
      g.setTransform(ratio, 0, 0, ratio, 0, 0);
      drawTiles(g, { image, strip, window, lengthMs, width, height });
    });
    return () => cancelAnimationFrame(frame);
  }, [image, strip, window, lengthMs, width]);
  const span = window.toMs - window.fromMs;
  const place = (ms: number) => Math.max(0, Math.min(1, (ms - window.fromMs) / span)) * 100;
  return (
    <div ref={lane} className="camera-lane" aria-hidden="true">
      <canvas ref={canvas} />
      {held.map(({ startMs, endMs, reason }) =>
        endMs <= window.fromMs || startMs >= window.toMs ? null : (
          <span
            key={`${reason} ${startMs}`}
            className={reason === 'missing' ? 'hatch' : 'camera-lane__off'}
            style={{ left: `${place(startMs)}%`, right: `${100 - place(endMs)}%` }}
          />
        ),
      )}
    </div>
  );
}

/** Null until the image has loaded, and if loading fails. */
function useImage(url: string): HTMLImageElement | null {
  const [image, setImage] = useState<HTMLImageElement | null>(null);
  useEffect(() => {
    let wanted = true;
    const made = new Image();
    made.src = url;
    made.decode().then(
      () => wanted && setImage(made),
      () => {},
    );
    return () => {
      wanted = false;
    };
  }, [url]);
  return image;
}

type Drawing = Omit<Props, 'held'> & {
  readonly image: HTMLImageElement;
  readonly width: number;
  readonly height: number;
};

/**
 * Tiles keep their shape. They are numbered from the start of the recording, so that they do not jump while panning.
 */
function drawTiles(g: CanvasRenderingContext2D, drawing: Drawing): void {
  const { image, strip, window, lengthMs, width, height } = drawing;
  const perPx = (window.toMs - window.fromMs) / width;
  const tileWidth = height * (strip.tile_width / strip.tile_height);
  const tileMs = tileWidth * perPx;
  g.clearRect(0, 0, width, height);
  for (let n = Math.floor(window.fromMs / tileMs); n * tileMs < window.toMs; n += 1) {
    const from = n * tileMs;
    if (from >= lengthMs) break;
    const { x, y } = tilePlace(strip, tileAt(strip, from + tileMs / 2));
    const left = (from - window.fromMs) / perPx;
    g.drawImage(image, x, y, strip.tile_width, strip.tile_height, left, 0, tileWidth, height);
  }
  const end = (lengthMs - window.fromMs) / perPx;
  g.clearRect(end, 0, Math.max(0, width - end), height);
}

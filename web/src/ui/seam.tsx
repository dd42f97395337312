import { useEffect, useLayoutEffect, useRef } from 'react';
import { classNames } from './class-names';
import './seam.css';
import type { SeamData } from './seam-data';
import { drawSeam, kSeamColours, type SeamColours, type SeamView } from './seam-drawing';
import { onRecolour, tokenColours } from './token-colours';

type Props = SeamView & {
  readonly data: SeamData;
  readonly className?: string;
};
type Drawing = { readonly data: SeamData; readonly view: SeamView };

/** The picture of a conversation. Hidden from screen readers: slider, transcript and events have the same facts. */
export function Seam({ data, className, fromMs, toMs, kind }: Props) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const show = useRef<(drawing: Drawing) => void>(() => {});
  useLayoutEffect(() => {
    const element = canvas.current;
    const g = element?.getContext('2d');
    if (!element || !g) return;
    const drawer = runSeam(element, g);
    show.current = drawer.show;
    return drawer.close;
  }, []);
  useEffect(() => show.current({ data, view: { fromMs, toMs, kind } }), [data, fromMs, toMs, kind]);
  return (
    <div className={classNames('seam', className)} aria-hidden="true">
      <canvas ref={canvas} />
    </div>
  );
}

/** Draws before the next frame whenever the data, the size or the theme has changed. */
function runSeam(element: HTMLCanvasElement, g: CanvasRenderingContext2D) {
  let colours: SeamColours | null = null;
  let size = { width: 0, height: 0 };
  let drawing: Drawing | null = null;
  let frame = 0;
  const draw = () => {
    frame = 0;
    if (!drawing || size.width === 0 || size.height === 0) return;
    colours ??= tokenColours(kSeamColours);
    const ratio = devicePixelRatio;
    const width = Math.round(size.width * ratio);
    const height = Math.round(size.height * ratio);
    if (element.width !== width) element.width = width;
    if (element.height !== height) element.height = height;
    g.setTransform(ratio, 0, 0, ratio, 0, 0);
    drawSeam(g, size.width, size.height, drawing.data, drawing.view, colours);
  };
  const redraw = () => {
    if (frame === 0) frame = requestAnimationFrame(draw);
  };
  const recolour = () => {
    colours = null;
    redraw();
  };
  const resize = new ResizeObserver(([entry]) => {
    if (!entry) return;
    size = { width: entry.contentRect.width, height: entry.contentRect.height };
    draw();
  });
  resize.observe(element);
  const unwatch = onRecolour(recolour);
  return {
    show: (next: Drawing) => {
      drawing = next;
      redraw();
    },
    close: () => {
      cancelAnimationFrame(frame);
      resize.disconnect();
      unwatch();
    },
  };
}

import { useEffect, useLayoutEffect, useRef } from 'react';
import { classNames } from './class-names';
import './seam.css';
import type { SeamData } from './seam-data';
import { drawSeam, kSeamColours, type SeamColours, type SeamView } from './seam-drawing';

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
    colours ??= readSeamColours();
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
  const theme = new MutationObserver(recolour);
  theme.observe(document.documentElement, { attributes: true, attributeFilter: ['data-theme'] });
  const schemes = ['(prefers-color-scheme: dark)', '(forced-colors: active)'].map((query) =>
    matchMedia(query),
  );
  for (const scheme of schemes) scheme.addEventListener('change', recolour);
  return {
    show: (next: Drawing) => {
      drawing = next;
      redraw();
    },
    close: () => {
      cancelAnimationFrame(frame);
      resize.disconnect();
      theme.disconnect();
      for (const scheme of schemes) scheme.removeEventListener('change', recolour);
    },
  };
}

/** The colours for the canvas, resolved for the current theme. */
function readSeamColours(): SeamColours {
  const probe = document.createElement('i');
  // The browser does not apply forced colours to a canvas; the tokens are system colours then.
  probe.style.forcedColorAdjust = 'none';
  document.body.append(probe);
  const read = (name: string) => {
    probe.style.color = `var(--${name})`;
    return getComputedStyle(probe).color;
  };
  const colours = Object.fromEntries(kSeamColours.map((name) => [name, read(name)]));
  probe.remove();
  return colours as SeamColours;
}

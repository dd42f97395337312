import { useEffect, useRef } from 'react';
import { classNames } from './class-names';
import './seam.css';
import type { SeamData } from './seam-data';
import { drawSeam, kSeamColours, type SeamColours, type SeamView } from './seam-drawing';

type Props = SeamView & {
  readonly data: SeamData;
  readonly className?: string;
};

/** The picture of a conversation. Hidden from assistive technology: slider, transcript and events carry the same facts. */
export function Seam({ data, className, fromMs, toMs, kind, currentTurn }: Props) {
  const canvas = useRef<HTMLCanvasElement>(null);
  useEffect(() => {
    const element = canvas.current;
    const g = element?.getContext('2d');
    if (!element || !g) return;
    let colours = readSeamColours();
    let size = { width: 0, height: 0 };
    const draw = () => {
      if (size.width === 0 || size.height === 0) return;
      const ratio = devicePixelRatio;
      const width = Math.round(size.width * ratio);
      const height = Math.round(size.height * ratio);
      if (element.width !== width) element.width = width;
      if (element.height !== height) element.height = height;
      g.setTransform(ratio, 0, 0, ratio, 0, 0);
      drawSeam(g, size.width, size.height, data, { fromMs, toMs, kind, currentTurn }, colours);
    };
    const recolour = () => {
      colours = readSeamColours();
      draw();
    };
    const resize = new ResizeObserver(([entry]) => {
      if (!entry) return;
      size = { width: entry.contentRect.width, height: entry.contentRect.height };
      draw();
    });
    resize.observe(element);
    const theme = new MutationObserver(recolour);
    theme.observe(document.documentElement, { attributes: true, attributeFilter: ['data-theme'] });
    const dark = matchMedia('(prefers-color-scheme: dark)');
    dark.addEventListener('change', recolour);
    return () => {
      resize.disconnect();
      theme.disconnect();
      dark.removeEventListener('change', recolour);
    };
  }, [data, fromMs, toMs, kind, currentTurn]);
  return (
    <div className={classNames('seam', className)} aria-hidden="true">
      <canvas ref={canvas} />
    </div>
  );
}

/** The tokens as the canvas needs them: resolved for the theme that is on. */
function readSeamColours(): SeamColours {
  const probe = document.createElement('i');
  document.body.append(probe);
  const read = (name: string) => {
    probe.style.color = `var(--${name})`;
    return getComputedStyle(probe).color;
  };
  const colours = Object.fromEntries(kSeamColours.map((name) => [name, read(name)]));
  probe.remove();
  return colours as SeamColours;
}

import { useEffect, useRef } from 'react';
import type { LiveSession, SeamLevels } from '../../media/live-session';
import { useMediaQuery } from '../../ui/use-media-query';
import { FramePace } from './frame-pace';
import './live-seam.css';
import { onRecolour, tokenColours } from '../../ui/token-colours';
import { drawSeam, type Ghost, kSeamColours, kSecondsShown } from './seam-drawing';

const kBarsPerSecond = 20;
const kBars = kSecondsShown * kBarsPerSecond;
/** The ring holds far less than this. Whatever is beyond is not drawn. */
const kComingMax = 20 * kBarsPerSecond;
const kGhostsMax = 8;
const kReducedMs = 250;

const newLevels = (): SeamLevels => ({
  person: new Float32Array(kBars),
  model: new Float32Array(kBars),
  coming: new Float32Array(kComingMax),
  comingCount: 0,
  newestBar: 0,
  interruptions: [],
  barsPerSecond: kBarsPerSecond,
});

/** The sound of the last half minute. Hidden from screen readers: the captions have the same facts. */
export function LiveSeam({ session }: { readonly session: LiveSession }) {
  const reduced = useMediaQuery('(prefers-reduced-motion: reduce)');
  return (
    <div className="live-seam" aria-hidden="true">
      <div className="live-seam__names">
        <span className="who who--person">You</span>
        <span className="who who--model">Model</span>
      </div>
      {reduced ? <LevelBars session={session} /> : <SeamCanvas session={session} />}
    </div>
  );
}

function SeamCanvas({ session }: { readonly session: LiveSession }) {
  const canvas = useRef<HTMLCanvasElement>(null);
  useEffect(() => (canvas.current ? runSeam(canvas.current, session) : undefined), [session]);
  return <canvas ref={canvas} className="live-seam__canvas" />;
}

/** Draws until the returned function is called. Reads no layout while drawing, and draws nothing in a hidden tab. */
function runSeam(canvas: HTMLCanvasElement, session: LiveSession): () => void {
  const g = canvas.getContext('2d');
  if (!g) return () => {};
  const levels = newLevels();
  const pace = new FramePace();
  let colours = tokenColours(kSeamColours);
  let size = { width: 0, height: 0 };
  let newest = { bar: -1, atMs: 0 };
  let ghosts: readonly Ghost[] = [];
  let waiting = new Float32Array(0);
  let cuts = 0;

  const resize = new ResizeObserver(([entry]) => {
    if (!entry) return;
    const { width, height } = entry.contentRect;
    size = { width, height };
    canvas.width = Math.round(width * devicePixelRatio);
    canvas.height = Math.round(height * devicePixelRatio);
    g.setTransform(devicePixelRatio, 0, 0, devicePixelRatio, 0, 0);
  });
  resize.observe(canvas);
  const unwatch = onRecolour(() => {
    colours = tokenColours(kSeamColours);
  });
  const longTasks = new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) pace.longTask(entry.startTime + entry.duration);
  });
  longTasks.observe({ type: 'longtask' });

  let request = requestAnimationFrame(function draw(nowMs) {
    request = requestAnimationFrame(draw);
    if (!pace.due(nowMs)) return;
    session.readLevels(levels);
    if (levels.newestBar !== newest.bar) newest = { bar: levels.newestBar, atMs: nowMs };
    const live = levels.interruptions.filter((age) => age < kBars).length;
    if (live > cuts && waiting.length > 0) {
      const age = levels.interruptions[0] ?? 0;
      ghosts = [...ghosts, { atBar: levels.newestBar + 1 - age, bars: waiting }].slice(-kGhostsMax);
    }
    cuts = live;
    if (levels.comingCount !== waiting.length) {
      waiting = levels.coming.slice(0, levels.comingCount);
    }
    const sinceNewest = Math.min(1, ((nowMs - newest.atMs) / 1000) * kBarsPerSecond);
    drawSeam(g, size.width, size.height, { levels, ghosts, sinceNewest }, colours);
  });
  return () => {
    cancelAnimationFrame(request);
    resize.disconnect();
    unwatch();
    longTasks.disconnect();
  };
}

/** For people who prefer no motion: two bars, updated four times a second. */
function LevelBars({ session }: { readonly session: LiveSession }) {
  const bars = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const levels = newLevels();
    const timer = setInterval(() => {
      session.readLevels(levels);
      const [person, model] = bars.current?.children ?? [];
      for (const [element, values] of [
        [person, levels.person],
        [model, levels.model],
      ] as const) {
        if (element instanceof HTMLElement) {
          element.style.transform = `scaleX(${Math.max(0.01, values.at(-1) ?? 0)})`;
        }
      }
    }, kReducedMs);
    return () => clearInterval(timer);
  }, [session]);
  return (
    <div ref={bars} className="live-seam__bars">
      <div className="live-seam__bar live-seam__bar--person" />
      <div className="live-seam__bar live-seam__bar--model" />
    </div>
  );
}

import { type ReactNode, useEffect, useRef, useState } from 'react';
import { Button } from '../../ui/button';
import { Part, usePart } from '../../ui/part';
import { Skeleton } from '../../ui/skeleton';
import type { ChartPlan } from './draw-chart';
import { isEmpty } from './sheet';

const kDrawing = new Part(() => import('./draw-chart').then((file) => file.drawChart));

type Props = {
  readonly title: string;
  /** What one sees when nothing is pointed at. */
  readonly summary: string;
  readonly plan: ChartPlan;
  /** Says more of a place than its values. */
  readonly onPick?: (index: number) => void;
  /** The same as a table, for those who cannot see the chart, or want the numbers. */
  readonly children: ReactNode;
};

/** A chart with its table. */
export function Chart({ title, summary, plan, onPick, children }: Props) {
  const empty = isEmpty(plan);
  const drawing = usePart(kDrawing, !empty);
  const place = useRef<HTMLDivElement>(null);
  const [pointed, setPointed] = useState<number | null>(null);
  const pick = useRef(onPick);
  useEffect(() => {
    pick.current = onPick;
  });
  const draw = drawing.kind === 'loaded' ? drawing.value : null;
  useEffect(() => {
    if (!draw || empty || !place.current) return;
    return draw(place.current, plan, {
      onPoint: setPointed,
      onPick: (index) => pick.current?.(index),
    });
  }, [draw, plan, empty]);
  return (
    <section className="chart" aria-label={title}>
      <h2>{title}</h2>
      <p className="chart__words">{pointed === null ? summary : wordsOf(plan, pointed)}</p>
      {drawing.kind === 'failed' ? (
        <p>
          The chart could not be loaded; its numbers are in the table.{' '}
          <Button onClick={drawing.retry}>Try again</Button>
        </p>
      ) : null}
      {drawing.kind === 'loading' && !empty ? <Skeleton height="200px" /> : null}
      {empty ? null : (
        <div
          ref={place}
          className="chart__place"
          aria-hidden
          // The skeleton has its room until then.
          hidden={draw === null}
          data-picks={onPick ? '' : undefined}
        />
      )}
      {plan.series.length > 1 && !empty ? (
        <ul className="chart__legend" aria-hidden>
          {plan.series.map(({ label, tone, dashed }) => (
            <li key={label} data-tone={tone} data-dashed={dashed ? '' : undefined}>
              {label}
            </li>
          ))}
        </ul>
      ) : null}
      {children}
    </section>
  );
}

const wordsOf = (plan: ChartPlan, index: number): string => {
  const values = plan.series.map(({ label, values: of }) => {
    const value = of[index];
    return `${label} ${value === null || value === undefined ? '–' : plan.format(value)}`;
  });
  return `${plan.places[index] ?? ''}: ${values.join(' · ')}`;
};

import { expect, it } from 'vitest';
import { seamData } from './seam-data';

it('sound that was not heard is drawn at most up to the next turn of the model', () => {
  const loud = btoa(String.fromCharCode(...Array.from({ length: 20 }, () => 100)));
  const ghost = { start_ms: 0, end_ms: 100, peaks: loud };
  const next = {
    speaker: 'model' as const,
    startMs: 40,
    endMs: 90,
    cutMs: null,
    overlapFromMs: null,
  };
  const data = seamData(
    { per_second: 100, person: '', model: '', ghosts: [ghost], blocks: 0 },
    200,
    [next],
    [],
  );
  expect(data.ghosts[0]).toMatchObject({ startMs: 0, endMs: 40 });
  expect(data.ghosts[0]?.envelope.levels).toHaveLength(4);
});

import type { Task } from '../../api/tasks';

/** Where a task goes that is to stand at a place among the others (0: first). Pure. */
export function positionAt(others: readonly Task[], place: number): number {
  const before = others[place - 1]?.position;
  const after = others[place]?.position;
  if (before === undefined) return after === undefined ? 0 : after - 1;
  return after === undefined ? before + 1 : (before + after) / 2;
}

/** The tasks with one of them at another place. Pure. */
export function moved(tasks: readonly Task[], id: string, place: number): readonly Task[] {
  const task = tasks.find((one) => one.id === id);
  if (!task) return tasks;
  const others = tasks.filter((one) => one !== task);
  const position = positionAt(others, place);
  return [...others.slice(0, place), { ...task, position }, ...others.slice(place)];
}

/** The place for a pointer at height `y` among rows with these middles; its own row left out. Pure. */
export function placeAt(middles: readonly number[], y: number): number {
  const after = middles.findIndex((middle) => y < middle);
  return after === -1 ? middles.length : after;
}

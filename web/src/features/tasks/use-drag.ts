import { type PointerEvent, useEffect, useRef, useState } from 'react';
import type { Task } from '../../api/tasks';
import { placeAt } from './move';

type Drag = { readonly id: string; readonly place: number };

/** How far a pointer moves before it drags: less is a press. */
const kBeginsPx = 4;

const rowsOf = (list: Element, id: string) =>
  [...list.querySelectorAll<HTMLElement>('[data-task]')].filter((row) => row.dataset.task !== id);
const middleOf = (row: Element) => {
  const { top, height } = row.getBoundingClientRect();
  return top + height / 2;
};

/** Drags a row by its grip, by mouse, pen or finger. Esc ends it without a move. */
export function useDrag(onDrop: (id: string, place: number) => void) {
  const [drag, setDrag] = useState<Drag | null>(null);
  const end = useRef(() => {});
  useEffect(() => () => end.current(), []);
  const grip = (task: Task, event: PointerEvent<HTMLElement>) => {
    const handle = event.currentTarget;
    const list = handle.closest('ol');
    if (!list || event.button !== 0) return;
    const from = event.clientY;
    let now: Drag | null = null;
    handle.setPointerCapture(event.pointerId);
    const move = ({ clientY }: globalThis.PointerEvent) => {
      if (!now && Math.abs(clientY - from) < kBeginsPx) return;
      now = { id: task.id, place: placeAt(rowsOf(list, task.id).map(middleOf), clientY) };
      setDrag(now);
    };
    const up = () => {
      if (now) onDrop(now.id, now.place);
      end.current();
    };
    const key = (pressed: KeyboardEvent) => {
      if (pressed.key === 'Escape') end.current();
    };
    end.current = () => {
      handle.removeEventListener('pointermove', move);
      handle.removeEventListener('pointerup', up);
      handle.removeEventListener('pointercancel', end.current);
      removeEventListener('keydown', key);
      end.current = () => {};
      setDrag(null);
    };
    handle.addEventListener('pointermove', move);
    handle.addEventListener('pointerup', up);
    handle.addEventListener('pointercancel', end.current);
    addEventListener('keydown', key);
  };
  return { drag, grip };
}

/** Where a row shows that the dragged one would go. Pure. */
export function dropMark(
  tasks: readonly Task[],
  index: number,
  drag: Drag | null,
): 'before' | 'after' | null {
  if (!drag) return null;
  const others = tasks.filter(({ id }) => id !== drag.id);
  const at = others.findIndex(({ id }) => id === tasks[index]?.id);
  if (at === -1) return null;
  if (at === drag.place) return 'before';
  return at === others.length - 1 && drag.place === others.length ? 'after' : null;
}

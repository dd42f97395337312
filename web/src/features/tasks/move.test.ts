import { describe, expect, it } from 'vitest';
import type { Task } from '../../api/tasks';
import { moved, placeAt, positionAt } from './move';

const task = (id: string, position: number): Task => ({
  id,
  title: id,
  text: '',
  steps: [],
  due_at: null,
  assignee: null,
  chat_id: null,
  done: false,
  position,
  created_at: '2026-11-29T10:00:00.000Z',
  updated_at: '2026-11-29T10:00:00.000Z',
});
const list = [task('a', 0), task('b', 1), task('c', 4)];
const names = (tasks: readonly Task[]) => tasks.map(({ id }) => id).join('');

describe('moving a task', () => {
  it('finds a number between the neighbours', () => {
    expect(positionAt(list, 0)).toBe(-1);
    expect(positionAt(list, 1)).toBe(0.5);
    expect(positionAt(list, 2)).toBe(2.5);
    expect(positionAt(list, 3)).toBe(5);
    expect(positionAt([], 0)).toBe(0);
  });
  it('puts it there and leaves the others', () => {
    expect(names(moved(list, 'c', 0))).toBe('cab');
    expect(names(moved(list, 'a', 2))).toBe('bca');
    expect(names(moved(list, 'b', 1))).toBe('abc');
    expect(moved(list, 'x', 0)).toBe(list);
    const positions = moved(list, 'a', 1).map(({ position }) => position);
    expect(positions).toEqual([...positions].sort((one, other) => one - other));
  });
  it('knows the place under a pointer', () => {
    expect([-5, 15, 25, 99].map((y) => placeAt([10, 20, 30], y))).toEqual([0, 1, 2, 3]);
    expect(placeAt([], 3)).toBe(0);
  });
});

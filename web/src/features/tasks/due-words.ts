import { formatMoment } from '../../ui/format';

export type Due = { readonly words: string; readonly late: boolean };

/** When a task is due, in words. A task that is done is never late. Pure. */
export function dueWords(dueAt: string, done: boolean, now: Date): Due {
  const late = !done && new Date(dueAt).getTime() < now.getTime();
  return { words: `${late ? 'Was due' : 'Due'} ${formatMoment(dueAt, now)}`, late };
}

const two = (number: number) => String(number).padStart(2, '0');

/** A time as a field for date and time takes it: in the person's own zone, to the minute. Pure. */
export function fieldOf(iso: string | null): string {
  if (iso === null) return '';
  const at = new Date(iso);
  const day = `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}`;
  return `${day}T${two(at.getHours())}:${two(at.getMinutes())}`;
}

/** The time of such a field; null when it is empty. Pure. */
export function timeOf(field: string): string | null {
  const at = new Date(field);
  return field === '' || Number.isNaN(at.getTime()) ? null : at.toISOString();
}

import { formatClock, formatDay } from '../../ui/format';

export type Due = { readonly words: string; readonly late: boolean };

const kDayMs = 86_400_000;
/** Days that are called by their date are further away than this. */
const kFarDays = 8;
const startOfDay = (date: Date) =>
  new Date(date.getFullYear(), date.getMonth(), date.getDate()).getTime();

/** The day of a time, also of one that is to come: "today", "tomorrow", "December 3". */
function dayWords(dueAt: string, now: Date): string {
  const date = new Date(dueAt);
  const ahead = Math.round((startOfDay(date) - startOfDay(now)) / kDayMs);
  if (ahead === 1) return 'tomorrow';
  if (ahead <= 0)
    return formatDay(dueAt, now).replace(/^(Today|Yesterday)$/, (day) => day.toLowerCase());
  const year = date.getFullYear();
  // Seen from a day that is so much later that the date is named; from another year with its year.
  const later =
    year === now.getFullYear()
      ? new Date(date.getTime() + kFarDays * kDayMs)
      : new Date(year + 1, 5, 1);
  return formatDay(dueAt, later);
}

/** When a task is due, in words. A task that is done is never late. Pure. */
export function dueWords(dueAt: string, done: boolean, now: Date): Due {
  const late = !done && new Date(dueAt).getTime() < now.getTime();
  const day = dayWords(dueAt, now);
  return { words: `${late ? 'Was due' : 'Due'} ${day} ${formatClock(dueAt)}`, late };
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

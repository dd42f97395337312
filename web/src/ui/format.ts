const kDayMs = 86_400_000;
const kRelativeDaysMax = 7;

/** Session time: m:ss, from one hour on h:mm:ss. Rounds down, as clocks do. */
export function formatDuration(ms: number): string {
  const total = Math.max(0, Math.floor(ms / 1000));
  const seconds = String(total % 60).padStart(2, '0');
  const minutes = Math.floor(total / 60) % 60;
  const hours = Math.floor(total / 3600);
  return hours > 0
    ? `${hours}:${String(minutes).padStart(2, '0')}:${seconds}`
    : `${minutes}:${seconds}`;
}

/** A long time: "6 h 12 min", "14 min", "40 s"; from 24 hours on whole hours: "60 hours". */
export function formatHours(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  const minutes = Math.floor(seconds / 60);
  const hours = Math.floor(minutes / 60);
  if (hours >= 24) return `${formatCount(hours)} hours`;
  if (hours > 0) return `${hours} h${minutes % 60 > 0 ? ` ${minutes % 60} min` : ''}`;
  return minutes > 0 ? `${minutes} min` : `${seconds} s`;
}

/** A length in words for screen readers: "4 minutes 12 seconds". */
export function spokenDuration(ms: number): string {
  const total = Math.max(0, Math.round(ms / 1000));
  const parts = [
    [Math.floor(total / 3600), 'hour'],
    [Math.floor(total / 60) % 60, 'minute'],
    [total % 60, 'second'],
  ] as const;
  const words = parts
    .filter(([n]) => n > 0)
    .map(([n, word]) => `${n} ${word}${n === 1 ? '' : 's'}`);
  return words.join(' ') || '0 seconds';
}

/** Bytes with a decimal unit: "2.1 GB", "640 kB". */
export function formatBytes(bytes: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB'];
  let value = bytes;
  let unit = 0;
  while (value >= 1000 && unit < units.length - 1) {
    value /= 1000;
    unit += 1;
  }
  const digits = unit === 0 || value >= 100 ? 0 : 1;
  const text = value.toFixed(digits).replace(/\.0$/, '');
  return `${text} ${units[unit]}`;
}

// Made by hand: the browser makes a formatter for each call, and long lists have thousands of dates.
const kWeekdays = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'];
const kMonths = [
  'January',
  'February',
  'March',
  'April',
  'May',
  'June',
  'July',
  'August',
  'September',
  'October',
  'November',
  'December',
];
const weekday = (date: Date) => kWeekdays[date.getDay()] ?? '';
const monthAndDay = (date: Date) => `${kMonths[date.getMonth()] ?? ''} ${date.getDate()}`;
const fullDate = (date: Date) => `${monthAndDay(date)}, ${date.getFullYear()}`;

const startOfDay = (date: Date) =>
  new Date(date.getFullYear(), date.getMonth(), date.getDate()).getTime();

/** Whole calendar days from `date` to `now`; 0: today. */
const daysAgo = (date: Date, now: Date) =>
  Math.round((startOfDay(now) - startOfDay(date)) / kDayMs);

/** The heading of this day in a list: "Today", "Yesterday", a weekday, then the date. */
export function formatDay(iso: string, now: Date): string {
  const date = new Date(iso);
  const days = daysAgo(date, now);
  if (days <= 0) return 'Today';
  if (days === 1) return 'Yesterday';
  if (days < kRelativeDaysMax) return weekday(date);
  return date.getFullYear() === now.getFullYear() ? monthAndDay(date) : fullDate(date);
}

/** Day and time of a moment: "Today 10:42". */
export const formatMoment = (iso: string, now: Date): string =>
  `${formatDay(iso, now)} ${formatClock(iso)}`;

/** Time of the day: "09:05". */
export function formatClock(iso: string): string {
  const date = new Date(iso);
  const two = (value: number) => String(value).padStart(2, '0');
  return `${two(date.getHours())}:${two(date.getMinutes())}`;
}

/** The same in the middle of a sentence: "today 10:42"; a weekday keeps its capital. */
export const formatMomentWithin = (iso: string, now: Date): string =>
  formatMoment(iso, now).replace(/^(?:Today|Yesterday)\b/, (word) => word.toLowerCase());

/** A day: "November 24, 2026". */
export const formatDate = (iso: string): string => fullDate(new Date(iso));

/** The full date for a tooltip: "Tuesday, November 24, 2026 at 09:05". */
export function formatFullDate(iso: string): string {
  const date = new Date(iso);
  return `${weekday(date)}, ${fullDate(date)} at ${formatClock(iso)}`;
}

/** For example "18 234", the form of the design for large numbers. */
export const formatCount = (count: number): string =>
  String(count).replace(/\B(?=(\d{3})+(?!\d))/g, ' ');

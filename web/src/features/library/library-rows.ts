import type { Recording } from '../../api/recordings';
import { formatDay } from '../../ui/format';

/** One item of the list: a recording, and the heading of the day if the recording is the first of that day. */
export type LibraryRow = { readonly recording: Recording; readonly day: string | null };

/** `byDay`: the list is in order of time, so days are headings of their first rows. Pure. */
export function libraryRows(
  recordings: readonly Recording[],
  byDay: boolean,
  now: Date,
): LibraryRow[] {
  let before: string | null = null;
  return recordings.map((recording) => {
    const day = byDay ? formatDay(recording.created_at, now) : null;
    const row = { recording, day: day === before ? null : day };
    before = day;
    return row;
  });
}

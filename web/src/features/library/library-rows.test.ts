import { expect, test } from 'vitest';
import { recordingForTest } from '../../api/recording-for-test';
import { libraryRows } from './library-rows';

const now = new Date(2026, 10, 28, 12);
const at = (day: number, hour: number) =>
  recordingForTest({
    id: `${day}-${hour}`,
    created_at: new Date(2026, 10, day, hour).toISOString(),
  });

test('a day stands above its first recording only', () => {
  const rows = libraryRows([at(28, 11), at(28, 9), at(27, 23), at(1, 1)], true, now);
  expect(rows.map(({ day }) => day)).toEqual(['Today', null, 'Yesterday', 'November 1']);
});

test('a list in another order has no days', () => {
  expect(libraryRows([at(1, 1), at(28, 9)], false, now).map(({ day }) => day)).toEqual([
    null,
    null,
  ]);
});

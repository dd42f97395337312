import { expect, test } from 'vitest';
import { auditAddress, auditFiltersOf, auditWishOf, isNarrowed } from './audit-filters';

test.each(['', '?actor=a&event=logged_in', '?object=r1&from=2026-11-01&to=2026-11-29'])(
  '%s is read and written',
  (search) => {
    const filters = auditFiltersOf(search);
    expect(auditAddress(filters)).toBe(`/admin/audit${search}`);
    expect(isNarrowed(filters)).toBe(search !== '');
  },
);

test.each(['?from=yesterday', '?to=2026-13-45', '?from=2026-11-1'])(
  '%s counts as nothing',
  (search) => {
    expect(isNarrowed(auditFiltersOf(search))).toBe(false);
  },
);

test('both days are part of what is listed, from midnight to midnight of this place', () => {
  const wish = auditWishOf(auditFiltersOf('?from=2026-11-29&to=2026-11-29'));
  expect(wish).toEqual({
    from: new Date(2026, 10, 29).toISOString(),
    before: new Date(2026, 10, 30).toISOString(),
  });
  expect(auditWishOf(auditFiltersOf(''))).toEqual({});
});

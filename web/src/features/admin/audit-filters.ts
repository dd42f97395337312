import type { AuditWish } from '../../api/audit';

/** What is listed, as it stands in the address. Empty: everything. */
export type AuditFilters = {
  readonly actor: string;
  readonly event: string;
  readonly object: string;
  /** Days as a date field has them, "2026-11-29"; both are part of what is listed. */
  readonly from: string;
  readonly to: string;
};

const kDay = /^\d{4}-\d{2}-\d{2}$/;
const kNames = ['actor', 'event', 'object', 'from', 'to'] as const;
export const kNoFilters: AuditFilters = { actor: '', event: '', object: '', from: '', to: '' };

export function auditFiltersOf(search: string): AuditFilters {
  const given = new URLSearchParams(search);
  const day = (name: string) => {
    const text = given.get(name) ?? '';
    return kDay.test(text) && !Number.isNaN(startOf(text).getTime()) ? text : '';
  };
  return {
    actor: given.get('actor') ?? '',
    event: given.get('event') ?? '',
    object: given.get('object') ?? '',
    from: day('from'),
    to: day('to'),
  };
}

export function auditAddress(filters: AuditFilters): string {
  const set = kNames.filter((name) => filters[name] !== '');
  const search = new URLSearchParams(set.map((name) => [name, filters[name]]));
  return set.length === 0 ? '/admin/audit' : `/admin/audit?${search}`;
}

export const isNarrowed = (filters: AuditFilters): boolean =>
  kNames.some((name) => filters[name] !== '');

/** Midnight at the person's place. */
const startOf = (day: string): Date => new Date(`${day}T00:00:00`);

export function auditWishOf({ actor, event, object, from, to }: AuditFilters): AuditWish {
  const wish: Record<string, string> = {};
  if (actor) wish.actor = actor;
  if (event) wish.event = event;
  if (object) wish.object = object;
  if (from) wish.from = startOf(from).toISOString();
  if (to) {
    const next = startOf(to);
    next.setDate(next.getDate() + 1);
    wish.before = next.toISOString();
  }
  return wish;
}

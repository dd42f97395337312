-- 0036_metric_day_add: the sums of whole days of UTC, so that a report of a year need not add up each of its hours (docs/adr/2026-11-29-metrics.md).
-- Derived, like the hours. Undo: drop the table.
create table metric_day (
  whose      text    not null,  -- the owner of the sessions; '': everybody
  day_utc_ns integer not null,
  model      text    not null,
  version    integer not null,
  sums       text    not null,
  primary key (whose, day_utc_ns, model)
) strict, without rowid;
-- All hours are counted once more, and their days with them.
insert into metric_mark (metric_mark_id, whose, hour_utc_ns)
  select distinct 'days', whose, hour_utc_ns from metric_hour where whose <> '';

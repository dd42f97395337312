-- 0036_day_told_assignee_add: sums of whole days; what a task tells the model of a live session; tasks by who does them.
-- Undo: drop the table, the column and the index.
-- The sums of whole days of UTC, so that a report of a year need not add up each of its hours (docs/adr/2026-11-29-metrics.md). Derived.
create table metric_day (
  whose      text collate "C" not null,  -- the owner of the sessions; '': everybody
  day_utc_ns bigint not null,
  model      text collate "C" not null,
  version    bigint not null,
  sums       text collate "C" not null,
  primary key (whose, day_utc_ns, model)
);
-- All hours are counted once more, and their days with them.
insert into metric_mark (metric_mark_id, whose, hour_utc_ns)
  select distinct 'days', whose, hour_utc_ns from metric_hour where whose <> '';
-- What the model of a live session is told besides the server's instruction, for as long as it is live: each further socket is told the same.
alter table live_session add column told text collate "C" not null default '' check (length(told) <= 40000);
-- Serves: the tasks that are assigned to the person with an address.
create index task_assignee on task (lower(assignee)) where assignee is not null;

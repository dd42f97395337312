-- 0011_job_add: work that must be done once, by whichever node takes it (docs/adr/2026-11-28-jobs-and-nodes.md). A row is there
-- while its work is under way, waits for another attempt, or was given up. Times are those of the database's clock.
create table job (
  kind               text collate "C"    not null check (length(kind) between 1 and 40),
  key                text collate "C"    not null check (length(key) between 1 and 200),  -- what it is about: the id of a recording
  attempts           bigint not null default 0 check (attempts >= 0),
  run_after_utc_ns   bigint not null,
  given_up           bigint not null default 0 check (given_up in (0, 1)),
  owner              text collate "C",     -- the node that works on it, until the lease ends
  lease_until_utc_ns bigint,
  last_error         text collate "C"    not null default '' check (length(last_error) <= 500),
  created_utc_ns     bigint not null,
  primary key (kind, key),
  check ((owner is null) = (lease_until_utc_ns is null))
);
-- Serves: which jobs of a kind are due.
create index job_due on job (kind, run_after_utc_ns);
-- What is left of erased recordings was noted in a column; it is a job now. Undo: add the column with 1 where no such job is.
insert into job (kind, key, run_after_utc_ns, created_utc_ns)
  select 'erase', recording_id, 0, coalesce(erased_utc_ns, 0) from recording where state = 'erased' and files_removed = 0;
drop index recording_removing;
alter table recording drop column files_removed;

-- 0031_metric_add: what is counted of live sessions and answers, by hours (docs/metrics.md). All of it is derived: it may be deleted and made again.
-- What a view tells of its session, as numbers (server/domain/analytics/sums). Undo: drop the column, the triggers and the tables.
alter table recording_view add column measures text not null default '' check (length(measures) <= 400000);
create table metric_hour (
  whose       text    not null,  -- the owner of the sessions; '': everybody
  hour_utc_ns integer not null,
  model       text    not null,
  version     integer not null,
  sums        text    not null,
  primary key (whose, hour_utc_ns, model)
) strict, without rowid;
-- Serves: adding up an hour of everybody.
create index metric_hour_at on metric_hour (hour_utc_ns);
-- Hours that are to be counted anew. The triggers below add a row inside of whatever transaction changes what is counted; a row of its own each
-- time, so that nobody waits for anybody.
create table metric_mark (
  whose          text    not null,
  hour_utc_ns    integer not null,
  metric_mark_id text    not null,
  primary key (whose, hour_utc_ns, metric_mark_id)
) strict, without rowid;
-- Serves: the sessions of an hour, and lists of them, newest first.
create index live_session_owner on live_session (owner_id, created_utc_ns, live_session_id);
create index live_session_created on live_session (created_utc_ns, live_session_id);
-- Serves: the answers of an hour.
create index message_answer on message (owner_id, created_utc_ns) where kind = 'text' and role = 'model';
-- What is there already.
insert into metric_mark (metric_mark_id, whose, hour_utc_ns)
  select 'there', owner_id, hour_utc_ns from (
    select owner_id, created_utc_ns - created_utc_ns % 3600000000000 as hour_utc_ns from live_session
    union
    select owner_id, created_utc_ns - created_utc_ns % 3600000000000 from message where kind = 'text' and role = 'model') as there;
create trigger metric_session_new after insert on live_session begin
  insert into metric_mark (metric_mark_id, whose, hour_utc_ns) values (lower(hex(randomblob(16))), new.owner_id, new.created_utc_ns - new.created_utc_ns % 3600000000000);
end;
create trigger metric_session_change after update of owner_id, state on live_session begin
  insert into metric_mark (metric_mark_id, whose, hour_utc_ns) values (lower(hex(randomblob(16))), old.owner_id, old.created_utc_ns - old.created_utc_ns % 3600000000000);
  insert into metric_mark (metric_mark_id, whose, hour_utc_ns) values (lower(hex(randomblob(16))), new.owner_id, new.created_utc_ns - new.created_utc_ns % 3600000000000);
end;
create trigger metric_session_gone after delete on live_session begin
  insert into metric_mark (metric_mark_id, whose, hour_utc_ns) values (lower(hex(randomblob(16))), old.owner_id, old.created_utc_ns - old.created_utc_ns % 3600000000000);
end;
create trigger metric_recording_new after insert on recording begin
  insert into metric_mark (metric_mark_id, whose, hour_utc_ns)
    select lower(hex(randomblob(16))), s.owner_id, s.created_utc_ns - s.created_utc_ns % 3600000000000 from live_session s
    join recording r on r.live_session_id = s.live_session_id where r.recording_id = new.recording_id;
end;
create trigger metric_recording_change after update of state on recording begin
  insert into metric_mark (metric_mark_id, whose, hour_utc_ns)
    select lower(hex(randomblob(16))), s.owner_id, s.created_utc_ns - s.created_utc_ns % 3600000000000 from live_session s
    join recording r on r.live_session_id = s.live_session_id where r.recording_id = new.recording_id;
end;
create trigger metric_view_new after insert on recording_view begin
  insert into metric_mark (metric_mark_id, whose, hour_utc_ns)
    select lower(hex(randomblob(16))), s.owner_id, s.created_utc_ns - s.created_utc_ns % 3600000000000 from live_session s
    join recording r on r.live_session_id = s.live_session_id where r.recording_id = new.recording_id;
end;
create trigger metric_answer_new after insert on message when new.kind = 'text' and new.role = 'model' begin
  insert into metric_mark (metric_mark_id, whose, hour_utc_ns) values (lower(hex(randomblob(16))), new.owner_id, new.created_utc_ns - new.created_utc_ns % 3600000000000);
end;
create trigger metric_answer_change after update of owner_id, state on message when new.kind = 'text' and new.role = 'model' begin
  insert into metric_mark (metric_mark_id, whose, hour_utc_ns) values (lower(hex(randomblob(16))), old.owner_id, old.created_utc_ns - old.created_utc_ns % 3600000000000);
  insert into metric_mark (metric_mark_id, whose, hour_utc_ns) values (lower(hex(randomblob(16))), new.owner_id, new.created_utc_ns - new.created_utc_ns % 3600000000000);
end;
create trigger metric_answer_gone after delete on message when old.kind = 'text' and old.role = 'model' begin
  insert into metric_mark (metric_mark_id, whose, hour_utc_ns) values (lower(hex(randomblob(16))), old.owner_id, old.created_utc_ns - old.created_utc_ns % 3600000000000);
end;

-- 0031_metric_add: what is counted of live sessions and answers, by hours (docs/metrics.md). All of it is derived: it may be deleted and made again.
-- What a view tells of its session, as numbers (server/domain/analytics/sums). Undo: drop the column, the triggers and the tables.
alter table recording_view add column measures text collate "C" not null default '' check (length(measures) <= 400000);
create table metric_hour (
  whose       text collate "C" not null,  -- the owner of the sessions; '': everybody
  hour_utc_ns bigint not null,
  model       text collate "C" not null,
  version     bigint not null,
  sums        text collate "C" not null,
  primary key (whose, hour_utc_ns, model)
);
-- Serves: adding up an hour of everybody.
create index metric_hour_at on metric_hour (hour_utc_ns);
-- Hours that are to be counted anew. The triggers below add a row inside of whatever transaction changes what is counted; a row of its own each
-- time, so that nobody waits for anybody.
create table metric_mark (
  whose          text collate "C" not null,
  hour_utc_ns    bigint not null,
  metric_mark_id text collate "C" not null,
  primary key (whose, hour_utc_ns, metric_mark_id)
);
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
create function metric_add_mark(owner text, at_utc_ns bigint) returns void language sql as $$
  insert into metric_mark (metric_mark_id, whose, hour_utc_ns)
  values (cast(gen_random_uuid() as text), owner, at_utc_ns - at_utc_ns % 3600000000000)
$$;
-- Of rows that have an owner and a time: live_session, message.
create function metric_mark_row() returns trigger language plpgsql as $$
begin
  if tg_op <> 'INSERT' then perform metric_add_mark(old.owner_id, old.created_utc_ns); end if;
  if tg_op = 'INSERT' or (tg_op = 'UPDATE' and old.owner_id <> new.owner_id) then
    perform metric_add_mark(new.owner_id, new.created_utc_ns);
  end if;
  return null;
end
$$;
-- Of rows that have a recording.
create function metric_mark_recording() returns trigger language plpgsql as $$
begin
  perform metric_add_mark(s.owner_id, s.created_utc_ns) from live_session s
    join recording r on r.live_session_id = s.live_session_id where r.recording_id = new.recording_id;
  return null;
end
$$;
create trigger metric_session after insert or delete or update of owner_id, state on live_session for each row execute function metric_mark_row();
create trigger metric_recording after insert or update of state on recording for each row execute function metric_mark_recording();
create trigger metric_view after insert on recording_view for each row execute function metric_mark_recording();
create trigger metric_answer_new after insert on message for each row when (new.kind = 'text' and new.role = 'model') execute function metric_mark_row();
create trigger metric_answer_change after update of owner_id, state on message for each row when (new.kind = 'text' and new.role = 'model') execute function metric_mark_row();
create trigger metric_answer_gone after delete on message for each row when (old.kind = 'text' and old.role = 'model') execute function metric_mark_row();

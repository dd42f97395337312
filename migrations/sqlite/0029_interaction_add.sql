-- 0029_interaction_add: the interaction log (docs/formats/interaction-log.md): small events of what people do, never content. Each belongs to
-- whoever sent it. Undo: drop the tables.
-- Numbers are given in the order of commits, one person's events one after the other, so that a stream can go on after any of them.
create table interaction_event (
  owner_id        text    not null,
  number          integer not null check (number >= 1),
  at_utc_ns       integer not null,                       -- when it happened, by the client's clock
  event_id        text    not null,
  kind            text    not null check (length(kind) between 1 and 40),
  live_session_id text,                                   -- a name only: the log may outlive the session
  data            text    not null check (length(data) <= 2000),
  primary key (owner_id, number, at_utc_ns)
) strict, without rowid;
-- Serves: a person's events of some days, and removing what is old.
create index interaction_event_at on interaction_event (owner_id, at_utc_ns);
-- Which ids are taken. A table of its own, because a partition knows only its own rows.
create table interaction_id (
  owner_id     text    not null,
  event_id     text    not null,
  content_hash integer not null,  -- of the event without its id: the same event may be sent twice
  primary key (owner_id, event_id)
) strict, without rowid;
create table interaction_counter (
  owner_id    text    not null primary key,
  last_number integer not null
) strict, without rowid;
-- How many events of a kind lie in an hour: kept with the events, so that sums need not count them.
create table interaction_hour (
  owner_id    text    not null,
  hour_utc_ns integer not null,
  kind        text    not null,
  event_count integer not null check (event_count >= 0),
  primary key (owner_id, hour_utc_ns, kind)
) strict, without rowid;

-- 0014_owner_add: users, and whose each chat, live session and recording is (docs/adr/2026-11-29-owners-and-access.md).
-- What is there already belongs to the local user, who is also the user of an installation without a login. The owner is a name only, so that a
-- tombstone can outlive its user. Undo: drop the indexes, the columns and the table.
create table app_user (
  user_id        text    not null primary key,
  display_name   text    not null check (length(display_name) <= 200),
  email          text    not null default '' check (length(email) <= 254),  -- a label; never tells who somebody is
  is_researcher  integer not null default 0 check (is_researcher in (0, 1)),
  is_admin       integer not null default 0 check (is_admin in (0, 1)),
  state          text    not null default 'active' check (state in ('active', 'disabled')),
  created_utc_ns integer not null  -- 0: came with the schema
) strict;
insert into app_user (user_id, display_name, is_researcher, is_admin, created_utc_ns)
  values ('00000000-0000-7000-8000-000000000001', 'Local user', 1, 1, 0);
-- The default is for the program of before, which may still write while nodes are renewed one by one; a later migration takes it away.
alter table chat add column owner_id text not null default '00000000-0000-7000-8000-000000000001';
alter table live_session add column owner_id text not null default '00000000-0000-7000-8000-000000000001';
alter table recording add column owner_id text not null default '00000000-0000-7000-8000-000000000001';
-- Serves: a user's chats, the one that was used last first.
create index chat_owner on chat (owner_id, last_used_utc_ns, chat_id);
-- Serves: a user's recordings, by when they began.
create index recording_owner on recording (owner_id, created_utc_ns, recording_id);

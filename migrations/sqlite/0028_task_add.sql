-- 0028_task_add: what a person wants done, with its steps, and the live sessions that were held for it. The owner is a name only.
-- Undo: drop the tables.
create table task (
  task_id            text    not null primary key,
  owner_id           text    not null,
  title              text    not null check (length(title) between 1 and 200),
  text               text    not null check (length(text) <= 10000),
  steps_json         text    not null check (length(steps_json) <= 300000),
  due_utc_ns         integer,
  assignee           text    check (length(assignee) between 1 and 254),  -- a name, an address, or the id of the owner
  chat_id            text    references chat (chat_id) on delete set null,
  done               integer not null check (done in (0, 1)),
  position           integer not null,  -- millionths; the list is in this order
  revision           integer not null check (revision >= 1),  -- counts the changes; it is the ETag
  created_sha256_hex text    not null check (length(created_sha256_hex) = 64),  -- of what it was made of: a repeat is known by it
  search_text        text    not null,  -- folded words
  created_utc_ns     integer not null,
  updated_utc_ns     integer not null
) strict;
-- Serves: a user's tasks in their order, and the end of the list.
create index task_owner on task (owner_id, position, task_id);
-- Serves: deleting a chat.
create index task_chat on task (chat_id) where chat_id is not null;
create table task_session (
  task_id         text    not null references task (task_id) on delete cascade,
  live_session_id text    not null references live_session (live_session_id) on delete cascade,
  created_utc_ns  integer not null,
  primary key (task_id, live_session_id)
) strict, without rowid;
-- Serves: deleting a live session.
create index task_session_live on task_session (live_session_id);

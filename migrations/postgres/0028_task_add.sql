-- 0028_task_add: what a person wants done, with its steps, and the live sessions that were held for it. The owner is a name only.
-- Undo: drop the tables.
create table task (
  task_id            text collate "C" not null primary key,
  owner_id           text collate "C" not null,
  title              text collate "C" not null check (length(title) between 1 and 200),
  text               text collate "C" not null check (length(text) <= 10000),
  steps_json         text collate "C" not null check (length(steps_json) <= 300000),
  due_utc_ns         bigint,
  assignee           text collate "C" check (length(assignee) between 1 and 254),  -- a name, an address, or the id of the owner
  chat_id            text collate "C" references chat (chat_id) on delete set null,
  done               bigint  not null check (done in (0, 1)),
  position           bigint  not null,  -- millionths; the list is in this order
  revision           bigint  not null check (revision >= 1),  -- counts the changes; it is the ETag
  created_sha256_hex text collate "C" not null check (length(created_sha256_hex) = 64),  -- of what it was made of: a repeat is known by it
  search_text        text collate "C" not null,  -- folded words
  created_utc_ns     bigint  not null,
  updated_utc_ns     bigint  not null
);
-- Serves: a user's tasks in their order, and the end of the list.
create index task_owner on task (owner_id, position, task_id);
-- Serves: deleting a chat.
create index task_chat on task (chat_id) where chat_id is not null;
create table task_session (
  task_id         text collate "C" not null references task (task_id) on delete cascade,
  live_session_id text collate "C" not null references live_session (live_session_id) on delete cascade,
  created_utc_ns  bigint  not null,
  primary key (task_id, live_session_id)
);
-- Serves: deleting a live session.
create index task_session_live on task_session (live_session_id);

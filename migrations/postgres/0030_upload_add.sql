-- 0030_upload_add: files that people attach to messages (docs/adr/2026-11-29-uploads.md).
-- The bytes lie in parts, objects below uploads/CONTENT/. Equal files of one owner share a content: the id of the upload that brought it.
-- A message that goes takes its rows with it; an upload that no message names any more is removed by a job, its objects before its row.
-- Undo: remove the objects below uploads/, then the three tables.
create table upload (
  upload_id      text collate "C" not null primary key,
  owner_id       text collate "C" not null,
  content_id     text collate "C" not null,
  state          text collate "C" not null check (state in ('open', 'complete', 'removing')),
  name           text collate "C" not null check (length(name) <= 255),
  declared_type  text collate "C" not null default '' check (length(declared_type) <= 255),  -- what the sender says it is; never served
  byte_count     bigint check (byte_count >= 0),  -- of the whole file; null: not said yet
  stored_bytes   bigint not null default 0 check (stored_bytes >= 0),
  writer         text collate "C" not null default '',  -- names the request that may add to it: the newest
  media_type     text collate "C" not null default '' check (length(media_type) <= 100),
  file_bytes     bigint not null default 0,  -- as it is kept: without what a camera wrote into a picture
  sha256_hex     text collate "C" check (length(sha256_hex) = 64),
  width          bigint,
  height         bigint,
  duration_ms    bigint,
  preview        text collate "C" not null default 'none' check (preview in ('none', 'wanted', 'ready', 'failed')),
  attached       bigint not null default 0,
  created_utc_ns bigint not null,
  touched_utc_ns bigint not null,
  check (state <> 'complete' or (byte_count = stored_bytes and sha256_hex is not null and media_type <> ''))
);
-- Serves: what a person has, and whether they have the same file already.
create index upload_owner on upload (owner_id, sha256_hex);
-- Serves: who else has this content.
create index upload_content on upload (content_id);
-- Serves: what has been left behind.
create index upload_state on upload (state, touched_utc_ns);
create table upload_part (
  content_id text collate "C" not null,
  first_byte bigint not null check (first_byte >= 0),
  byte_count bigint not null check (byte_count > 0),
  object_key text collate "C" not null,
  primary key (content_id, first_byte)
);
create table message_upload (
  message_id text collate "C" not null references message (message_id) on delete cascade,
  position   bigint not null check (position >= 0),
  upload_id  text collate "C" not null,
  primary key (message_id, position)
);
-- Serves: whether a message still names an upload.
create index message_upload_upload on message_upload (upload_id);

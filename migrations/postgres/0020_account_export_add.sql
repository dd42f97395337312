-- 0020_account_export_add: zips of everything that is a person's (docs/formats/account-export.md). Made and removed by jobs.
-- The person is a name only: the file goes before the row. Undo: remove the objects below exports/, then the table.
create table account_export (
  account_export_id text collate "C" not null primary key,
  user_id           text collate "C" not null,
  state             text collate "C" not null check (state in ('making', 'ready', 'removing')),
  object_prefix     text collate "C" not null,  -- the names of all objects of its attempts begin with it
  attempt           text collate "C",           -- which one may finish it; null: none, also after something was erased meanwhile
  object_key        text collate "C",
  byte_count        bigint  check (byte_count > 0),
  sha256_hex        text collate "C" check (length(sha256_hex) = 64),
  created_utc_ns    bigint  not null,
  ready_utc_ns      bigint ,
  check (state <> 'ready' or (object_key is not null and byte_count is not null and sha256_hex is not null and ready_utc_ns is not null))
);
-- Serves: the exports of a person, and those to be dropped when something of theirs is erased.
create index account_export_user on account_export (user_id, created_utc_ns);

-- 0023_share_add: who else may see a recording or a chat (docs/adr/2026-11-29-sharing.md). Secrets of links are stored as their SHA-256.
-- A share goes with its object; erasing a recording removes its shares. Undo: drop the tables.
create table share (
  share_id           text    not null primary key,   -- a name; the secret is in the link
  recording_id       text    references recording (recording_id) on delete cascade,
  chat_id            text    references chat (chat_id) on delete cascade,
  kind               text    not null check (kind in ('user', 'link')),
  email              text    check (length(email) between 3 and 254),        -- as the owner wrote it
  user_id            text    references app_user (user_id) on delete cascade, -- who has this address; null: no account has it yet
  secret_sha256_hex  text    unique check (length(secret_sha256_hex) = 64),   -- serves: opening a link
  needs_login        integer not null check (needs_login in (0, 1)),
  may_download       integer not null check (may_download in (0, 1)),
  start_ms           integer check (start_ms between 0 and 86400000),          -- where a link begins to play
  created_utc_ns     integer not null,
  expires_utc_ns     integer,                                                  -- null: never
  opened_count       integer not null default 0 check (opened_count >= 0),
  last_opened_utc_ns integer,
  check ((recording_id is null) <> (chat_id is null)),
  check ((kind = 'user') = (email is not null)),
  check ((kind = 'link') = (secret_sha256_hex is not null)),
  check (kind = 'user' or user_id is null)
) strict;
-- Serves: the shares of one recording, and of one chat.
create index share_recording on share (recording_id, created_utc_ns) where recording_id is not null;
create index share_chat on share (chat_id, created_utc_ns) where chat_id is not null;
-- Serves: what is shared with one user, newest first.
create index share_user on share (user_id, created_utc_ns, share_id) where user_id is not null;
-- Serves: the first login of somebody with whom something was shared before.
create index share_without_user on share (email) where kind = 'user' and user_id is null;
-- Serves: removing what has expired long ago.
create index share_expires on share (expires_utc_ns) where expires_utc_ns is not null;

-- A browser that has opened a link: its cookie stands for the link for some hours. No reference: a share that was taken back must not
-- turn a visitor into somebody unknown. Serves: what a cookie may see (primary key).
create table share_visit (
  cookie_sha256_hex text    not null check (length(cookie_sha256_hex) = 64),
  share_id          text    not null,
  opened_utc_ns     integer not null,
  expires_utc_ns    integer not null,
  primary key (cookie_sha256_hex, share_id)
) strict;
-- Serves: removing visits that have ended.
create index share_visit_expires on share_visit (expires_utc_ns);

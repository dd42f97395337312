-- 0001_chat_add: chats, and the live sessions and messages in them.
create table chat (
  chat_id          text collate "C"    not null primary key,
  title            text collate "C"    not null check (length(title) between 1 and 200),
  created_utc_ns   bigint not null,
  last_used_utc_ns bigint not null
);
-- Serves: the list of chats, newest use first.
create index chat_last_used on chat (last_used_utc_ns desc);

create table live_session (
  live_session_id text collate "C"    not null primary key,
  chat_id         text collate "C"    not null references chat (chat_id) on delete cascade,
  model           text collate "C"    not null,
  state           text collate "C"    not null check (state in ('live', 'ended')),
  reason          text collate "C"    check (reason in ('hangup', 'lost', 'error', 'never_connected', 'abandoned')),
  created_utc_ns  bigint not null,
  ended_utc_ns    bigint,
  check ((state = 'ended') = (reason is not null)),
  check ((state = 'ended') = (ended_utc_ns is not null))
);
-- Serves: deleting a chat.
create index live_session_chat on live_session (chat_id);

create table message (
  message_id      text collate "C"    not null primary key,
  chat_id         text collate "C"    not null references chat (chat_id) on delete cascade,
  kind            text collate "C"    not null check (kind in ('live_session')),
  live_session_id text collate "C"    not null unique references live_session (live_session_id) on delete cascade,
  created_utc_ns  bigint not null
);
-- Serves: one thread, oldest first.
create index message_chat on message (chat_id, created_utc_ns);

-- What the person agreed to before the first capture.
create table consent (
  live_session_id text collate "C"    not null primary key references live_session (live_session_id) on delete cascade,
  text_version    text collate "C"    not null,
  text_sha256_hex text collate "C"    not null check (length(text_sha256_hex) = 64),
  locale          text collate "C"    not null,
  given_utc_ns    bigint not null,
  method          text collate "C"    not null,
  channels_json   text collate "C"    not null
);

-- One row per minted token; never the token.
create table live_token (
  live_token_id   text collate "C"    not null primary key,
  live_session_id text collate "C"    not null references live_session (live_session_id) on delete cascade,
  model           text collate "C"    not null,
  created_utc_ns  bigint not null,
  expires_utc_ns  bigint not null
);
-- Serves: deleting a live session.
create index live_token_session on live_token (live_session_id);

-- 0024_text_message_add: messages that are text, by a person or by the model, next to live sessions (docs/adr/2026-11-29-answers.md).
-- A message hangs on the one before it (parent_id, not a foreign key: removing a long thread must not recurse); siblings are branches.
-- Undo: drop message_piece, delete the rows of kind text, and drop the columns.
create table message_new (
  message_id        text    not null primary key,
  chat_id           text    not null references chat (chat_id) on delete cascade,
  kind              text    not null check (kind in ('live_session', 'text')),
  live_session_id   text    unique references live_session (live_session_id) on delete cascade,
  created_utc_ns    integer not null,
  owner_id          text    not null default '00000000-0000-7000-8000-000000000001',
  parent_id         text,
  role              text    not null default 'person' check (role in ('person', 'model')),
  state             text    not null default 'complete' check (state in ('streaming', 'complete', 'stopped', 'failed')),
  text              text    not null default '' check (length(text) <= 1100000),
  client_sha256_hex text    check (length(client_sha256_hex) = 64),  -- of the name that the client gave to what it sent
  model             text    not null default '' check (length(model) <= 200),
  piece_count       integer not null default 0,
  piece_ends        text    not null default '',  -- byte offsets in the text, separated by blanks
  input_tokens      integer,
  output_tokens     integer,
  thought_tokens    integer,
  problem_type      text    not null default '' check (length(problem_type) <= 100),  -- why an answer ended early
  problem_detail    text    not null default '' check (length(problem_detail) <= 2000),
  check ((kind = 'live_session') = (live_session_id is not null))
) strict;
insert into message_new (message_id, chat_id, kind, live_session_id, created_utc_ns, owner_id, parent_id)
  select m.message_id, m.chat_id, m.kind, m.live_session_id, m.created_utc_ns, c.owner_id,
         lag(m.message_id) over (partition by m.chat_id order by m.created_utc_ns, m.message_id)
  from message m join chat c on c.chat_id = m.chat_id;
drop table message;
alter table message_new rename to message;
-- Serves: one thread, the newest first.
create index message_chat on message (chat_id, created_utc_ns, message_id);
-- Serves: the same message sent twice is stored once.
create unique index message_client on message (chat_id, client_sha256_hex);
-- Serves: the answers to a message, and what hangs on one.
create index message_parent on message (parent_id);
-- Serves: how many answers a user waits for.
create index message_streaming on message (owner_id) where state = 'streaming';
-- The pieces of an answer that is being written. At its end they become its text, and piece_ends tells where each of them ended.
create table message_piece (
  message_id text    not null references message (message_id) on delete cascade,
  number     integer not null check (number >= 1),
  text       text    not null,
  primary key (message_id, number)
) strict, without rowid;

-- 0024_text_message_add: messages that are text, by a person or by the model, next to live sessions (docs/adr/2026-11-29-answers.md).
-- A message hangs on the one before it (parent_id, not a foreign key: removing a long thread must not recurse); siblings are branches.
-- Undo: drop message_piece, delete the rows of kind text, and drop the columns.
alter table message drop constraint message_kind_check;
alter table message alter column live_session_id drop not null;
alter table message add check (kind in ('live_session', 'text'));
alter table message add check ((kind = 'live_session') = (live_session_id is not null));
-- The defaults are for the program of before, which may still write while nodes are renewed one by one.
alter table message add column owner_id          text collate "C" not null default '00000000-0000-7000-8000-000000000001';
alter table message add column parent_id         text collate "C";
alter table message add column role              text collate "C" not null default 'person' check (role in ('person', 'model'));
alter table message add column state             text collate "C" not null default 'complete' check (state in ('streaming', 'complete', 'stopped', 'failed'));
alter table message add column text              text collate "C" not null default '' check (length(text) <= 1100000);
-- Of the name that the client gave to what it sent.
alter table message add column client_sha256_hex text collate "C" check (length(client_sha256_hex) = 64);
alter table message add column model             text collate "C" not null default '' check (length(model) <= 200);
alter table message add column piece_count       bigint not null default 0;
alter table message add column piece_ends        text collate "C" not null default '';  -- byte offsets in the text, separated by blanks
alter table message add column input_tokens      bigint;
alter table message add column output_tokens     bigint;
alter table message add column thought_tokens    bigint;
-- Why an answer ended early.
alter table message add column problem_type      text collate "C" not null default '' check (length(problem_type) <= 100);
alter table message add column problem_detail    text collate "C" not null default '' check (length(problem_detail) <= 2000);
update message m set owner_id = o.owner_id, parent_id = o.parent_id
  from (select one.message_id, c.owner_id,
               lag(one.message_id) over (partition by one.chat_id order by one.created_utc_ns, one.message_id) as parent_id
        from message one join chat c on c.chat_id = one.chat_id) o
  where o.message_id = m.message_id;
drop index message_chat;
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
  message_id text collate "C" not null references message (message_id) on delete cascade,
  number     bigint           not null check (number >= 1),
  text       text collate "C" not null,
  primary key (message_id, number)
);

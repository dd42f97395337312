-- 0033_study_add: studies of a task: conditions, consent texts, questionnaires, who takes part, and their live sessions
-- (docs/adr/2026-11-29-studies.md). Secrets are stored as their SHA-256. The path of a filter: live session, participant, condition, study.
-- Undo: drop the tables.
create table study (
  study_id       text    not null primary key,
  owner_id       text    not null,
  task_id        text    references task (task_id) on delete set null,
  title          text    not null check (length(title) between 1 and 100),
  state          text    not null check (state in ('draft', 'open', 'closed')),
  seed           integer not null,  -- decides between conditions that have equally many
  before_json    text    not null check (length(before_json) <= 1000000),  -- the questionnaires
  after_json     text    not null check (length(after_json) <= 1000000),
  created_utc_ns integer not null,
  updated_utc_ns integer not null
) strict;
-- Serves: a user's studies, newest first.
create index study_owner on study (owner_id, created_utc_ns, study_id);
-- Serves: the studies of a task, and deleting a task.
create index study_task on study (task_id) where task_id is not null;

create table study_condition (
  condition_id text    not null primary key,
  study_id     text    not null references study (study_id) on delete cascade,
  position     integer not null,
  name         text    not null check (length(name) between 1 and 100),
  model        text    not null,  -- empty: the server's; so are voice and instruction
  voice        text    not null,
  instruction  text    not null check (length(instruction) <= 8000),
  camera       integer not null check (camera in (0, 1)),
  quota        integer check (quota >= 1),  -- null: no limit
  unique (study_id, position)  -- serves: the conditions of a study
) strict;

-- Every version that was ever shown; never changed.
create table study_consent (
  study_id       text    not null references study (study_id) on delete cascade,
  version        integer not null check (version >= 1),
  text           text    not null check (length(text) between 1 and 20000),
  sha256_hex     text    not null check (length(sha256_hex) = 64),
  created_utc_ns integer not null,
  primary key (study_id, version)
) strict, without rowid;

create table study_participant (
  participant_id      text    not null primary key,
  study_id            text    not null references study (study_id) on delete cascade,
  number              integer not null check (number >= 1),  -- P1, P2, … of this study
  secret_sha256_hex   text    not null unique check (length(secret_sha256_hex) = 64),  -- serves: opening the link
  cookie_sha256_hex   text    unique check (length(cookie_sha256_hex) = 64),           -- serves: who asks; null: not begun
  stage               text    not null check (stage in ('invited', 'before', 'talk', 'after', 'done', 'withdrawn')),
  condition_id        text    references study_condition (condition_id),  -- null: not begun
  created_utc_ns      integer not null,
  expires_utc_ns      integer not null,
  revoked_utc_ns      integer,
  opened_count        integer not null default 0 check (opened_count >= 0),
  begun_utc_ns        integer,  -- of the consent
  consent_version     integer,
  ended_utc_ns        integer,  -- done or withdrawn
  chat_id             text    references chat (chat_id) on delete set null,
  before_answers_json text    check (length(before_answers_json) <= 3000000),
  after_answers_json  text    check (length(after_answers_json) <= 3000000),
  unique (study_id, number),  -- serves: the participants of a study
  check ((cookie_sha256_hex is null) = (begun_utc_ns is null))
) strict;
-- Serves: how many a condition has.
create index study_participant_condition on study_participant (condition_id) where condition_id is not null;
-- Serves: deleting a chat.
create index study_participant_chat on study_participant (chat_id) where chat_id is not null;

create table study_session (
  live_session_id text    not null primary key references live_session (live_session_id) on delete cascade,
  participant_id  text    not null references study_participant (participant_id) on delete cascade,
  created_utc_ns  integer not null
) strict;
-- Serves: the talks of a participant.
create index study_session_participant on study_session (participant_id, created_utc_ns);

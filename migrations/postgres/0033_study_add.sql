-- 0033_study_add: studies of a task: conditions, consent texts, questionnaires, who takes part, and their live sessions
-- (docs/adr/2026-11-29-studies.md). Secrets are stored as their SHA-256. The path of a filter: live session, participant, condition, study.
-- Undo: drop the tables.
create table study (
  study_id       text collate "C"    not null primary key,
  owner_id       text collate "C"    not null,
  task_id        text collate "C"    references task (task_id) on delete set null,
  title          text collate "C"    not null check (length(title) between 1 and 100),
  state          text collate "C"    not null check (state in ('draft', 'open', 'closed')),
  seed           bigint not null,  -- decides between conditions that have equally many
  before_json    text collate "C"    not null check (length(before_json) <= 1000000),  -- the questionnaires
  after_json     text collate "C"    not null check (length(after_json) <= 1000000),
  created_utc_ns bigint not null,
  updated_utc_ns bigint not null
);
-- Serves: a user's studies, newest first.
create index study_owner on study (owner_id, created_utc_ns, study_id);
-- Serves: the studies of a task, and deleting a task.
create index study_task on study (task_id) where task_id is not null;

create table study_condition (
  condition_id text collate "C"    not null primary key,
  study_id     text collate "C"    not null references study (study_id) on delete cascade,
  position     bigint not null,
  name         text collate "C"    not null check (length(name) between 1 and 100),
  model        text collate "C"    not null,  -- empty: the server's; so are voice and instruction
  voice        text collate "C"    not null,
  instruction  text collate "C"    not null check (length(instruction) <= 8000),
  camera       bigint not null check (camera in (0, 1)),
  quota        bigint check (quota >= 1),  -- null: no limit
  unique (study_id, position)  -- serves: the conditions of a study
);

-- Every version that was ever shown; never changed.
create table study_consent (
  study_id       text collate "C"    not null references study (study_id) on delete cascade,
  version        bigint not null check (version >= 1),
  text           text collate "C"    not null check (length(text) between 1 and 20000),
  sha256_hex     text collate "C"    not null check (length(sha256_hex) = 64),
  created_utc_ns bigint not null,
  primary key (study_id, version)
);

create table study_participant (
  participant_id      text collate "C"    not null primary key,
  study_id            text collate "C"    not null references study (study_id) on delete cascade,
  number              bigint not null check (number >= 1),  -- P1, P2, … of this study
  secret_sha256_hex   text collate "C"    not null unique check (length(secret_sha256_hex) = 64),  -- serves: opening the link
  cookie_sha256_hex   text collate "C"    unique check (length(cookie_sha256_hex) = 64),           -- serves: who asks; null: not begun
  stage               text collate "C"    not null check (stage in ('invited', 'before', 'talk', 'after', 'done', 'withdrawn')),
  condition_id        text collate "C"    references study_condition (condition_id),  -- null: not begun
  created_utc_ns      bigint not null,
  expires_utc_ns      bigint not null,
  revoked_utc_ns      bigint,
  opened_count        bigint not null default 0 check (opened_count >= 0),
  begun_utc_ns        bigint,  -- of the consent
  consent_version     bigint,
  ended_utc_ns        bigint,  -- done or withdrawn
  chat_id             text collate "C"    references chat (chat_id) on delete set null,
  before_answers_json text collate "C"    check (length(before_answers_json) <= 3000000),
  after_answers_json  text collate "C"    check (length(after_answers_json) <= 3000000),
  unique (study_id, number),  -- serves: the participants of a study
  check ((cookie_sha256_hex is null) = (begun_utc_ns is null))
);
-- Serves: how many a condition has.
create index study_participant_condition on study_participant (condition_id) where condition_id is not null;
-- Serves: deleting a chat.
create index study_participant_chat on study_participant (chat_id) where chat_id is not null;

create table study_session (
  live_session_id text collate "C"    not null primary key references live_session (live_session_id) on delete cascade,
  participant_id  text collate "C"    not null references study_participant (participant_id) on delete cascade,
  created_utc_ns  bigint not null
);
-- Serves: the talks of a participant.
create index study_session_participant on study_session (participant_id, created_utc_ns);

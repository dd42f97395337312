-- 0022_consent_withdrawal_add: that somebody took a consent back. The consent itself never changes. Undo: drop the table.
create table consent_withdrawal (
  live_session_id  text collate "C" not null primary key references live_session (live_session_id) on delete cascade,
  withdrawn_utc_ns bigint not null,
  recording        text collate "C" not null check (recording in ('keep', 'erase'))  -- what became of what was there
);

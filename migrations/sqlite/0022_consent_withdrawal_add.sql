-- 0022_consent_withdrawal_add: that somebody took a consent back. The consent itself never changes. Undo: drop the table.
create table consent_withdrawal (
  live_session_id  text    not null primary key references live_session (live_session_id) on delete cascade,
  withdrawn_utc_ns integer not null,
  recording        text    not null check (recording in ('keep', 'erase'))  -- what became of what was there
) strict;

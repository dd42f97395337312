-- 0019_invitation_add: who may log in although no rule of the settings admits them, and who came so.
create table invitation (
  invitation_id  text    not null primary key,
  email          text    not null unique check (length(email) between 3 and 254),  -- serves: a first login
  user_id        text unique references app_user (user_id) on delete cascade,  -- who came with it; serves: their further logins
  is_researcher  integer not null check (is_researcher in (0, 1)),
  is_admin       integer not null check (is_admin in (0, 1)),
  created_utc_ns integer not null
) strict;

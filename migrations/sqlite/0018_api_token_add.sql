-- 0018_api_token_add: tokens by which scripts act for a user. Undo: drop the table.
create table api_token (
  api_token_id      text not null primary key,   -- a name; the secret was shown once
  user_id           text not null references app_user (user_id) on delete cascade,
  name              text not null check (length(name) between 1 and 400),
  secret_sha256_hex text not null unique check (length(secret_sha256_hex) = 64),   -- serves: each request
  may_read          integer not null check (may_read in (0, 1)),
  may_write         integer not null check (may_write in (0, 1)),
  created_utc_ns    integer not null,
  expires_utc_ns    integer not null,
  last_used_utc_ns  integer                          -- to the minute
) strict;
-- Serves: the tokens of one user.
create index api_token_user on api_token (user_id, created_utc_ns);

-- 0018_api_token_add: tokens by which scripts act for a user. Undo: drop the table.
create table api_token (
  api_token_id      text collate "C" not null primary key,   -- a name; the secret was shown once
  user_id           text collate "C" not null references app_user (user_id) on delete cascade,
  name              text collate "C" not null check (length(name) between 1 and 400),
  secret_sha256_hex text collate "C" not null unique check (length(secret_sha256_hex) = 64),   -- serves: each request
  may_read          bigint           not null check (may_read in (0, 1)),
  may_write         bigint           not null check (may_write in (0, 1)),
  created_utc_ns    bigint           not null,
  expires_utc_ns    bigint           not null,
  last_used_utc_ns  bigint                                    -- to the minute
);
-- Serves: the tokens of one user.
create index api_token_user on api_token (user_id, created_utc_ns);

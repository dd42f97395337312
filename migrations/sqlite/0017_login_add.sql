-- 0017_login_add: logins by an issuer (docs/adr/2026-11-29-login.md). Secrets are stored as their SHA-256. Undo: drop the tables.
-- Serves: who is it that the issuer names (primary key).
create table identity (
  issuer         text not null check (length(issuer) between 1 and 2048),   -- `iss`, byte by byte
  subject        text not null check (length(subject) between 1 and 255),   -- `sub`
  user_id        text not null references app_user (user_id) on delete cascade,
  is_researcher  integer not null check (is_researcher in (0, 1)),   -- by the issuer's claim at the last login
  is_admin       integer not null check (is_admin in (0, 1)),
  created_utc_ns integer not null,
  primary key (issuer, subject)
) strict;
-- Serves: whether the local user's row belongs to somebody; what is deleted with a user.
create index identity_user on identity (user_id);
-- The local user's row becomes that of one person only, the first admin.
create unique index identity_local_user on identity (user_id) where user_id = '00000000-0000-7000-8000-000000000001';

-- A login under way, until the browser comes back from the issuer. Serves: the login of a cookie (primary key).
create table login_transaction (
  cookie_sha256_hex text not null primary key check (length(cookie_sha256_hex) = 64),
  issuer_id         text not null,
  state             text not null,
  nonce             text not null,
  verifier          text not null,
  redirect_uri      text not null,
  return_path       text not null,
  expires_utc_ns    integer not null
) strict;
-- Serves: removing what nobody came back from.
create index login_transaction_expires on login_transaction (expires_utc_ns);

create table login_session (
  login_session_id      text not null primary key,   -- a name; the secret is in the cookie
  secret_sha256_hex     text not null unique check (length(secret_sha256_hex) = 64),   -- serves: each request
  user_id               text not null references app_user (user_id) on delete cascade,
  issuer                text not null,
  subject               text not null,
  created_utc_ns        integer not null,
  last_used_utc_ns      integer not null,   -- to the minute
  idle_until_utc_ns     integer not null,
  absolute_until_utc_ns integer not null check (absolute_until_utc_ns >= idle_until_utc_ns),
  auth_time_utc_ns      integer not null,
  user_agent_sha256_hex text not null,
  address_prefix        text not null,
  foreign key (issuer, subject) references identity (issuer, subject) on delete cascade
) strict;
-- Serves: the sessions of one user.
create index login_session_user on login_session (user_id, created_utc_ns);
-- Serves: what is deleted with an identity.
create index login_session_identity on login_session (issuer, subject);
-- Serves: removing sessions that have ended by themselves.
create index login_session_idle on login_session (idle_until_utc_ns);

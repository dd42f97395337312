-- 0026_session_rotation_add: a session gets a new secret when its rights change. Undo: drop the columns.
-- The rights that the session had when its secret was made: 1 researcher, 2 admin; null: not known (a session from before).
alter table login_session add column rights integer;
-- From which the next secret follows, its hash, and since when the browser uses it; null: no new secret is on its way.
alter table login_session add column rotation_salt text;
alter table login_session add column next_sha256_hex text;
alter table login_session add column next_used_utc_ns integer;
-- Serves: each request with a new secret.
create unique index login_session_next on login_session (next_sha256_hex);

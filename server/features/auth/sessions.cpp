#include "features/auth/sessions.hpp"

#include "base/log.hpp"
#include "base/secret.hpp"
#include "domain/login/rotation.hpp"
#include "features/auth/user_rows.hpp"

namespace reprise::auth {

using access::Principal;
using access::UserId;
using database::Row;
using database::Transaction;

/// A session's row, as the request that brings one of its secrets sees it.
struct Sessions::Found {
  Principal who;
  login::SessionTimes times;
  bool disabled = false;
  login::SecretState secret;
  std::int64_t rights = 0;  ///< as the column has them
  std::string salt;         ///< of the next secret; empty: there is none
};

namespace {

constexpr std::string_view kFind =
    "select s.login_session_id, s.user_id, u.is_researcher, u.is_admin, i.is_researcher, "
    "i.is_admin, s.idle_until_utc_ns, s.absolute_until_utc_ns, s.auth_time_utc_ns, u.state, "
    "s.rights, s.next_sha256_hex, s.next_used_utc_ns, s.rotation_salt "
    "from login_session s join app_user u on u.user_id = s.user_id "
    "join identity i on i.issuer = s.issuer and i.subject = s.subject "
    "where s.secret_sha256_hex = $1 or s.next_sha256_hex = $1";

}  // namespace

Task<std::optional<Sessions::Found>> Sessions::look_up(const std::string& hash, Deadline deadline) {
  const auto row = co_await database_.read(
      deadline, [&](Transaction& transaction) { return transaction.first(kFind, {hash}); });
  if (!row) co_return std::nullopt;
  const access::Roles roles = both(roles_of(*row, 2), roles_of(*row, 4));
  const auto known_rights = row->maybe_integer(10);
  const auto next = row->maybe_text(11);
  co_return Found{
      .who = {.user = UserId(row->text(1)),
              .roles = roles,
              .authenticated_by = access::AuthenticatedBy::Session,
              .credential_id = row->text(0),
              .auth_time_utc_ns = row->integer(8)},
      .times = {.idle_until_utc_ns = row->integer(6), .absolute_until_utc_ns = row->integer(7)},
      .disabled = row->text(9) != kActive,
      .secret = {.is_next = next == hash,
                 .has_next = next.has_value(),
                 .next_used_utc_ns = row->maybe_integer(12),
                 .rights_changed = known_rights && *known_rights != rights_of(roles)},
      .rights = rights_of(roles),
      .salt = row->maybe_text(13).value_or("")};
}

Task<std::optional<Holder>> Sessions::find(std::string secret, Deadline deadline) {
  const std::string hash = secret_hash(secret);
  auto found = co_await look_up(hash, deadline);
  if (!found) co_return std::nullopt;
  const std::int64_t now = now_();
  if (found->disabled || !login::is_alive(found->times, now)) co_return std::nullopt;
  if (login::step_of(found->secret, now) == login::SecretStep::Refuse) co_return std::nullopt;
  if (login::is_to_be_touched(found->times, now, limits_)) {
    co_await touch(found->who.credential_id, login::idle_until(found->times, now, limits_),
                   deadline);
  }
  std::string next = co_await follow(&*found, std::move(secret), deadline);
  co_return Holder{std::move(found->who), std::move(next)};
}

/// Takes the step that is due for the secret. Returns the new secret, if the browser has to get
/// one. What another request does at the same moment counts once. A disk that is full must not log
/// people out: then the old secret stays.
Task<std::string> Sessions::follow(const Found* found, std::string secret, Deadline deadline) {
  const std::int64_t now = now_();
  const login::SecretStep step = login::step_of(found->secret, now);
  const std::string& id = found->who.credential_id;
  if (step == login::SecretStep::Offer) co_return login::next_secret(found->salt, secret);
  try {
    if (step == login::SecretStep::Confirm) {
      co_await database_.write(deadline, [&](Transaction& transaction) {
        transaction.run(
            "update login_session set next_used_utc_ns = $3 where login_session_id = $1 and "
            "next_sha256_hex = $2 and next_used_utc_ns is null",
            {id, secret_hash(secret), now});
      });
    }
    if (step != login::SecretStep::Begin) co_return std::string();
    const std::string salt = new_secret();
    std::string next = login::next_secret(salt, secret);
    const bool begun = co_await database_.write(deadline, [&](Transaction& transaction) {
      return transaction
                 .run(
                     "update login_session set secret_sha256_hex = $2, rotation_salt = $3, "
                     "next_sha256_hex = $4, next_used_utc_ns = null, rights = $5 where "
                     "login_session_id = $1 and ((secret_sha256_hex = $2 and next_sha256_hex is "
                     "null) or (next_sha256_hex = $2 and next_used_utc_ns is not null))",
                     {id, secret_hash(secret), salt, secret_hash(next), found->rights})
                 .changed > 0;
    });
    co_return begun ? std::move(next) : std::string();
  } catch (const database::DatabaseError& error) {
    log::warn("session.not_renewed", {{"session", id}, {"what", error.what()}});
  }
  co_return std::string();
}

/// Never brings a session back that has ended meanwhile. A disk that is full must not log people
/// out: then the session ends earlier.
Task<void> Sessions::touch(std::string id, std::int64_t idle_until_utc_ns, Deadline deadline) {
  const std::int64_t now = now_();
  try {
    co_await database_.write(deadline, [&](Transaction& transaction) {
      transaction.run(
          "update login_session set idle_until_utc_ns = $2, last_used_utc_ns = $3 "
          "where login_session_id = $1 and idle_until_utc_ns > $3 and idle_until_utc_ns < $2",
          {id, idle_until_utc_ns, now});
    });
  } catch (const database::DatabaseError& error) {
    log::warn("session.not_touched", {{"session", id}, {"what", error.what()}});
  }
}

Task<std::vector<SessionView>> Sessions::list(UserId user, Deadline deadline) {
  const std::int64_t now = now_();
  co_return co_await database_.read(deadline, [&](Transaction& transaction) {
    const auto rows = transaction.run(
        "select login_session_id, created_utc_ns, last_used_utc_ns, absolute_until_utc_ns, "
        "address_prefix, user_agent_sha256_hex from login_session where user_id = $1 "
        "and idle_until_utc_ns > $2 and absolute_until_utc_ns > $2 "
        "order by created_utc_ns desc, login_session_id desc",
        {user.value, now});
    std::vector<SessionView> views;
    views.reserve(rows.rows.size());
    for (const Row& row : rows.rows) {
      views.push_back({.id = row.text(0),
                       .created_utc_ns = row.integer(1),
                       .last_used_utc_ns = row.integer(2),
                       .ends_utc_ns = row.integer(3),
                       .address_prefix = row.text(4),
                       .user_agent_sha256_hex = row.text(5)});
    }
    return views;
  });
}

Task<bool> Sessions::end(audit::Doer doer, std::string id, audit::Event how, Deadline deadline) {
  const bool ended = co_await database_.write_freeing(deadline, [&](Transaction& transaction) {
    const auto gone =
        transaction.run("delete from login_session where login_session_id = $1 and user_id = $2",
                        {id, doer.user_id});
    if (gone.changed == 0) return false;
    audit_.add(transaction, doer,
               {.event = how, .kind = audit::ObjectKind::LoginSession, .object_id = id});
    return true;
  });
  remembered_.forget_all();
  co_return ended;
}

Task<void> Sessions::end_all(audit::Doer doer, Deadline deadline) {
  co_await database_.write_freeing(deadline, [&](Transaction& transaction) {
    const auto gone =
        transaction.run("delete from login_session where user_id = $1", {doer.user_id});
    if (gone.changed == 0) return;
    audit_.add(transaction, doer,
               {.event = audit::Event::LoginSessionsEnded,
                .kind = audit::ObjectKind::User,
                .object_id = doer.user_id});
  });
  remembered_.forget_all();
}

Task<std::string> Sessions::issuer_of(std::string id, Deadline deadline) {
  co_return co_await database_.read(deadline, [&](Transaction& transaction) {
    const auto row =
        transaction.first("select issuer from login_session where login_session_id = $1", {id});
    return row ? row->text(0) : std::string();
  });
}

Task<void> Sessions::sweep() {
  co_await database_.write(database::usual_deadline(), [&](Transaction& transaction) {
    transaction.run(
        "delete from login_session where idle_until_utc_ns <= $1 or absolute_until_utc_ns <= $1",
        {now_()});
  });
}

}  // namespace reprise::auth

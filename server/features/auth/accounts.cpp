#include "features/auth/accounts.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/digest.hpp"
#include "base/id.hpp"
#include "base/secret.hpp"
#include "domain/access/owned_tables.hpp"
#include "domain/login/email.hpp"

namespace reprise::auth {

using access::UserId;
using database::Transaction;
using login::Fault;
using login::Identity;

namespace {

struct Known {
  UserId user;
  bool disabled = false;
};

std::optional<Known> known_user(Transaction& transaction, const Identity& who) {
  const auto row = transaction.first(
      "select u.user_id, u.state from identity i "
      "join app_user u on u.user_id = i.user_id where i.issuer = $1 and i.subject = $2",
      {who.issuer, who.subject});
  if (!row) return std::nullopt;
  return Known{UserId(row->text(0)), row->text(1) != kActive};
}

/// Whether the local user's row has not been given to anybody yet.
bool local_user_is_free(Transaction& transaction) {
  return !transaction.first("select 1 from identity where user_id = $1",
                            {access::local_user().value});
}

/// Makes one interaction log of two: the numbers of the one go on after those of the other, sums
/// are added.
void join_interactions(Transaction& transaction, const std::string& from, const std::string& to) {
  const auto last =
      transaction.first("select last_number from interaction_counter where owner_id = $1", {to});
  transaction.run(
      "update interaction_event set owner_id = $2, number = number + $3 where owner_id = $1",
      {from, to, last ? last->integer(0) : std::int64_t{0}});
  transaction.run(
      "insert into interaction_id (owner_id, event_id, content_hash) select $2, event_id, "
      "content_hash from interaction_id where owner_id = $1 on conflict do nothing",
      {from, to});
  transaction.run(
      "insert into interaction_counter (owner_id, last_number) select $2, last_number from "
      "interaction_counter where owner_id = $1 on conflict (owner_id) do update set last_number = "
      "interaction_counter.last_number + excluded.last_number",
      {from, to});
  transaction.run(
      "insert into interaction_hour (owner_id, hour_utc_ns, kind, event_count) select $2, "
      "hour_utc_ns, kind, event_count from interaction_hour where owner_id = $1 on conflict "
      "(owner_id, hour_utc_ns, kind) do update set event_count = interaction_hour.event_count + "
      "excluded.event_count",
      {from, to});
  for (const char* table : {"interaction_id", "interaction_counter", "interaction_hour"}) {
    transaction.run(fmt::format("delete from {} where owner_id = $1", table), {from});
  }
}

/// Gives the local user's row to somebody who had an account before they were named the first
/// admin, with everything that is theirs.
void become_local_user(Transaction& transaction, const UserId& user) {
  join_interactions(transaction, user.value, access::local_user().value);
  transaction.run(access::kPartTaskIds, {user.value, access::local_user().value});
  for (const access::OwnedTable& one : access::kOwnedTables) {
    transaction.run(
        fmt::format("update {} set {} = $2 where {} = $1", one.table, one.column, one.column),
        {user.value, access::local_user().value});
  }
  transaction.run("delete from app_user where user_id = $1", {user.value});
}

UserId add_user(Transaction& transaction, const Arrival& arrival, std::int64_t now) {
  if (arrival.first_admin && local_user_is_free(transaction)) return access::local_user();
  UserId user(new_uuid7());
  transaction.run(
      "insert into app_user (user_id, display_name, email, created_utc_ns) "
      "values ($1, $2, $3, $4)",
      {user.value, arrival.who.name, arrival.who.email, now});
  return user;
}

/// An address as invitations hold it: the name of its domain in lower case.
std::string held_email(const std::string& address) {
  const auto email = login::read_email(address);
  return email ? email->local + '@' + email->domain : std::string();
}

/// Binds an invitation of this address to the user, who gets its roles. Only a confirmed address is
/// in `who`.
void take_invitation(Transaction& transaction, const UserId& user, const Identity& who) {
  const auto roles = transaction.first(
      "update invitation set user_id = $2 where email = $1 and user_id is null and not exists "
      "(select 1 from invitation i where i.user_id = $2) returning is_researcher, is_admin",
      {held_email(who.email), user.value});
  if (!roles) return;
  transaction.run(
      "update app_user set is_researcher = case when $2 = 1 then 1 else is_researcher end, "
      "is_admin = case when $3 = 1 then 1 else is_admin end where user_id = $1",
      {user.value, roles->integer(0), roles->integer(1)});
}

/// What was shared with this address before anybody here had it is shared with the user. Only a
/// confirmed address is in `who`.
void take_shares(Transaction& transaction, const UserId& user, const Identity& who) {
  if (who.email.empty()) return;
  transaction.run(
      "update share set user_id = $2 where kind = 'user' and user_id is null and lower(email) = "
      "lower($1)",
      {who.email, user.value});
}

bool is_invited(Transaction& transaction, const std::optional<Known>& known, const Identity& who) {
  return transaction
      .first(
          "select 1 from invitation where user_id = $1 or (user_id is null and email = $2) limit 1",
          {known ? known->user.value : std::string(), held_email(who.email)})
      .has_value();
}

/// What the issuer says about them now.
void refresh(Transaction& transaction, const UserId& user, const Arrival& arrival) {
  transaction.run("update app_user set display_name = $2, email = $3 where user_id = $1",
                  {user.value, arrival.who.name, arrival.who.email});
  transaction.run(
      "update identity set is_researcher = $3, is_admin = $4 where issuer = $1 and subject = $2",
      {arrival.who.issuer, arrival.who.subject, flag(arrival.roles, access::Role::Researcher),
       flag(arrival.roles, access::Role::Admin)});
}

/// What somebody may, by the issuer or by an admin, as `login_session.rights`.
std::int64_t rights_now(Transaction& transaction, const Identity& who) {
  const auto row = transaction.first(
      "select u.is_researcher, u.is_admin, i.is_researcher, i.is_admin from identity i join "
      "app_user u on u.user_id = i.user_id where i.issuer = $1 and i.subject = $2",
      {who.issuer, who.subject});
  return row ? rights_of(both(roles_of(*row, 0), roles_of(*row, 2))) : 0;
}

void end_surplus(Transaction& transaction, const UserId& user) {
  transaction.run(
      "delete from login_session where user_id = $1 and login_session_id not in "
      "(select login_session_id from login_session where user_id = $1 "
      "order by last_used_utc_ns desc, login_session_id desc limit $2)",
      {user.value, login::kSessionsMax});
}

}  // namespace

Task<bool> Accounts::expects(Identity who, bool names_first_admin, Deadline deadline) {
  co_return co_await database_.read(deadline, [&](Transaction& transaction) {
    const auto known = known_user(transaction, who);
    if (known && known->user == access::local_user()) return true;
    if (names_first_admin && local_user_is_free(transaction)) return true;
    return is_invited(transaction, known, who);
  });
}

Task<std::expected<std::string, Fault>> Accounts::arrive(Arrival arrival, Deadline deadline) {
  // Two first logins of one person at the same moment: the later one finds what the other stored.
  constexpr int kAttempts = 3;
  for (int attempt = 1;; ++attempt) {
    try {
      co_return co_await arrive_once(&arrival, deadline);
    } catch (const database::DatabaseError& error) {
      if (error.failure() != database::Failure::Constraint || attempt == kAttempts) throw;
    }
  }
}

Task<std::expected<std::string, Fault>> Accounts::arrive_once(const Arrival* arrived,
                                                              Deadline deadline) {
  const Arrival& arrival = *arrived;
  const std::string secret = new_secret();
  const std::string session_id = new_uuid7();
  const std::int64_t now = now_();
  const login::SessionTimes times = login::times_at_login(now, limits_);
  const bool disabled = co_await database_.write(deadline, [&](Transaction& transaction) {
    const auto known = known_user(transaction, arrival.who);
    if (known && known->disabled) return true;
    UserId user = known ? known->user : add_user(transaction, arrival, now);
    if (known && arrival.first_admin && local_user_is_free(transaction)) {
      become_local_user(transaction, user);
      user = access::local_user();
    }
    if (!known) {
      transaction.run(
          "insert into identity (issuer, subject, user_id, is_researcher, is_admin, "
          "created_utc_ns) values ($1, $2, $3, 0, 0, $4)",
          {arrival.who.issuer, arrival.who.subject, user.value, now});
    }
    refresh(transaction, user, arrival);
    take_invitation(transaction, user, arrival.who);
    take_shares(transaction, user, arrival.who);
    if (!arrival.replaced_secret.empty()) {
      transaction.run(
          "delete from login_session where secret_sha256_hex = $1 or next_sha256_hex = $1",
          {secret_hash(arrival.replaced_secret)});
    }
    transaction.run(
        "insert into login_session (login_session_id, secret_sha256_hex, user_id, issuer, subject, "
        "created_utc_ns, last_used_utc_ns, idle_until_utc_ns, absolute_until_utc_ns, "
        "auth_time_utc_ns, user_agent_sha256_hex, address_prefix, rights) "
        "values ($1, $2, $3, $4, $5, $6, $6, $7, $8, $9, $10, $11, $12)",
        {session_id, secret_hash(secret), user.value, arrival.who.issuer, arrival.who.subject, now,
         times.idle_until_utc_ns, times.absolute_until_utc_ns,
         std::min(arrival.who.auth_time_utc_ns.value_or(now), now),
         hex(sha256(as_bytes(arrival.user_agent))), arrival.address_prefix,
         rights_now(transaction, arrival.who)});
    end_surplus(transaction, user);
    audit_.add(transaction,
               {.user_id = user.value,
                .request_id = arrival.request_id,
                .address = arrival.address_prefix},
               {.event = audit::Event::LoggedIn,
                .kind = audit::ObjectKind::LoginSession,
                .object_id = session_id});
    return false;
  });
  remembered_.forget_all();  // the session that was replaced, and the roles of the others
  if (disabled) co_return std::unexpected(Fault::UserDisabled);
  co_return secret;
}

Task<Result<Person>> Accounts::find(UserId user, Deadline deadline) {
  co_return co_await database_.read(deadline, [&](Transaction& transaction) -> Result<Person> {
    const auto row = transaction.first(
        "select display_name, email from app_user where user_id = $1", {user.value});
    if (!row) return fail(ErrorCode::NotFound, "There is no such user.");
    return Person{user, row->text(0), row->text(1)};
  });
}

}  // namespace reprise::auth

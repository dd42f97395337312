#include "features/auth/api_tokens.hpp"

#include "base/id.hpp"
#include "base/log.hpp"
#include "base/secret.hpp"
#include "features/auth/user_rows.hpp"

namespace reprise::auth {

using access::Principal;
using access::Scope;
using access::Scopes;
using access::UserId;
using database::Row;
using database::Transaction;

namespace {

constexpr std::int64_t kTouchEveryNs = std::chrono::nanoseconds(std::chrono::minutes(1)).count();

std::int64_t flag(const Scopes& scopes, Scope scope) { return scopes.has(scope) ? 1 : 0; }

audit::Deed deed_of(audit::Event event, const std::string& id) {
  return {.event = event, .kind = audit::ObjectKind::ApiToken, .object_id = id};
}

Scopes scopes_of(const Row& row, std::size_t read_column) {
  Scopes scopes;
  if (row.integer(read_column) != 0) scopes.add(Scope::Read);
  if (row.integer(read_column + 1) != 0) scopes.add(Scope::Write);
  return scopes;
}

}  // namespace

Task<Result<NewToken>> ApiTokens::create(audit::Doer doer, std::string name, Scopes scopes,
                                         std::int64_t expires_utc_ns, Deadline deadline) {
  NewToken made{.token = {.id = new_uuid7(),
                          .name = std::move(name),
                          .scopes = scopes,
                          .created_utc_ns = now_(),
                          .expires_utc_ns = expires_utc_ns},
                .secret = std::string(kTokenPrefix) + new_secret()};
  co_return co_await database_.write(deadline, [&](Transaction& transaction) -> Result<NewToken> {
    const auto count =
        transaction.first("select count(*) from api_token where user_id = $1", {doer.user_id});
    if (count->integer(0) >= kTokensMax) {
      return fail(ErrorCode::Conflict, "You have too many tokens; remove one first.");
    }
    transaction.run(
        "insert into api_token (api_token_id, user_id, name, secret_sha256_hex, may_read, "
        "may_write, created_utc_ns, expires_utc_ns) values ($1, $2, $3, $4, $5, $6, $7, $8)",
        {made.token.id, doer.user_id, made.token.name, secret_hash(made.secret),
         flag(scopes, Scope::Read), flag(scopes, Scope::Write), made.token.created_utc_ns,
         expires_utc_ns});
    audit_.add(transaction, doer, deed_of(audit::Event::ApiTokenMade, made.token.id));
    return made;
  });
}

Task<std::vector<ApiToken>> ApiTokens::list(UserId user, Deadline deadline) {
  co_return co_await database_.read(deadline, [&](Transaction& transaction) {
    const auto rows = transaction.run(
        "select api_token_id, name, may_read, may_write, created_utc_ns, expires_utc_ns, "
        "last_used_utc_ns from api_token where user_id = $1 "
        "order by created_utc_ns desc, api_token_id desc",
        {user.value});
    std::vector<ApiToken> tokens;
    tokens.reserve(rows.rows.size());
    for (const Row& row : rows.rows) {
      tokens.push_back({.id = row.text(0),
                        .name = row.text(1),
                        .scopes = scopes_of(row, 2),
                        .created_utc_ns = row.integer(4),
                        .expires_utc_ns = row.integer(5),
                        .last_used_utc_ns = row.maybe_integer(6)});
    }
    return tokens;
  });
}

Task<bool> ApiTokens::remove(audit::Doer doer, std::string id, Deadline deadline) {
  const bool removed = co_await database_.write_freeing(deadline, [&](Transaction& transaction) {
    const auto gone = transaction.run(
        "delete from api_token where api_token_id = $1 and user_id = $2", {id, doer.user_id});
    if (gone.changed == 0) return false;
    audit_.add(transaction, doer, deed_of(audit::Event::ApiTokenRemoved, id));
    return true;
  });
  remembered_.forget_all();
  co_return removed;
}

Task<std::optional<Principal>> ApiTokens::find(std::string secret, Deadline deadline) {
  if (!secret.starts_with(kTokenPrefix)) co_return std::nullopt;
  const auto row = co_await database_.read(deadline, [&](Transaction& transaction) {
    return transaction.first(
        "select t.api_token_id, t.user_id, u.is_researcher, u.is_admin, t.may_read, t.may_write, "
        "t.expires_utc_ns, t.last_used_utc_ns, u.state from api_token t "
        "join app_user u on u.user_id = t.user_id where t.secret_sha256_hex = $1",
        {secret_hash(secret)});
  });
  const std::int64_t now = now_();
  if (!row || row->text(8) != kActive || row->integer(6) <= now) co_return std::nullopt;
  if (now - row->maybe_integer(7).value_or(0) >= kTouchEveryNs) {
    co_await touch(row->text(0), now, deadline);
  }
  co_return Principal{.user = UserId(row->text(1)),
                      .roles = roles_of(*row, 2),
                      .authenticated_by = access::AuthenticatedBy::ApiToken,
                      .credential_id = row->text(0),
                      .scopes = scopes_of(*row, 4)};
}

/// A disk that is full must not keep scripts from reading.
Task<void> ApiTokens::touch(std::string id, std::int64_t now, Deadline deadline) {
  try {
    co_await database_.write(deadline, [&](Transaction& transaction) {
      transaction.run("update api_token set last_used_utc_ns = $2 where api_token_id = $1",
                      {id, now});
    });
  } catch (const database::DatabaseError& error) {
    log::warn("token.not_touched", {{"token", id}, {"what", error.what()}});
  }
}

}  // namespace reprise::auth

#include "features/users/users.hpp"

#include <fmt/format.h>

#include "domain/access/owned_tables.hpp"

namespace reprise::users {

using access::Role;
using access::Roles;
using access::UserId;
using database::Row;
using database::Transaction;

namespace {

/// Roles by an issuer are those of any of its identities.
constexpr std::string_view kColumns =
    "u.user_id, u.display_name, u.email, u.is_researcher, u.is_admin, "
    "(select coalesce(max(i.is_researcher), 0) from identity i where i.user_id = u.user_id), "
    "(select coalesce(max(i.is_admin), 0) from identity i where i.user_id = u.user_id), "
    "u.state, u.created_utc_ns, "
    "(select count(*) from chat c where c.owner_id = u.user_id), "
    "(select count(*) from recording r where r.owner_id = u.user_id and r.state <> 'erased'), "
    "u.held_utc_ns";

Roles roles_of(const Row& row, std::size_t first_column) {
  Roles roles{Role::Participant};
  if (row.integer(first_column) != 0) roles.add(Role::Researcher);
  if (row.integer(first_column + 1) != 0) roles.add(Role::Admin);
  return roles;
}

User user_of(const Row& row) {
  return {.id = UserId(row.text(0)),
          .name = row.text(1),
          .email = row.text(2),
          .roles = roles_of(row, 3),
          .issuer_roles = roles_of(row, 5),
          .disabled = row.text(7) != "active",
          .held = row.maybe_integer(11).has_value(),
          .created_utc_ns = row.integer(8),
          .chats = row.integer(9),
          .recordings = row.integer(10)};
}

std::int64_t flag(const Roles& roles, Role role) { return roles.has(role) ? 1 : 0; }

std::optional<User> find_user(Transaction& transaction, const UserId& id) {
  const auto row = transaction.first(
      fmt::format("select {} from app_user u where u.user_id = $1", kColumns), {id.value});
  if (!row) return std::nullopt;
  return user_of(*row);
}

std::unexpected<Error> no_such_user() {
  return fail(ErrorCode::NotFound, "There is no such user.");
}

std::string words(const Change& change) {
  std::string text;
  if (change.roles) {
    text = "roles: participant";
    if (change.roles->has(Role::Researcher)) text += " researcher";
    if (change.roles->has(Role::Admin)) text += " admin";
  }
  if (change.disabled) {
    text += text.empty() ? "" : "; ";
    text += *change.disabled ? "disabled" : "enabled";
  }
  if (change.held) {
    text += text.empty() ? "" : "; ";
    text += *change.held ? "held" : "hold taken away";
  }
  return text;
}

/// A pattern of SQL that fits whatever has `words` in it.
std::string pattern_of(std::string_view words) {
  std::string pattern = "%";
  for (const char letter : words) {
    if (letter == '%' || letter == '_' || letter == '!') pattern += '!';
    pattern += letter;
  }
  return pattern + '%';
}

}  // namespace

bool has_admin(Transaction& transaction) {
  return transaction
      .first(
          "select 1 from app_user u left join identity i on i.user_id = u.user_id where u.state = "
          "'active' and (u.is_admin = 1 or i.is_admin = 1) and (i.user_id is not null or not "
          "exists (select 1 from identity)) limit 1")
      .has_value();
}

Task<Page<User>> Users::list(PageWish wish, std::string words, Deadline deadline) {
  const PageKey after = newest_first(wish);
  const std::string pattern = pattern_of(words);
  auto found = co_await database_.read(deadline, [&](Transaction& transaction) {
    const auto answer = transaction.run(
        fmt::format("select {} from app_user u where (u.created_utc_ns, u.user_id) < ($1, $2) "
                    "and (lower(u.display_name) like lower($4) escape '!' "
                    "or lower(u.email) like lower($4) escape '!') "
                    "order by u.created_utc_ns desc, u.user_id desc limit $3",
                    kColumns),
        {after.utc_ns, after.id, wish.limit + 1, pattern});
    std::vector<User> users;
    users.reserve(answer.rows.size());
    for (const Row& row : answer.rows) users.push_back(user_of(row));
    return users;
  });
  co_return page_of(std::move(found), wish, [](const User& user) {
    return PageKey{.utc_ns = user.created_utc_ns, .id = user.id.value};
  });
}

Task<Result<User>> Users::find(UserId id, Deadline deadline) {
  const auto user = co_await database_.read(
      deadline, [&](Transaction& transaction) { return find_user(transaction, id); });
  if (!user) co_return no_such_user();
  co_return *user;
}

Task<Result<User>> Users::change(audit::Doer doer, UserId id, Change change, Deadline deadline) {
  if (change.disabled == true && id.value == doer.user_id) {
    co_return fail(ErrorCode::Conflict, "You cannot disable your own account; another admin can.",
                   "own-account");
  }
  auto changed = co_await database_.write(deadline, [&](Transaction& transaction) -> Result<User> {
    if (!find_user(transaction, id)) return no_such_user();
    if (change.roles) {
      transaction.run(
          "update app_user set is_researcher = $2, is_admin = $3 where user_id = $1",
          {id.value, flag(*change.roles, Role::Researcher), flag(*change.roles, Role::Admin)});
    }
    if (change.held) {
      transaction.run(
          "update app_user set held_utc_ns = case when $2 = 0 then null else "
          "coalesce(held_utc_ns, $3) end where user_id = $1",
          {id.value, std::int64_t{*change.held ? 1 : 0}, now_()});
    }
    if (change.disabled) {
      transaction.run("update app_user set state = $2 where user_id = $1",
                      {id.value, *change.disabled ? "disabled" : "active"});
      if (*change.disabled) {
        transaction.run("delete from login_session where user_id = $1", {id.value});
      }
    }
    if (!has_admin(transaction)) {
      return fail(ErrorCode::Conflict,
                  "Nobody would be left who may manage users. Make somebody else an admin "
                  "first.",
                  "last-admin");
    }
    audit_.add(transaction, doer,
               {.event = audit::Event::UserChanged,
                .kind = audit::ObjectKind::User,
                .object_id = id.value,
                .detail = words(change)});
    return *find_user(transaction, id);
  });
  if (changed) on_change_();
  co_return changed;
}

Task<Status> Users::hand_over(audit::Doer doer, UserId from, UserId to, Deadline deadline) {
  if (from.value == to.value) {
    co_return fail(ErrorCode::Unprocessable, "`to` must be another user.", "same-user");
  }
  co_return co_await database_.write(deadline, [&](Transaction& transaction) -> Status {
    const auto receiver = find_user(transaction, to);
    const auto giver = find_user(transaction, from);
    if (!receiver || !giver) return no_such_user();
    if (giver->held) {
      return fail(ErrorCode::Conflict, "The account is held. Take the hold away first.",
                  "legal-hold");
    }
    if (receiver->disabled) {
      return fail(ErrorCode::Unprocessable, "`to` is disabled and could not use it.",
                  "user-disabled");
    }
    transaction.run(access::kPartTaskIds, {from.value, to.value});
    for (const access::OwnedTable& one : access::kOwnedTables) {
      if (!one.handed_over) continue;
      transaction.run(
          fmt::format("update {} set {} = $2 where {} = $1", one.table, one.column, one.column),
          {from.value, to.value});
    }
    audit_.add(transaction, doer,
               {.event = audit::Event::HandedOver,
                .kind = audit::ObjectKind::User,
                .object_id = from.value,
                .detail = "to " + to.value});
    return {};
  });
}

}  // namespace reprise::users

#include "features/account/eraser.hpp"

#include <fmt/format.h>

#include <charconv>
#include <limits>
#include <stdexcept>

#include "base/log.hpp"
#include "domain/access/hold.hpp"
#include "domain/access/owned_tables.hpp"

namespace reprise::account {

using access::Reach;
using access::UserId;
using database::Row;
using database::Transaction;
using database::usual_deadline;
using jobs::Jobs;
using jobs::Kind;

namespace {

constexpr std::int64_t kAtOnce = 100;

/// From here on nobody is this user.
void close_account(Transaction& transaction, const UserId& user) {
  // What was shared with their address, also before they came.
  transaction.run(
      "delete from share where kind = 'user' and lower(email) = (select lower(u.email) from "
      "app_user u where u.user_id = $1)",
      {user.value});
  for (const access::OwnedTable& one : access::kOwnedTables) {
    if (!one.dropped_at_erase || one.handed_over) continue;
    transaction.run(fmt::format("delete from {} where {} = $1", one.table, one.column),
                    {user.value});
  }
  transaction.run(
      "update app_user set display_name = '', email = '', is_researcher = 0, is_admin = 0 where "
      "user_id = $1",
      {user.value});
}

/// What is held stays, whoever asks.
Status may_be_erased(Transaction& transaction, const UserId& user) {
  if (transaction.first(access::kHeldByAdmin, {user.value})) return access::held_by_admin();
  const auto held = transaction.first(
      "select count(*) from recording where owner_id = $1 and state <> 'erased' and held_utc_ns is "
      "not null",
      {user.value});
  if (held->integer(0) > 0) {
    return fail(
        ErrorCode::Conflict,
        fmt::format("You hold {} of your recordings. Take the holds away first.", held->integer(0)),
        "recording-held");
  }
  return {};
}

/// How often somebody did something lately (server/app/rates.cpp).
void forget_rates(Transaction& transaction, const UserId& user) {
  transaction.run("delete from rate_bucket where bucket_key like $1", {"% user " + user.value});
}

/// What hangs on no chat and no recording.
void erase_tasks(Transaction& transaction, const UserId& user, std::int64_t until_utc_ns) {
  for (const char* sql : {"delete from study where owner_id = $1 and created_utc_ns <= $2",
                          "delete from task where owner_id = $1 and created_utc_ns <= $2"}) {
    transaction.run(sql, {user.value, until_utc_ns});
  }
}

/// The row goes. That of the local user stays, as the schema brought it: it is for the next first
/// admin, or for whoever uses an installation without a login.
void remove_user(Transaction& transaction, const UserId& user) {
  if (user == access::local_user()) {
    transaction.run(
        "update app_user set display_name = 'Local user', email = '', is_researcher = 1, is_admin "
        "= 1, state = 'active' where user_id = $1",
        {user.value});
  } else {
    transaction.run("delete from app_user where user_id = $1", {user.value});
  }
}

}  // namespace

/// What the key of a job says: `USER NANOSECONDS`.
struct Eraser::Order {
  UserId user;
  std::int64_t at_utc_ns = 0;  ///< what was made later stays: the local user goes on
};

Eraser::Order Eraser::order_of(const std::string& key) {
  Order order{.user = UserId(key.substr(0, key.find(' ')))};
  const std::string_view at = std::string_view(key).substr(key.find(' ') + 1);
  std::from_chars(at.data(), at.data() + at.size(), order.at_utc_ns);
  return order;
}

Task<Status> Eraser::begin(access::Principal who, audit::Doer doer, Deadline deadline) {
  const bool local = who.authenticated_by == access::AuthenticatedBy::LocalUser;
  const UserId& user = who.user;
  auto begun = co_await database_.write_freeing(deadline, [&](Transaction& transaction) -> Status {
    if (Status may = may_be_erased(transaction, user); !may) return may;
    if (!local) {
      transaction.run("update app_user set state = 'disabled' where user_id = $1", {user.value});
      if (!parts_.has_admin(transaction)) {
        return fail(ErrorCode::Conflict,
                    "Nobody would be left who may manage users. Make somebody else an admin "
                    "first, under Users.",
                    "last-admin");
      }
      close_account(transaction, user);
    }
    archive_.part<archive::Common>().jobs().add(transaction, Kind::EraseAccount,
                                                fmt::format("{} {}", user.value, now_()), {});
    audit_.add(transaction, doer,
               {.event = audit::Event::AccountErased,
                .kind = audit::ObjectKind::User,
                .object_id = user.value});
    return {};
  });
  if (!begun) co_return begun;
  parts_.forget();
  log::info("account.erasing", {{"user_id", user.value}});
  co_return Status{};
}

Task<void> Eraser::work() {
  Jobs& jobs = archive_.part<archive::Common>().jobs();
  for (std::string& key : co_await jobs.due(Kind::EraseAccount, kAtOnce)) {
    if (stopping_ || !co_await jobs.take(Kind::EraseAccount, key, jobs::Wish::Due)) continue;
    std::string failed = "an export is still to be removed";
    bool erased = false;
    try {
      erased = co_await erase(key);
    } catch (const std::exception& error) {
      failed = error.what();
    }
    if (erased) {
      co_await jobs.done(Kind::EraseAccount, key);
    } else if (stopping_) {
      co_await jobs.give_back(Kind::EraseAccount, key);
    } else {
      co_await jobs.failed(Kind::EraseAccount, key, failed);
    }
  }
}

Task<bool> Eraser::erase(std::string key) {
  const Order order = order_of(key);
  co_await erase_chats(&order);
  co_await erase_recordings(&order);
  // Nobody else comes back: theirs goes whole, also what lies ahead of our clock.
  const bool local = order.user == access::local_user();
  co_await parts_.erase_log(order.user,
                            local ? order.at_utc_ns : std::numeric_limits<std::int64_t>::max());
  if (!stopping_) co_await parts_.erase_uploads(order.user, order.at_utc_ns);
  if (stopping_ || !co_await end(&order)) co_return false;
  (void)co_await database_.scrub(usual_deadline());  // the name and the address
  log::info("account.erased", {{"user_id", order.user.value}});
  co_return true;
}

Task<void> Eraser::erase_chats(const Order* order) {
  for (bool more = true; more && !stopping_;) {
    const auto ids = co_await database_.read(usual_deadline(), [&](Transaction& transaction) {
      std::vector<session::ChatId> found;
      const auto answer = transaction.run(
          "select chat_id from chat where owner_id = $1 and created_utc_ns <= $2 limit $3",
          {order->user.value, order->at_utc_ns, kAtOnce});
      found.reserve(answer.rows.size());
      for (const Row& row : answer.rows) found.emplace_back(row.text(0));
      return found;
    });
    more = !ids.empty();
    for (const session::ChatId& id : ids) {
      // Absent: its owner was quicker.
      const auto deleted = co_await parts_.delete_chat(Reach::of(order->user), id);
      if (!deleted && deleted.error().code != ErrorCode::NotFound) {
        throw std::runtime_error(deleted.error().client_message);
      }
    }
  }
}

/// Of chats that are gone. Their files may follow: each has a job of its own by then.
Task<void> Eraser::erase_recordings(const Order* order) {
  for (bool more = true; more && !stopping_;) {
    const auto ids = co_await database_.read(usual_deadline(), [&](Transaction& transaction) {
      std::vector<session::RecordingId> found;
      const auto answer = transaction.run(
          "select recording_id from recording where owner_id = $1 and created_utc_ns <= $2 and "
          "state <> 'erased' limit $3",
          {order->user.value, order->at_utc_ns, kAtOnce});
      found.reserve(answer.rows.size());
      for (const Row& row : answer.rows) found.emplace_back(row.text(0));
      return found;
    });
    more = !ids.empty();
    for (const session::RecordingId& id : ids) {
      const auto erased =
          co_await archive_.part<archive::Erasures>().erase(Reach::of(order->user), id);
      if (!erased) throw std::runtime_error(erased.error().client_message);
    }
  }
}

/// False while the file of an export is there: its row says where.
Task<bool> Eraser::end(const Order* order) {
  co_return co_await database_.write_freeing(usual_deadline(), [&](Transaction& transaction) {
    erase_tasks(transaction, order->user, order->at_utc_ns);
    const auto exports = transaction.run(
        "update account_export set state = 'removing', attempt = null where user_id = $1 and "
        "created_utc_ns <= $2 returning account_export_id",
        {order->user.value, order->at_utc_ns});
    for (const Row& row : exports.rows) {
      archive_.part<archive::Common>().jobs().add(transaction, Kind::RemoveExport, row.text(0), {});
    }
    if (!exports.rows.empty()) return false;
    forget_rates(transaction, order->user);
    remove_user(transaction, order->user);
    return true;
  });
}

}  // namespace reprise::account

// How long recordings are kept: what their owners choose, and the erase of those whose time is
// over.

#include "domain/session/retention.hpp"

#include <fmt/format.h>

#include "base/log.hpp"
#include "platform/archive/archive.hpp"
#include "platform/archive/rows.hpp"

namespace reprise::archive {

using database::Row;
using database::Rows;
using database::Transaction;

namespace {

/// How many recordings one sweep erases.
constexpr std::int64_t kExpiredAtOnce = 50;
/// The clock of the node that began a recording may be so far ahead of the one that stored the last
/// of it.
constexpr std::int64_t kClocksApartNs = 86'400'000'000'000;
/// As the index recording_keep has it.
constexpr std::string_view kMayExpire =
    "r.state in ('complete', 'complete_with_gaps') and r.held_utc_ns is null";

/// The smallest number of days above `days` that an owner has chosen.
std::optional<std::int64_t> next_choice(Transaction& transaction, std::int64_t days) {
  static const std::string sql = fmt::format(
      "select r.keep_days from recording r where {} and r.keep_days > $1 order by r.keep_days "
      "limit 1",
      kMayExpire);
  const auto row = transaction.first(sql, {days});
  if (!row) return std::nullopt;
  return row->integer(0);
}

/// Adds those whose owners chose so many days, or nothing, and whose time is over.
void add_expired(Transaction& transaction, const Moment& moment, std::optional<std::int64_t> chosen,
                 std::vector<RecordingId>& due) {
  static const std::string sql = fmt::format(
      "select r.recording_id from recording r left join app_user u on u.user_id = r.owner_id where "
      "{} and u.held_utc_ns is null and r.created_utc_ns <= $1 and coalesce(r.last_chunk_utc_ns, "
      "r.ended_utc_ns, r.created_utc_ns) <= $2 and r.keep_days",
      kMayExpire);
  static const std::string by_choice = sql + " = $4 limit $3";
  static const std::string by_rule = sql + " is null limit $3";
  const auto kept_ns = session::expires_utc_ns(0, chosen, moment.retention);
  const std::int64_t left = kExpiredAtOnce - std::ssize(due);
  if (!kept_ns || left <= 0) return;
  const std::int64_t until = moment.now_utc_ns - *kept_ns;
  const Rows found =
      chosen ? transaction.run(by_choice, {until + kClocksApartNs, until, left, *chosen})
             : transaction.run(by_rule, {until + kClocksApartNs, until, left});
  for (const Row& row : found.rows) due.emplace_back(row.text(0));
}

}  // namespace

Task<Result<Recording>> Archive::keep(Reach reach, RecordingId id, Keeping wish,
                                      Deadline deadline) {
  if (wish.days) {
    if (auto allowed = session::check_keep_days(*wish.days, options_.retention); !allowed) {
      // What does not exist is not told apart by what was asked for it.
      const auto known = co_await standing(reach, id, deadline);
      co_return std::unexpected(known ? allowed.error() : known.error());
    }
  }
  const Moment moment = this->moment();
  co_return co_await database_.write(deadline, [&](Transaction& transaction) {
    transaction.run(
        "update recording set keep_days = $2, held_utc_ns = case when $3 = 0 then null else "
        "coalesce(held_utc_ns, $4) end where recording_id = $1 and owner_id = coalesce($5, "
        "owner_id) and state <> 'erased'",
        {id.value, wish.days, std::int64_t{wish.hold ? 1 : 0}, moment.now_utc_ns, reach.owner()});
    return find_recording(transaction, reach, id, moment);
  });
}

bool Archive::is_held_in(Transaction& transaction, const Reach& reach, const ChatId& chat) const {
  return transaction
      .first(
          "select 1 from recording r left join app_user u on u.user_id = r.owner_id where "
          "r.chat_id "
          "= $1 and r.owner_id = coalesce($2, r.owner_id) and r.state <> 'erased' and "
          "(r.held_utc_ns is not null or u.held_utc_ns is not null) limit 1",
          {chat.value, reach.owner()})
      .has_value();
}

/// Looks at those that may be due; whether they are is decided once more in the transaction that
/// erases.
Task<void> Archive::erase_expired() {
  const Moment moment = this->moment();
  const auto ids = co_await database_.read(usual_deadline(), [&](Transaction& transaction) {
    std::vector<RecordingId> due;
    add_expired(transaction, moment, std::nullopt, due);
    for (auto chosen = next_choice(transaction, 0); chosen;
         chosen = next_choice(transaction, *chosen)) {
      add_expired(transaction, moment, chosen, due);
    }
    return due;
  });
  for (const RecordingId& id : ids) {
    (void)co_await erase(Reach::everything(), id, Why::Expired, usual_deadline());
  }
}

}  // namespace reprise::archive

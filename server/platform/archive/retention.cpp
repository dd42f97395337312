// How long recordings are kept: what their owners choose, and the erase of those whose time is
// over.

#include "domain/session/retention.hpp"

#include "base/log.hpp"
#include "platform/archive/archive.hpp"
#include "platform/archive/rows.hpp"

namespace reprise::archive {

using database::Row;
using database::Transaction;

namespace {

/// How many recordings one sweep erases.
constexpr std::int64_t kExpiredAtOnce = 50;

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
  const session::RetentionRules& rules = moment.retention;
  const auto ids = co_await database_.read(usual_deadline(), [&](Transaction& transaction) {
    std::vector<RecordingId> due;
    const auto answer = transaction.run(
        "select r.recording_id from recording r left join app_user u on u.user_id = r.owner_id "
        "where r.state in ('complete', 'complete_with_gaps') and r.held_utc_ns is null and "
        "u.held_utc_ns is null and (r.keep_days is not null or $1 > 0) and "
        "coalesce(r.last_chunk_utc_ns, r.ended_utc_ns, r.created_utc_ns) <= $4 - 86400000000000 * "
        "(case when r.keep_days is null then $1 when r.keep_days < $2 then $2 when r.keep_days > "
        "$3 then $3 else r.keep_days end) limit $5",
        {rules.days, rules.days_min, rules.days_max, moment.now_utc_ns, kExpiredAtOnce});
    due.reserve(answer.rows.size());
    for (const Row& row : answer.rows) due.emplace_back(row.text(0));
    return due;
  });
  for (const RecordingId& id : ids) {
    (void)co_await erase(Reach::everything(), id, Why::Expired, usual_deadline());
  }
}

}  // namespace reprise::archive

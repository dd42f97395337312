// The library: which recordings a page holds, in which order, and the sums over all of them.

#include <fmt/format.h>

#include <limits>

#include "base/json.hpp"
#include "platform/archive/archive.hpp"
#include "platform/archive/rows.hpp"

namespace reprise::archive {

using database::Row;
using database::Rows;
using database::Transaction;
using database::Value;
using session::RecordingState;

namespace {

constexpr std::string_view kModel =
    "(select l.model from live_session l where l.live_session_id = r.live_session_id)";
constexpr std::string_view kFrom =
    "from recording r left join recording_view v using (recording_id)";

/// In order. Each step of the recursion finds the next model by the index live_session_model, so
/// that it costs as much as there are models, not as there are sessions.
constexpr std::string_view kModelsOf =
    "with recursive known (model) as (select min(l.model) from live_session l where l.owner_id = "
    "$1 "
    "union all select (select min(l.model) from live_session l where l.owner_id = $1 and l.model > "
    "known.model) from known where known.model is not null) select model from known where exists "
    "(select 1 from live_session l join recording r using (live_session_id) where l.owner_id = $1 "
    "and l.model = known.model and r.owner_id = $1 and r.state <> 'erased') order by model";

/// Something is missing of a recording all of whose chunks are here.
constexpr std::string_view kLacks =
    "exists (select 1 from recording_view g where g.recording_id = r.recording_id and (g.left_out "
    "<> 0 or g.missing_microphone_ns > 0 or g.missing_model_ns > 0 or g.missing_camera_ns > 0 or "
    "g.missing_messages_ns > 0))";

/// The conditions of a `where`, with their parameters.
class Where {
 public:
  Where(const UserId& owner, const RecordingFilter& filter) {
    add("r.owner_id = {}", owner.value);
    if (filter.chat) add("r.chat_id = {}", filter.chat->value);
    if (filter.state) add("r.state = {}", enum_text(*filter.state));
    if (filter.missing == RecordingMissing::None) {
      sql_ += fmt::format(" and r.state = 'complete' and not {}", kLacks);
    } else if (filter.missing == RecordingMissing::Some) {
      sql_ += fmt::format(" and (r.state = 'complete_with_gaps' or (r.state = 'complete' and {}))",
                          kLacks);
    }
    if (filter.from_utc_ns) add("r.created_utc_ns >= {}", *filter.from_utc_ns);
    if (filter.before_utc_ns) add("r.created_utc_ns < {}", *filter.before_utc_ns);
    if (filter.model) add(fmt::format("{} = {{}}", kModel), *filter.model);
  }
  /// `{}` in the condition stands for the value.
  void add(const std::string& condition, Value value) {
    sql_ += " and " + fmt::format(fmt::runtime(condition), parameter(std::move(value)));
  }
  /// The name of a new parameter.
  std::string parameter(Value value) {
    values_.push_back(std::move(value));
    return fmt::format("${}", values_.size());
  }
  const std::string& sql() const { return sql_; }
  std::span<const Value> values() const { return values_; }

 private:
  std::string sql_ = "r.state <> 'erased'";
  std::vector<Value> values_;
};

struct Order {
  std::string_view key;
  std::string_view direction;
  char after;  ///< how the key of a later row compares with the key of this one
  std::int64_t first;
};

Order order_of(RecordingSort sort) {
  using Limits = std::numeric_limits<std::int64_t>;
  switch (sort) {
    case RecordingSort::Oldest:
      return {"r.created_utc_ns", "asc", '>', Limits::min()};
    case RecordingSort::Longest:
      return {"coalesce(v.duration_ns, 0)", "desc", '<', Limits::max()};
    case RecordingSort::Newest:
      break;
  }
  return {"r.created_utc_ns", "desc", '<', Limits::max()};
}

/// A row at its place in the order. A row that breaks the schema's rules keeps its place but is not
/// shown.
struct Placed {
  PageKey key;
  std::optional<Recording> recording;
};

}  // namespace

Task<Page<Recording>> Archive::list(UserId owner, PageWish wish, RecordingFilter filter,
                                    RecordingSort sort, Deadline deadline) {
  const Moment moment = this->moment();
  const Order order = order_of(sort);
  const PageKey after = wish.after.value_or(PageKey{.utc_ns = order.first, .id = {}});
  Where where(owner, filter);
  const std::string key = where.parameter(after.utc_ns);
  const std::string id = where.parameter(after.id);
  const std::string limit = where.parameter(wish.limit + 1);
  const std::string sql = fmt::format(
      "select {0}, {1} {2} where {3} and ({1}, r.recording_id) {4} ({5}, {6}) order by {1} {7}, "
      "r.recording_id {7} limit {8}",
      kRecordingColumns, order.key, kFrom, where.sql(), order.after, key, id, order.direction,
      limit);
  co_return co_await database_.read(deadline, [&](Transaction& transaction) {
    std::vector<Placed> found;
    for (const Row& row : transaction.run(sql, where.values()).rows) {
      found.push_back({.key = {.utc_ns = row.integer(kRecordingColumnCount), .id = row.text(0)},
                       .recording = readable_recording_of(row, moment)});
    }
    auto placed = page_of(std::move(found), wish, [](const Placed& last) { return last.key; });
    Page<Recording> page{.items = {}, .next = std::move(placed.next)};
    for (Placed& one : placed.items) {
      if (!one.recording) continue;
      add_missing_of_gaps(transaction, *one.recording);
      page.items.push_back(*std::move(one.recording));
    }
    return page;
  });
}

Task<RecordingTotals> Archive::totals(UserId owner, RecordingFilter filter, Deadline deadline) {
  const Where where(owner, filter);
  const std::string sql = fmt::format(
      "select count(*), coalesce(sum(r.view_duration_ns), 0), coalesce(sum(r.stored_bytes + "
      "r.view_media_bytes), 0) from recording r where {}",
      where.sql());
  co_return co_await database_.read(deadline, [&](Transaction& transaction) {
    const Rows sums = transaction.run(sql, where.values());
    const Row& row = sums.rows.at(0);
    RecordingTotals totals{.recordings = row.integer(0),
                           .duration_ns = row.integer(1),
                           .bytes = row.integer(2),
                           .models = {}};
    const auto models = transaction.run(kModelsOf, {owner.value});
    for (const Row& model : models.rows) totals.models.push_back(model.text(0));
    return totals;
  });
}

Task<Result<Recording>> Archive::rename(Reach reach, RecordingId id, std::string title,
                                        Deadline deadline) {
  co_return co_await database_.write(deadline, [&](Transaction& transaction) {
    const auto renamed = transaction.run(
        "update recording set title = $2 where recording_id = $1 and owner_id = coalesce($3, "
        "owner_id) and state <> 'erased'",
        {id.value, title, reach.owner()});
    if (renamed.changed > 0) options_.search->sync_title(transaction, id);
    return find_recording(transaction, reach, id, moment());
  });
}

}  // namespace reprise::archive

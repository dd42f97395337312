#include "features/analytics/interactions.hpp"

#include <fmt/format.h>

#include <boost/json/serialize.hpp>
#include <charconv>
#include <chrono>
#include <limits>

#include "base/log.hpp"
#include "domain/chat/events.hpp"
#include "features/analytics/event_rows.hpp"
#include "platform/http/waiting_source.hpp"

namespace reprise::analytics {

using access::UserId;
using database::Row;
using database::Transaction;
using database::usual_deadline;

namespace {

constexpr std::int64_t kMin = std::numeric_limits<std::int64_t>::min();
constexpr std::int64_t kMax = std::numeric_limits<std::int64_t>::max();
/// When a client whose stream ended early is to come again.
constexpr std::int64_t kComeAgainAfterMs = 500;
/// Partitions are there for this many months ahead.
constexpr int kMonthsAhead = 3;

Bytes to_bytes(std::string_view text) {
  const auto view = as_bytes(text);
  return {view.begin(), view.end()};
}

std::int64_t begin_of(std::chrono::year_month month) {
  const std::chrono::sys_time<std::chrono::nanoseconds> at{
      std::chrono::sys_days{month / std::chrono::day{1}}};
  return at.time_since_epoch().count();
}

constexpr std::string_view kMonthTable = "interaction_event_";

/// When the month of a table like `interaction_event_2026_11` ends; empty: it is another table.
std::optional<std::int64_t> end_of_month_table(std::string_view name) {
  constexpr std::size_t kLength = 7;  // of "2026_11"
  if (!name.starts_with(kMonthTable) || name.size() != kMonthTable.size() + kLength) {
    return std::nullopt;
  }
  int year = 0;
  unsigned month = 0;
  const char* const at = name.data() + kMonthTable.size();
  std::from_chars(at, at + 4, year);
  std::from_chars(at + 5, at + kLength, month);
  const std::chrono::year_month of = std::chrono::year(year) / std::chrono::month(month);
  if (!of.ok()) return std::nullopt;
  return begin_of(of + std::chrono::months(1));
}

std::chrono::year_month month_of(std::int64_t utc_ns) {
  const std::chrono::sys_time<std::chrono::nanoseconds> at{std::chrono::nanoseconds(utc_ns)};
  const std::chrono::year_month_day day{std::chrono::floor<std::chrono::days>(at)};
  return day.year() / day.month();
}

}  // namespace

Interactions::Interactions(database::Database& database, LogOptions options,
                           std::function<std::int64_t()> now_utc_ns)
    : database_(database),
      options_(options),
      now_(std::move(now_utc_ns)),
      batches_(database, {.name = "interactions", .group_max = options.group_max},
               [](Transaction& transaction, const Batches::Group& group) {
                 Batches::Outcomes outcomes;
                 outcomes.reserve(group.size());
                 for (const Owned* one : group) {
                   outcomes.push_back(add_events(transaction, one->owner, one->batch));
                 }
                 return outcomes;
               }) {}

Task<Logged> Interactions::log(UserId owner, Batch batch, Deadline deadline) {
  Logged logged;
  if (batch.events.empty()) {
    logged.refused = std::move(batch.refused);
  } else {
    if (const std::int64_t now = now_(); options_.partitions && now >= partitioned_until_) {
      co_await make_partitions(now);
    }
    logged =
        co_await batches_.add({.owner = std::move(owner), .batch = std::move(batch)}, deadline);
  }
  if (logged.accepted > 0) bell_.ring();
  co_return logged;
}

Task<EventSums> Interactions::sums(UserId owner, Deadline deadline) {
  co_return co_await database_.read(deadline, [&](Transaction& transaction) {
    EventSums sums;
    const auto kinds = transaction.run(
        "select kind, cast(sum(event_count) as bigint) from interaction_hour where owner_id = $1 "
        "group by kind",
        {owner.value});
    for (const Row& row : kinds.rows) {
      sums.by_kind[row.text(0)] = row.integer(1);
      sums.events += row.integer(1);
    }
    // Two queries, each for one end of the index; one query for both looks at every event.
    const auto ends = transaction.first(
        "select (select min(at_utc_ns) from interaction_event where owner_id = $1), (select "
        "max(at_utc_ns) from interaction_event where owner_id = $1)",
        {owner.value});
    sums.first_utc_ns = ends->maybe_integer(0);
    sums.last_utc_ns = ends->maybe_integer(1);
    return sums;
  });
}

namespace {

/// The wanted events with numbers in (after, until].
std::vector<Stored> events_in(Transaction& transaction, const UserId& owner, const Wanted& wanted,
                              std::int64_t after, std::int64_t until) {
  static const std::string sql = fmt::format(
      "select {} from interaction_event where owner_id = $1 and number > $2 and number <= $3 and "
      "at_utc_ns >= $4 and at_utc_ns < $5 and kind = coalesce($6, kind) order by number limit $7",
      kEventColumns);
  const auto answer =
      transaction.run(sql, {owner.value, after, until, wanted.from_utc_ns.value_or(kMin),
                            wanted.before_utc_ns.value_or(kMax), wanted.kind, kReadAtOnce});
  std::vector<Stored> found;
  found.reserve(answer.rows.size());
  for (const Row& row : answer.rows) found.push_back(stored_of(row));
  return found;
}

std::int64_t last_number_in(Transaction& transaction, const UserId& owner) {
  const auto row = transaction.first(
      "select last_number from interaction_counter where owner_id = $1", {owner.value});
  return row ? row->integer(0) : 0;
}

}  // namespace

Task<std::vector<Stored>> Interactions::read(UserId owner, Wanted wanted, std::int64_t after,
                                             Deadline deadline) {
  co_return co_await database_.read(deadline, [&](Transaction& transaction) {
    return events_in(transaction, owner, wanted, after, kMax);
  });
}

Task<Piece> Interactions::read_some(UserId owner, Wanted wanted, std::int64_t after,
                                    Deadline deadline) {
  co_return co_await database_.read(deadline, [&](Transaction& transaction) {
    const std::int64_t last = last_number_in(transaction, owner);
    const std::int64_t until = std::min(last, after + options_.looked_at_max);
    Piece piece{.events = events_in(transaction, owner, wanted, after, until), .after = until};
    if (std::ssize(piece.events) == kReadAtOnce) piece.after = piece.events.back().number;
    piece.more = piece.after < last;
    return piece;
  });
}

Task<std::int64_t> Interactions::last_number(UserId owner, Deadline deadline) {
  co_return co_await database_.read(
      deadline, [&](Transaction& transaction) { return last_number_in(transaction, owner); });
}

class Interactions::Stream final : public http::WaitingSource {
 public:
  Stream(Interactions& log, UserId owner, std::int64_t after, bool follow)
      : log_(log), owner_(std::move(owner)), after_(after), follow_(follow) {}
  ~Stream() override { log_.close_stream(owner_.value); }
  Stream(const Stream&) = delete;
  Stream& operator=(const Stream&) = delete;

  Task<Bytes> next() override {
    if (!std::exchange(begun_, true)) co_return to_bytes(chat::retry_field(kComeAgainAfterMs));
    if (ended_) co_return Bytes();
    const Deadline heartbeat = Deadline::after(kHeartbeatEvery);
    for (;;) {
      const std::uint64_t rung = log_.bell_.rung();
      const auto events = co_await log_.read(owner_, {}, after_, usual_deadline());
      if (!events.empty()) co_return to_bytes(text_of(events));
      if (!follow_) co_return Bytes();
      if (log_.draining_) {
        ended_ = true;
        co_return to_bytes(chat::retry_field(kComeAgainAfterMs));
      }
      if (heartbeat.passed()) co_return to_bytes(chat::kHeartbeat);
      co_await log_.bell_.wait(rung, Deadline::after(kLookEvery));
    }
  }

 private:
  std::string text_of(const std::vector<Stored>& events) {
    std::string text;
    for (const Stored& one : events) {
      after_ = one.number;
      text += chat::sse_event(one.number, "event", boost::json::serialize(to_api(one.event)));
    }
    return text;
  }

  Interactions& log_;
  const UserId owner_;
  std::int64_t after_;
  const bool follow_;
  bool begun_ = false;
  bool ended_ = false;
};

std::unique_ptr<http::BodySource> Interactions::listen(UserId owner, std::int64_t after,
                                                       bool follow) {
  if (!open_stream(owner.value)) return nullptr;
  return std::make_unique<Stream>(*this, std::move(owner), after, follow);
}

bool Interactions::open_stream(const std::string& owner) {
  const std::lock_guard lock(mutex_);
  std::size_t& open = streams_[owner];
  if (open >= kStreamsMax) return false;
  ++open;
  return true;
}

void Interactions::close_stream(const std::string& owner) {
  const std::lock_guard lock(mutex_);
  const auto open = streams_.find(owner);
  if (open != streams_.end() && --open->second == 0) streams_.erase(open);
}

void Interactions::begin_draining() {
  draining_ = true;
  bell_.ring();
}

/// False: nothing is left.
Task<bool> Interactions::remove_some(std::string owner, std::int64_t before_utc_ns) {
  co_return co_await database_.write_freeing(usual_deadline(), [&](Transaction& transaction) {
    const auto old = transaction.run(
        "select event_id, number, at_utc_ns from interaction_event where owner_id = $1 and "
        "at_utc_ns < $2 order by at_utc_ns limit $3",
        {owner, before_utc_ns, kRemoveAtOnce});
    std::vector<database::Statement> statements;
    statements.reserve(old.rows.size() * 2);
    for (const Row& row : old.rows) {
      statements.push_back(
          {.sql = "delete from interaction_event where owner_id = $1 and number = $2 and at_utc_ns "
                  "= $3",
           .values = {owner, row.integer(1), row.integer(2)}});
      statements.push_back(
          {.sql = "delete from interaction_id where owner_id = $1 and event_id = $2",
           .values = {owner, row.text(0)}});
    }
    transaction.run_all(statements);
    if (std::ssize(old.rows) == kRemoveAtOnce) return true;
    transaction.run("delete from interaction_hour where owner_id = $1 and hour_utc_ns < $2",
                    {owner, before_utc_ns});
    return false;
  });
}

/// Drops the tables of whole months that are older: much quicker than removing their events one by
/// one. Their ids go first, so that a server that is killed in between begins where it was.
Task<void> Interactions::drop_months(std::int64_t before_utc_ns) {
  const auto names = co_await database_.read(usual_deadline(), [](Transaction& transaction) {
    return transaction.run(
        "select table_name from information_schema.tables where table_name like "
        "'interaction~_event~_2%' escape '~' order by table_name");
  });
  for (const Row& row : names.rows) {
    const std::string& name = row.text(0);
    const auto end = end_of_month_table(name);
    if (!end || *end > before_utc_ns) continue;
    const std::string ids = fmt::format(
        "delete from interaction_id where (owner_id, event_id) in (select e.owner_id, e.event_id "
        "from {} e join interaction_id i on i.owner_id = e.owner_id and i.event_id = e.event_id "
        "limit $1)",
        name);
    for (std::int64_t removed = kRemoveAtOnce; removed == kRemoveAtOnce;) {
      if (draining_) co_return;
      removed = co_await database_.write_freeing(usual_deadline(), [&](Transaction& transaction) {
        return transaction.run(ids, {kRemoveAtOnce}).changed;
      });
    }
    const std::string drop = "drop table " + name;
    co_await database_.write_freeing(usual_deadline(),
                                     [&](Transaction& transaction) { transaction.run(drop); });
    log::info("interactions.month_dropped", {{"table", name}});
  }
}

Task<void> Interactions::expire(std::int64_t before_utc_ns) {
  const std::int64_t before = hour_of(before_utc_ns);
  if (options_.partitions) co_await drop_months(before);
  const auto owners = co_await database_.read(usual_deadline(), [](Transaction& transaction) {
    std::vector<std::string> found;
    const auto answer = transaction.run("select owner_id from interaction_counter");
    found.reserve(answer.rows.size());
    for (const Row& row : answer.rows) found.push_back(row.text(0));
    return found;
  });
  for (const std::string& owner : owners) {
    while (!draining_ && co_await remove_some(owner, before)) {
    }
  }
}

Task<void> Interactions::erase(UserId owner, std::int64_t until_utc_ns) {
  const std::int64_t before =
      until_utc_ns > kMax - kHourNs ? kMax : hour_of(until_utc_ns) + kHourNs;
  while (!draining_ && co_await remove_some(owner.value, before)) {
  }
  if (draining_ || owner == access::local_user()) co_return;  // whose numbers go on
  co_await database_.write_freeing(usual_deadline(), [&](Transaction& transaction) {
    transaction.run("delete from interaction_counter where owner_id = $1", {owner.value});
  });
}

Task<void> Interactions::tidy() {
  const std::int64_t now = now_();
  if (now < tidied_utc_ns_ + kHourNs) co_return;
  co_await expire(now - options_.keep_days * kDayNs);
  tidied_utc_ns_ = now;
}

/// Makes the table of a month, unless it is there.
Task<void> Interactions::make_partition(std::chrono::year_month month) {
  const std::string sql = fmt::format(
      "create table if not exists interaction_event_{:04}_{:02} partition of interaction_event for "
      "values from ({}) to ({})",
      static_cast<int>(month.year()), static_cast<unsigned>(month.month()), begin_of(month),
      begin_of(month + std::chrono::months(1)));
  try {
    co_await database_.write(usual_deadline(),
                             [&](Transaction& transaction) { transaction.run(sql); });
  } catch (const database::DatabaseError& error) {
    // Another node makes it, or events of this month lie in the table of the others already.
    log::info("interactions.no_partition", {{"what", error.what()}});
  }
}

/// The tables of the months around now, before events come for them. Each on its own: a copied
/// database may have events of this month in the table of the others, and needs the next ones.
Task<void> Interactions::make_partitions(std::int64_t now_utc_ns) {
  const std::chrono::year_month now = month_of(now_utc_ns);
  for (int ahead = -1; ahead <= kMonthsAhead; ++ahead) {
    co_await make_partition(now + std::chrono::months(ahead));
  }
  partitioned_until_ = begin_of(now + std::chrono::months(kMonthsAhead));
}

}  // namespace reprise::analytics

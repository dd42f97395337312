#include "platform/limits/limiter.hpp"

#include <algorithm>

namespace reprise::limits {

using database::Transaction;
using std::chrono::nanoseconds;

namespace {

/// A row of somebody who is not there any more is of no use; the time covers any burst.
constexpr std::chrono::hours kKept{24};
/// What a node remembers at most: some 10 MB.
constexpr std::size_t kKnownMax = 50'000;

}  // namespace

std::int64_t Limiter::now_utc(Transaction& transaction) const {
  if (options_.now_sql.empty()) return options_.now_utc_ns();
  return transaction.first("select " + options_.now_sql)->integer(0);
}

Limiter::Asked Limiter::ask_here(const Bucket& bucket) {
  const Clock::time_point now = options_.now_steady();
  const std::scoped_lock lock(mutex_);
  if (known_.size() >= kKnownMax && !known_.contains(bucket.key)) {
    std::erase_if(known_, [now](const auto& one) { return one.second.filled_until <= now; });
    // Then what is not told is forgotten: each of them did less than a tenth of a burst.
    if (known_.size() >= kKnownMax) known_.clear();
  }
  const auto [place, is_new] = known_.try_emplace(bucket.key, Known{.filled_until = now});
  Known& known = place->second;
  const nanoseconds filled = std::max(known.filled_until - now, Clock::duration(0));
  Asked asked{.answer = ask(bucket.rate, filled)};
  if (!asked.answer.admitted) return asked;
  known.filled_until = now + asked.answer.filled;
  ++known.untold;
  // The first one of a node asks, too: others may have filled the bucket.
  if (is_new || known.untold >= told_every(bucket.rate)) {
    asked.untold = known.untold;
    known.untold = 0;
  }
  return asked;
}

Task<Answer> Limiter::ask_there(const Bucket& bucket, std::int64_t untold, Deadline deadline) {
  const Answer answer = co_await database_.write(deadline, [&](Transaction& transaction) {
    const std::int64_t now = now_utc(transaction);
    const auto row = transaction.first(
        "select filled_until_utc_ns from rate_bucket where bucket_key = $1", {bucket.key});
    const std::int64_t until = row ? row->integer(0) : now;
    const Answer said =
        settle(bucket.rate, nanoseconds(std::max<std::int64_t>(until - now, 0)), untold - 1);
    transaction.run(
        "insert into rate_bucket (bucket_key, filled_until_utc_ns) values ($1, $2) on conflict "
        "(bucket_key) do update set filled_until_utc_ns = excluded.filled_until_utc_ns",
        {bucket.key, now + said.filled.count()});
    return said;
  });
  const std::scoped_lock lock(mutex_);
  Known& known = known_[bucket.key];
  known.filled_until = options_.now_steady() + answer.filled + bucket.rate.per * known.untold;
  co_return answer;
}

Task<std::optional<nanoseconds>> Limiter::take(std::vector<Bucket> buckets, Deadline deadline) {
  for (const Bucket& bucket : buckets) {
    const Asked asked = ask_here(bucket);
    Answer answer = asked.answer;
    if (asked.untold > 0) answer = co_await ask_there(bucket, asked.untold, deadline);
    if (!answer.admitted) co_return answer.wait;
  }
  co_return std::nullopt;
}

Task<void> Limiter::sweep(Deadline deadline) {
  co_await database_.write(deadline, [&](Transaction& transaction) {
    const std::int64_t before = now_utc(transaction) - nanoseconds(kKept).count();
    transaction.run("delete from rate_bucket where filled_until_utc_ns < $1", {before});
  });
}

}  // namespace reprise::limits

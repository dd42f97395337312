#pragma once

// Rates that all nodes share (domain/limits has the rule).

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/async.hpp"
#include "base/clock.hpp"
#include "domain/limits/rate.hpp"
#include "platform/database/database.hpp"

namespace reprise::limits {

/// Somebody's bucket. The key names what and who: `mint user 0199…`.
struct Bucket {
  std::string key;
  Rate rate;
};

struct LimiterOptions {
  /// The database's time in SQL, since the clocks of nodes may differ (jobs::kPostgresNow). Empty
  /// with SQLite, whose clock is this process's.
  std::string now_sql = {};
  std::function<std::int64_t()> now_utc_ns = reprise::now_utc_ns;
  std::function<std::chrono::steady_clock::time_point()> now_steady =
      std::chrono::steady_clock::now;
};

/// Any thread. The database outlives it. A node remembers what it let through, and tells the
/// database each time a tenth of a burst came together. Throws DatabaseError.
class Limiter {
 public:
  explicit Limiter(database::Database& database, LimiterOptions options = {})
      : database_(database), options_(std::move(options)) {}

  /// Takes one from each bucket. When one is full: how long to wait, and the buckets before it in
  /// the list have been charged, so put the narrowest first.
  Task<std::optional<std::chrono::nanoseconds>> take(
      std::vector<Bucket> buckets, Deadline deadline = database::usual_deadline());

  /// Forgets buckets that have been empty for a while. Call it now and then.
  Task<void> sweep(Deadline deadline = database::usual_deadline());

 private:
  using Clock = std::chrono::steady_clock;
  struct Known {
    Clock::time_point filled_until;
    std::int64_t untold = 0;  ///< let through, and not yet told to the database
  };
  struct Asked {
    Answer answer;
    std::int64_t untold = 0;  ///< tell the database of these now, and ask there; 0: no need
  };
  Asked ask_here(const Bucket& bucket);
  Task<Answer> ask_there(const Bucket& bucket, std::int64_t untold, Deadline deadline);
  std::int64_t now_utc(database::Transaction& transaction) const;

  database::Database& database_;
  const LimiterOptions options_;
  std::mutex mutex_;
  std::map<std::string, Known> known_;
};

}  // namespace reprise::limits

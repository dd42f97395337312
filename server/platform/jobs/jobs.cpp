#include "platform/jobs/jobs.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <array>

#include "base/id.hpp"
#include "base/json.hpp"
#include "base/log.hpp"
#include "platform/database/postgres_listener.hpp"

namespace reprise::jobs {

using database::Row;
using database::Transaction;
using database::usual_deadline;

namespace {

/// The schema's limit.
constexpr std::size_t kErrorLettersMax = 500;
/// Rows that `due` looks at. Those whose time came first are the first.
constexpr std::int64_t kLookedAtMax = 10'000;
/// Rows that are counted for the metrics; there are more only when nothing works any more.
constexpr std::int64_t kCountedMax = 100'000;
/// Later the others have found out by themselves, and somebody may wait for the answer to an erase.
constexpr std::chrono::milliseconds kTellWithin{300};
constexpr std::string_view kNeverReported = "its node died each time";
constexpr std::string_view kColumns =
    "attempts, failures, run_after_utc_ns, given_up, owner, coalesce(lease_until_utc_ns, 0)";
constexpr std::size_t kColumnCount = 6;

JobState state_of(const Row& row) {
  return {.attempts = row.integer(0),
          .failures = row.integer(1),
          .run_after_utc_ns = row.integer(2),
          .given_up = row.integer(3) != 0,
          .owner = row.maybe_text(4),
          .lease_until_utc_ns = row.integer(5)};
}

/// Messages may hold names of files in any encoding; a database takes valid text only.
std::string plain(std::string text) {
  text.resize(std::min(text.size(), kErrorLettersMax));
  for (char& letter : text) {
    if (letter < ' ' || letter > '~') letter = '?';
  }
  return text;
}

}  // namespace

std::string new_node_name() {
  std::array<char, 64> host{};
  if (::gethostname(host.data(), host.size() - 1) != 0) host[0] = '\0';
  constexpr std::size_t kRandomLetters = 8;  // the last ones of a UUIDv7 are random
  const std::string id = new_uuid7();
  return fmt::format("{}/{}/{}", host.data(), ::getpid(), id.substr(id.size() - kRandomLetters));
}

std::int64_t Jobs::now(Transaction& transaction) const {
  if (options_.now_sql.empty()) return options_.now_utc_ns();
  return transaction.first("select " + options_.now_sql)->integer(0);
}

Asker Jobs::asker(const Name& name) const {
  return {.node = options_.node,
          .nodes = options_.nodes,
          .at_work = is_at_work(name.first, name.second)};
}

bool Jobs::is_at_work(Kind kind, const std::string& key) const {
  const std::lock_guard lock(mutex_);
  return at_work_.contains({kind, key});
}
void Jobs::note_work(const Name& name, Wish wish) {
  const std::lock_guard lock(mutex_);
  at_work_.insert_or_assign(name, wish);
}
bool Jobs::forget_work(const Name& name) {
  const std::lock_guard lock(mutex_);
  const auto known = at_work_.find(name);
  if (known == at_work_.end()) return false;
  const bool attempt = known->second == Wish::Due;
  at_work_.erase(known);
  return attempt;
}

std::optional<JobState> Jobs::find(Transaction& transaction, const Name& name,
                                   std::string_view lock) const {
  const auto row =
      transaction.first(fmt::format("select {} from job where kind = $1 and key = $2{}", kColumns,
                                    options_.now_sql.empty() ? "" : lock),
                        {enum_text(name.first), name.second});
  if (!row) return std::nullopt;
  return state_of(*row);
}

void Jobs::add(Transaction& transaction, Kind kind, const std::string& key,
               std::chrono::nanoseconds wait) const {
  const std::int64_t at = now(transaction);
  transaction.run(
      "insert into job (kind, key, run_after_utc_ns, created_utc_ns) values ($1, $2, $3, $4) on "
      "conflict (kind, key) do nothing",
      {enum_text(kind), key, at + wait.count(), at});
}

Task<void> Jobs::put_off(Kind kind, std::string key, std::chrono::nanoseconds wait,
                         Deadline deadline) {
  co_await database_.write(deadline, [&](Transaction& transaction) {
    const std::int64_t at = now(transaction);
    transaction.run(
        "insert into job (kind, key, run_after_utc_ns, created_utc_ns) values ($1, $2, $3, $4) on "
        "conflict (kind, key) do update set run_after_utc_ns = excluded.run_after_utc_ns",
        {enum_text(kind), key, at + wait.count(), at});
  });
}

void Jobs::remove(Transaction& transaction, Kind kind, const std::string& key) {
  transaction.run("delete from job where kind = $1 and key = $2", {enum_text(kind), key});
}

bool Jobs::is_elsewhere(Transaction& transaction, Kind kind, const std::string& key) const {
  const auto job = find(transaction, {kind, key}, "");
  return job && jobs::is_elsewhere(*job, asker({kind, key}), now(transaction));
}

Task<std::vector<std::string>> Jobs::due(Kind kind, std::int64_t count_max) {
  co_return co_await database_.read(usual_deadline(), [&](Transaction& transaction) {
    std::vector<std::string> keys;
    const std::int64_t at = now(transaction);
    const auto answer = transaction.run(
        fmt::format("select {}, key from job where kind = $1 order by run_after_utc_ns limit $2",
                    kColumns),
        {enum_text(kind), kLookedAtMax});
    for (const Row& row : answer.rows) {
      if (std::ssize(keys) == count_max) break;
      const std::string& key = row.text(kColumnCount);
      if (may_take(state_of(row), asker({kind, key}), Wish::Due, patience_of(kind), at)) {
        keys.push_back(key);
      }
    }
    return keys;
  });
}

Task<bool> Jobs::take(Kind kind, std::string key, Wish wish) {
  const Name name{kind, key};
  const auto may = [&](Transaction& transaction, const JobState& job) {
    return may_take(job, asker(name), wish, patience_of(kind), now(transaction));
  };
  // First a look that costs no write: mostly the answer is that somebody works on it.
  const bool free = co_await database_.read(usual_deadline(), [&](Transaction& transaction) {
    const auto job = find(transaction, name, "");
    return !job || may(transaction, *job);
  });
  if (!free) co_return false;
  enum class Outcome { Taken, Refused, GivenUp };
  const auto outcome = co_await database_.write(usual_deadline(), [&](Transaction& transaction) {
    add(transaction, kind, key, {});
    // A row that somebody is taking now is not waited for.
    const auto job = find(transaction, name, " for update skip locked");
    if (!job || !may(transaction, *job)) return Outcome::Refused;
    if (wish == Wish::Due && is_spent(*job, patience_of(kind))) {
      transaction.run(
          "update job set owner = null, lease_until_utc_ns = null, given_up = 1, last_error = $3 "
          "where kind = $1 and key = $2",
          {enum_text(kind), key, kNeverReported});
      return Outcome::GivenUp;
    }
    transaction.run(
        "update job set owner = $3, lease_until_utc_ns = $4, attempts = attempts + $5 where kind = "
        "$1 and key = $2",
        {enum_text(kind), key, options_.node,
         now(transaction) + std::chrono::nanoseconds(kLease).count(),
         std::int64_t{wish == Wish::Due ? 1 : 0}});
    return Outcome::Taken;
  });
  if (outcome == Outcome::Taken) note_work(name, wish);
  if (outcome == Outcome::GivenUp) {
    log::error("job.given_up", {{"kind", enum_text(kind)}, {"key", key}, {"what", kNeverReported}});
  }
  co_return outcome == Outcome::Taken;
}

Task<void> Jobs::done(Kind kind, std::string key) {
  forget_work({kind, key});
  co_await database_.write(usual_deadline(), [&](Transaction& transaction) {
    transaction.run("delete from job where kind = $1 and key = $2 and owner = $3",
                    {enum_text(kind), key, options_.node});
  });
}

Task<void> Jobs::give_back(Kind kind, std::string key) {
  const bool attempt = forget_work({kind, key});
  co_await database_.write(usual_deadline(), [&](Transaction& transaction) {
    transaction.run(
        "update job set owner = null, lease_until_utc_ns = null, attempts = case when attempts > "
        "$5 then attempts - $5 else 0 end, run_after_utc_ns = $4 where kind = $1 and key = $2 and "
        "owner = $3",
        {enum_text(kind), key, options_.node, now(transaction), std::int64_t{attempt ? 1 : 0}});
  });
}

Task<void> Jobs::failed(Kind kind, std::string key, std::string what) {
  const bool attempt = forget_work({kind, key});
  what = plain(std::move(what));
  struct Outcome {
    std::int64_t attempts = 0;
    bool given_up = false;
  };
  const auto outcome = co_await database_.write(
      usual_deadline(), [&](Transaction& transaction) -> std::optional<Outcome> {
        const auto job = find(transaction, {kind, key}, "");
        if (!job || job->owner != options_.node) return std::nullopt;  // another one took it over
        const std::int64_t failures = job->failures + (attempt ? 1 : 0);
        const auto wait = wait_after(std::max<std::int64_t>(failures, 1), patience_of(kind));
        transaction.run(
            "update job set owner = null, lease_until_utc_ns = null, run_after_utc_ns = $3, "
            "given_up = $4, last_error = $5, failures = $6 where kind = $1 and key = $2",
            {enum_text(kind), key,
             now(transaction) + wait.value_or(std::chrono::nanoseconds(0)).count(),
             std::int64_t{wait ? 0 : 1}, what, failures});
        return Outcome{.attempts = job->attempts, .given_up = !wait};
      });
  if (!outcome) co_return;
  const std::initializer_list<log::Field> fields{
      {"kind", enum_text(kind)}, {"key", key}, {"attempts", outcome->attempts}, {"what", what}};
  if (outcome->given_up) log::error("job.given_up", fields);
  if (!outcome->given_up) log::warn("job.failed", fields);
}

Task<void> Jobs::renew() {
  std::vector<Name> mine;
  {
    const std::lock_guard lock(mutex_);
    mine.reserve(at_work_.size());
    for (const auto& [name, wish] : at_work_) mine.push_back(name);
  }
  if (mine.empty()) co_return;
  const auto lost = co_await database_.write(usual_deadline(), [&](Transaction& transaction) {
    std::vector<Name> gone;
    const std::int64_t until = now(transaction) + std::chrono::nanoseconds(kLease).count();
    for (const Name& name : mine) {
      const auto renewed = transaction.run(
          "update job set lease_until_utc_ns = $4 where kind = $1 and key = $2 and owner = $3",
          {enum_text(name.first), name.second, options_.node, until});
      if (renewed.changed == 0) gone.push_back(name);
    }
    return gone;
  });
  for (const Name& name : lost) {
    forget_work(name);
    log::warn("job.lease_lost", {{"kind", enum_text(name.first)}, {"key", name.second}});
  }
}

Task<void> Jobs::tell(std::string what, std::vector<std::string> ids) {
  if (!options_.tells || ids.empty()) co_return;
  try {
    co_await database_.write(Deadline::after(kTellWithin), [&](Transaction& transaction) {
      for (const std::string& id : ids) {
        transaction.run("select pg_notify($1, $2)",
                        {database::kNodesChannel, fmt::format("{} {}", what, id)});
      }
    });
  } catch (const database::DatabaseError& error) {  // they ask within a second
    log::debug("jobs.not_told", {{"what", error.what()}});
  }
}

Task<std::vector<JobRow>> Jobs::list(std::int64_t count_max) {
  co_return co_await database_.read(usual_deadline(), [&](Transaction& transaction) {
    std::vector<JobRow> jobs;
    const std::int64_t at = now(transaction);
    const auto answer = transaction.run(fmt::format("select {}, kind, key, last_error from job "
                                                    "where kind <> $2 order by kind, key limit $1",
                                                    kColumns),
                                        {count_max, enum_text(Kind::LocalStore)});
    for (const Row& row : answer.rows) {
      JobRow job{.kind = row.text(kColumnCount),
                 .key = row.text(kColumnCount + 1),
                 .state = state_of(row),
                 .last_error = row.text(kColumnCount + 2)};
      const auto kind = enum_from_text<Kind>(job.kind);
      const bool here = kind && is_at_work(*kind, job.key);
      job.standing = standing_of(
          job.state, {.node = options_.node, .nodes = options_.nodes, .at_work = here}, at);
      jobs.push_back(std::move(job));
    }
    return jobs;
  });
}

Task<std::int64_t> Jobs::retry() {
  co_return co_await database_.write(usual_deadline(), [&](Transaction& transaction) {
    return transaction
        .run(
            "update job set attempts = 0, failures = 0, given_up = 0, run_after_utc_ns = $1 where "
            "owner is null or lease_until_utc_ns <= $1",
            {now(transaction)})
        .changed;
  });
}

Task<std::map<std::pair<std::string, Standing>, std::int64_t>> Jobs::counts() {
  std::map<std::pair<std::string, Standing>, std::int64_t> counts;
  for (const JobRow& job : co_await list(kCountedMax)) ++counts[{job.kind, job.standing}];
  co_return counts;
}

}  // namespace reprise::jobs

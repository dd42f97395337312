#include "platform/database/postgres_pool.hpp"

#include <algorithm>
#include <chrono>
#include <utility>

#include "base/log.hpp"

namespace reprise::database {
namespace {

/// After a failed connection no other thread tries for this long, since each try may block for
/// seconds.
constexpr std::chrono::milliseconds kAwayFor{500};
/// What has been away for less may be a restart: work waits for it.
constexpr std::chrono::seconds kBlip{2};
/// How long those that there are must do before another one is tried.
constexpr std::chrono::seconds kFewFor{5};

/// Counts a thread while it tries.
class Trying {
 public:
  explicit Trying(std::atomic<int>& count) : count_(count) { ++count_; }
  ~Trying() { --count_; }
  Trying(const Trying&) = delete;
  Trying& operator=(const Trying&) = delete;

 private:
  std::atomic<int>& count_;
};

}  // namespace

/// The place of one thread among those that wait. Under the mutex, also at its end.
class PostgresPool::Turn {
 public:
  Turn(PostgresPool& pool, bool again)
      : waiting_(pool.waiting_),
        own_(waiting_.emplace(again ? waiting_.begin() : waiting_.end())) {}
  ~Turn() {
    waiting_.erase(own_);
    if (!waiting_.empty()) waiting_.front().notify_one();
  }
  Turn(const Turn&) = delete;
  Turn& operator=(const Turn&) = delete;

  bool has_come() const { return own_ == waiting_.begin(); }
  void wait(Lock& lock, Deadline until) { own_->wait_until(lock, until.at()); }

 private:
  std::list<std::condition_variable>& waiting_;
  std::list<std::condition_variable>::iterator own_;
};

void PostgresPool::GiveBack::operator()(PostgresConnection* connection) const {
  pool->give_back(Connection(connection));
}

PostgresPool::Lease PostgresPool::take(Deadline deadline) {
  Lock lock(mutex_);
  for (bool again = false;; again = true) {
    Connection found = wait_for_idle(lock, again, deadline);
    if (!found) found = open(lock);
    if (found) return {found.release(), GiveBack{this}};
  }
}

/// Null: another one may be made. `again`: of a thread whose turn had come before.
PostgresPool::Connection PostgresPool::wait_for_idle(Lock& lock, bool again, Deadline deadline) {
  Turn turn(*this, again);
  for (;;) {
    if (turn.has_come()) {
      if (Connection idle = newest_idle()) return idle;
      if (next_try().passed()) return nullptr;
    }
    if (deadline.passed()) {
      throw PostgresError({Failure::Busy, Remedy::None},
                          "no connection to the database was free before the deadline");
    }
    const bool tries = turn.has_come() && next_try().at() < deadline.at();
    turn.wait(lock, tries ? next_try() : deadline);
  }
}

/// Until then nobody tries to make another one: either those that there are must do, or the
/// database has just gone away.
Deadline PostgresPool::next_try() const {
  if (held_ > 0) return few_until_;
  return away_ && !blip_until_.passed() ? away_until_ : Deadline::after({});
}

/// Null when none is idle. One to which the server has spoken has been ended by it.
PostgresPool::Connection PostgresPool::newest_idle() {
  while (!idle_.empty()) {
    Connection newest = std::move(idle_.back());
    idle_.pop_back();
    if (newest->is_usable() && newest->is_quiet()) return newest;
    --held_;
  }
  return nullptr;
}

/// Null: there shall be no more than there are, so wait for one of these.
PostgresPool::Connection PostgresPool::open(Lock& lock) {
  // When all have gone for long, one try is enough: others need not wait for its end.
  const bool tried = trying_ > 0 && held_ == 0 && blip_until_.passed();
  if (away_ && (tried || !away_until_.passed())) {
    throw PostgresError({Failure::Unavailable, Remedy::None}, *away_);
  }
  const Trying trying(trying_);
  lock.unlock();
  try {
    auto made = std::make_unique<PostgresConnection>(target_);
    prepare_(*made);
    lock.lock();
    ++held_;
    note_opened();
    return made;
  } catch (const DatabaseError& error) {
    lock.lock();
    if (held_ > 0 && !said_nothing(error.what())) {
      note_few(error.what());
      return nullptr;
    }
    note_away(error.what());
    throw;
  }
}

void PostgresPool::note_away(const std::string& why) {
  if (!away_ && !said_nothing(why)) blip_until_ = Deadline::after(kBlip);
  if (away_ != why) log::error("database.away", {{"what", why}});
  away_ = why;
  away_until_ = Deadline::after(kAwayFor);
}

void PostgresPool::note_few(const char* why) {
  if (!few_) log::warn("database.few_connections", {{"connections", held_}, {"what", why}});
  few_ = true;
  few_until_ = Deadline::after(kFewFor);
}

void PostgresPool::note_opened() {
  if (away_) log::info("database.back", {{"database", target_.shown}});
  away_.reset();
  few_ = false;
}

/// What has broken one connection has probably broken those that are idle, too.
void PostgresPool::give_back(Connection connection) {
  connection->rollback();
  std::vector<Connection> broken;  // closed outside the mutex
  const Lock lock(mutex_);
  if (connection->is_usable()) {
    idle_.push_back(std::move(connection));
  } else {
    broken = std::exchange(idle_, {});
    held_ -= broken.size() + 1;
  }
  if (!waiting_.empty()) waiting_.front().notify_one();
}

}  // namespace reprise::database

#pragma once

#include <algorithm>
#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <deque>
#include <exception>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <utility>
#include <vector>

#include "base/log.hpp"
#include "base/uncancelled.hpp"
#include "platform/database/database.hpp"

namespace reprise::database {

/// Whether one item of a group may be to blame for what failed, so that the others could be stored
/// without it. A lock that is held for long (Busy) is one of a single row.
inline bool may_be_of_one(const std::exception_ptr& failed) {
  try {
    std::rethrow_exception(failed);
  } catch (const DatabaseError& error) {
    return error.failure() != Failure::Unavailable && error.failure() != Failure::Full;
  } catch (...) {
    return true;
  }
}

/// Stores items: those that wait at the same moment share one transaction, so that they share its
/// round trips and its wait for the disk (docs/adr/2026-11-29-group-commit.md). Any thread. The
/// database outlives it; it outlives its calls.
template <class Item, class Outcome>
class GroupCommit {
 public:
  using Group = std::vector<const Item*>;
  using Outcomes = std::vector<Outcome>;
  struct Options {
    const char* name = "rows";  ///< of the items, in the log
    std::size_t group_max = 1;  ///< one transaction holds so many at most; 1: none waits
    /// Whether two items must not be in one group: what the later one gets depends on the earlier.
    std::function<bool(const Item&, const Item&)> apart = {};
  };
  /// Stores a group and returns the outcome of each item in its order. May be called more than once
  /// for a group (Database::write).
  using Store = std::function<Outcomes(Transaction&, const Group&)>;

  GroupCommit(Database& database, Options options, Store store)
      : database_(database), options_(std::move(options)), store_(std::move(store)) {}

  /// Returns when the item is durable, or refused by the store. When a group fails by something
  /// that one of its items may be the cause of, each is stored alone. Throws DatabaseError. Cannot
  /// be cancelled: others may wait for the one that stores them.
  Task<Outcome> add(Item item, Deadline deadline) {
    return uncancelled(wait_and_add(std::move(item), deadline));
  }

 private:
  struct Waiting {
    Waiting(const boost::asio::any_io_executor& executor, Item of, Deadline until)
        : item(std::move(of)), deadline(until), timer(executor) {
      timer.expires_at(Deadline::never().at());
    }
    bool is_settled() const { return stored.has_value() || failed != nullptr; }

    const Item item;
    const Deadline deadline;
    boost::asio::steady_timer timer;  // of the waiting task's thread
    // Written by the one that leads, before it wakes this one:
    std::optional<Outcome> stored;
    std::exception_ptr failed;
  };
  using WaitingPtr = std::shared_ptr<Waiting>;  // owned by its own call and by the one that leads

  Task<Outcome> wait_and_add(Item item, Deadline deadline) {
    const auto own = std::make_shared<Waiting>(co_await boost::asio::this_coro::executor,
                                               std::move(item), deadline);
    if (options_.group_max <= 1) {
      co_await store_all({own});
    } else {
      co_await take_part(own);
    }
    if (own->failed) std::rethrow_exception(own->failed);
    co_return *std::move(own->stored);
  }

  Task<void> take_part(WaitingPtr own) {
    bool leads = false;
    {
      const std::lock_guard lock(mutex_);
      waiting_.push_back(own);
      leads = !std::exchange(led_, true);
    }
    if (!leads) {
      boost::system::error_code woken;
      co_await own->timer.async_wait(
          boost::asio::redirect_error(boost::asio::use_awaitable, woken));
    }
    if (!own->is_settled()) co_await lead();  // it is the first of those that wait
  }

  /// Stores all that wait now, and wakes the next one that leads. Must not throw before that.
  Task<void> lead() {
    const std::vector<WaitingPtr> group = take();
    co_await store_all(group);
    for (const WaitingPtr& one : group) wake(one);
    const std::lock_guard lock(mutex_);
    led_ = !waiting_.empty();
    if (led_) wake(waiting_.front());
  }

  /// What must not be with others of the group waits for the next one.
  std::vector<WaitingPtr> take() {
    const std::lock_guard lock(mutex_);
    std::vector<WaitingPtr> group;
    std::erase_if(waiting_, [&](const WaitingPtr& one) {
      const auto is_apart = [&](const WaitingPtr& other) {
        return options_.apart && options_.apart(other->item, one->item);
      };
      const bool taken = group.size() < options_.group_max && std::ranges::none_of(group, is_apart);
      if (taken) group.push_back(one);
      return taken;
    });
    return group;
  }

  /// On the timer's own thread. Not `cancel`: the wait may begin after this.
  static void wake(const WaitingPtr& waiting) {
    boost::asio::post(waiting->timer.get_executor(), [waiting] {
      waiting->timer.expires_at(boost::asio::steady_timer::time_point::min());
    });
  }

  /// Settles each of the group.
  Task<void> store_all(std::vector<WaitingPtr> group) {
    for (const WaitingPtr& one : group) {
      if (!one->deadline.passed()) continue;
      one->failed = std::make_exception_ptr(
          DatabaseError(Failure::Busy, "its turn had not come at its deadline"));
    }
    std::erase_if(group, [](const WaitingPtr& one) { return one->is_settled(); });
    if (group.empty()) co_return;
    const std::exception_ptr failed = co_await store_once(group);
    if (!failed) co_return;
    if (group.size() == 1 || !may_be_of_one(failed)) {
      for (const WaitingPtr& one : group) one->failed = failed;
      co_return;
    }
    log::info("group.stored_alone", {{"what", options_.name}, {"items", group.size()}});
    for (const WaitingPtr& one : group) one->failed = co_await store_once({one});
  }

  /// Stores a group in one transaction. Returns why nothing of it is stored, if so.
  Task<std::exception_ptr> store_once(std::vector<WaitingPtr> group) {
    const auto latest =
        std::ranges::max(group, {}, [](const WaitingPtr& one) { return one->deadline.at(); });
    Group items;
    items.reserve(group.size());
    for (const WaitingPtr& one : group) items.push_back(&one->item);
    try {
      auto outcomes = co_await database_.write(
          latest->deadline, [&](Transaction& transaction) { return store_(transaction, items); });
      for (std::size_t i = 0; i < group.size(); ++i) {
        group[i]->stored.emplace(std::move(outcomes.at(i)));
      }
    } catch (...) {
      co_return std::current_exception();
    }
    co_return nullptr;
  }

  Database& database_;
  const Options options_;
  const Store store_;
  std::mutex mutex_;
  std::deque<WaitingPtr> waiting_;  // under the mutex
  bool led_ = false;                // under the mutex: a call stores a group, or is about to
};

}  // namespace reprise::database

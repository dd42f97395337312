#include "platform/archive/chunk_rows.hpp"

#include <algorithm>
#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <exception>
#include <optional>

#include "base/log.hpp"
#include "base/uncancelled.hpp"

namespace reprise::archive {
namespace asio = boost::asio;

using database::DatabaseError;
using database::Failure;

struct ChunkRows::Waiting {
  Waiting(const asio::any_io_executor& executor, NewChunk new_chunk, Deadline until)
      : chunk(std::move(new_chunk)), deadline(until), timer(executor) {
    timer.expires_at(Deadline::never().at());
  }
  bool is_same_chunk(const Waiting& other) const {
    return chunk.wish.id == other.chunk.wish.id && chunk.wish.seq == other.chunk.wish.seq;
  }
  bool is_settled() const { return stored.has_value() || failed != nullptr; }

  const NewChunk chunk;
  const Deadline deadline;
  asio::steady_timer timer;  // of the waiting task's thread
  // Written by the one that leads, before it wakes this one:
  std::optional<Result<ChunkInfo>> stored;
  std::exception_ptr failed;
};

namespace {

/// On the timer's own thread. Not `cancel`: the wait may begin after this.
template <class WaitingPtr>
void wake(const WaitingPtr& waiting) {
  asio::post(waiting->timer.get_executor(),
             [waiting] { waiting->timer.expires_at(asio::steady_timer::time_point::min()); });
}

/// Whether one row may be to blame, so that the others could be stored without it. A lock that is
/// held for long (Busy) is one of a single recording.
bool may_be_of_one(Failure failure) {
  return failure != Failure::Unavailable && failure != Failure::Full;
}

bool may_be_of_one(const std::exception_ptr& failed) {
  try {
    std::rethrow_exception(failed);
  } catch (const DatabaseError& error) {
    return may_be_of_one(error.failure());
  } catch (...) {
    return true;
  }
}

}  // namespace

Task<Result<ChunkInfo>> ChunkRows::add(NewChunk chunk, Deadline deadline) {
  return uncancelled(wait_and_add(std::move(chunk), deadline));
}

Task<Result<ChunkInfo>> ChunkRows::wait_and_add(NewChunk chunk, Deadline deadline) {
  const auto own =
      std::make_shared<Waiting>(co_await asio::this_coro::executor, std::move(chunk), deadline);
  if (group_max_ == 1) {
    co_await store_all({own});
  } else {
    co_await take_part(own);
  }
  if (own->failed) std::rethrow_exception(own->failed);
  co_return *std::move(own->stored);
}

Task<void> ChunkRows::take_part(WaitingPtr own) {
  bool leads = false;
  {
    const std::lock_guard lock(mutex_);
    waiting_.push_back(own);
    leads = !std::exchange(led_, true);
  }
  if (!leads) {
    boost::system::error_code woken;
    co_await own->timer.async_wait(asio::redirect_error(asio::use_awaitable, woken));
  }
  if (!own->is_settled()) co_await lead();  // it is the first of those that wait
}

/// Stores all that wait now, and wakes the next one that leads. Must not throw before that.
Task<void> ChunkRows::lead() {
  const std::vector<WaitingPtr> group = take();
  co_await store_all(group);
  for (const WaitingPtr& one : group) wake(one);
  pass_on();
}

/// A later upload of the same chunk waits for the next group: what it gets depends on this one.
std::vector<ChunkRows::WaitingPtr> ChunkRows::take() {
  const std::lock_guard lock(mutex_);
  std::vector<WaitingPtr> group;
  std::erase_if(waiting_, [&](const WaitingPtr& one) {
    const bool taken =
        group.size() < group_max_ &&
        std::ranges::none_of(
            group, [&](const WaitingPtr& other) { return one->is_same_chunk(*other); });
    if (taken) group.push_back(one);
    return taken;
  });
  return group;
}

void ChunkRows::pass_on() {
  const std::lock_guard lock(mutex_);
  led_ = !waiting_.empty();
  if (led_) wake(waiting_.front());
}

/// Settles each of the group.
Task<void> ChunkRows::store_all(std::vector<WaitingPtr> group) {
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
  log::info("chunks.stored_alone", {{"chunks", group.size()}});
  for (const WaitingPtr& one : group) one->failed = co_await store_once({one});
}

/// Stores a group in one transaction. Returns why nothing of it is stored, if so.
Task<std::exception_ptr> ChunkRows::store_once(std::vector<WaitingPtr> group) {
  const auto latest =
      std::ranges::max(group, {}, [](const WaitingPtr& one) { return one->deadline.at(); });
  Group chunks;
  for (const WaitingPtr& one : group) chunks.push_back(&one->chunk);
  try {
    auto outcomes = co_await database_.write(
        latest->deadline,
        [&](database::Transaction& transaction) { return store_(transaction, chunks); });
    for (std::size_t i = 0; i < group.size(); ++i) {
      group[i]->stored.emplace(std::move(outcomes.at(i)));
    }
  } catch (...) {
    co_return std::current_exception();
  }
  co_return nullptr;
}

}  // namespace reprise::archive

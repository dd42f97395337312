#include "base/gate.hpp"

#include <algorithm>
#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <deque>
#include <exception>
#include <mutex>

#include "base/assert.hpp"

namespace reprise {
namespace asio = boost::asio;

struct Gate::Waiting {
  Waiting(const asio::any_io_executor& executor, Deadline deadline)
      : timer(executor, deadline.at()) {}
  asio::steady_timer timer;  // of the waiting task's thread
  bool admitted = false;     // under the gate's lock
};

struct Gate::State {
  explicit State(std::size_t places) : free(places) {}
  std::mutex lock;
  std::size_t free;
  std::deque<std::shared_ptr<Waiting>> queue;  // shared with the tasks that wait

  /// True when a place had been given to `waiting` before it gave up.
  bool withdraw(const std::shared_ptr<Waiting>& waiting) {
    const std::scoped_lock guard(lock);
    if (!waiting->admitted) std::erase(queue, waiting);
    return waiting->admitted;
  }
};

Gate::Gate(std::size_t places) : state_(std::make_unique<State>(places)) {}
Gate::~Gate() { REPRISE_ASSERT(state_->queue.empty()); }

bool Gate::take() {
  const std::scoped_lock guard(state_->lock);
  if (state_->free == 0) return false;
  --state_->free;
  return true;
}

std::optional<Gate::Place> Gate::try_enter() {
  if (!take()) return std::nullopt;
  return std::optional<Place>(std::in_place, *this);
}

Task<std::optional<Gate::Place>> Gate::enter(Deadline deadline) {
  if (auto place = try_enter()) co_return place;
  const auto waiting = std::make_shared<Waiting>(co_await asio::this_coro::executor, deadline);
  {
    const std::scoped_lock guard(state_->lock);
    if (state_->free > 0) {  // somebody left meanwhile
      --state_->free;
      co_return std::optional<Place>(std::in_place, *this);
    }
    state_->queue.push_back(waiting);
  }
  // A frame that is destroyed while it waits must give up its turn and its place.
  struct Withdraw {
    Gate* gate;
    const std::shared_ptr<Waiting>& waiting;
    bool settled = false;
    ~Withdraw() {
      if (!settled) gate->abandon(waiting);
    }
  } withdraw{this, waiting};
  boost::system::error_code ignored;  // the deadline, a place, or cancellation: see below
  co_await waiting->timer.async_wait(asio::redirect_error(asio::use_awaitable, ignored));
  withdraw.settled = true;
  if (!state_->withdraw(waiting)) co_return std::nullopt;
  co_return std::optional<Place>(std::in_place, *this);
}

void Gate::abandon(const std::shared_ptr<Waiting>& waiting) noexcept {
  try {
    if (state_->withdraw(waiting)) pass_on();
  } catch (...) {
    std::terminate();  // a lock that fails, or no memory: a place would be lost for good
  }
}

void Gate::leave() noexcept {
  try {
    pass_on();
  } catch (...) {
    std::terminate();  // as above
  }
}

void Gate::pass_on() {
  std::shared_ptr<Waiting> next;
  {
    const std::scoped_lock guard(state_->lock);
    if (state_->queue.empty()) {
      ++state_->free;
      return;
    }
    next = std::move(state_->queue.front());
    state_->queue.pop_front();
    next->admitted = true;
  }
  // On the timer's own thread. Not `cancel`: the wait may begin after this.
  asio::post(next->timer.get_executor(),
             [next] { next->timer.expires_at(asio::steady_timer::time_point::min()); });
}

}  // namespace reprise

#include "base/bell.hpp"

#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <mutex>
#include <utility>
#include <vector>

namespace reprise {
namespace asio = boost::asio;

namespace {

using Timer = asio::steady_timer;  // of the waiting task's thread

}  // namespace

struct Bell::State {
  mutable std::mutex lock;
  std::uint64_t rung = 0;
  std::vector<std::shared_ptr<Timer>> waiting;  // shared with the tasks that wait

  void withdraw(const std::shared_ptr<Timer>& timer) {
    const std::scoped_lock guard(lock);
    std::erase(waiting, timer);
  }
};

Bell::Bell() : state_(std::make_unique<State>()) {}
Bell::~Bell() = default;

std::uint64_t Bell::rung() const {
  const std::scoped_lock guard(state_->lock);
  return state_->rung;
}

void Bell::ring() {
  std::vector<std::shared_ptr<Timer>> woken;
  {
    const std::scoped_lock guard(state_->lock);
    ++state_->rung;
    woken = std::exchange(state_->waiting, {});
  }
  for (const auto& timer : woken) {
    // On the timer's own thread. Not `cancel`: the wait may begin after this.
    asio::post(timer->get_executor(), [timer] { timer->expires_at(Timer::time_point::min()); });
  }
}

Task<void> Bell::wait(std::uint64_t seen, Deadline deadline) {
  const auto timer = std::make_shared<Timer>(co_await asio::this_coro::executor, deadline.at());
  {
    const std::scoped_lock guard(state_->lock);
    if (state_->rung > seen) co_return;
    state_->waiting.push_back(timer);
  }
  struct Withdraw {
    State& state;
    const std::shared_ptr<Timer>& timer;
    ~Withdraw() { state.withdraw(timer); }
  } const withdraw{*state_, timer};
  boost::system::error_code ignored;  // the deadline, the bell, or cancellation
  co_await timer->async_wait(asio::redirect_error(asio::use_awaitable, ignored));
}

}  // namespace reprise

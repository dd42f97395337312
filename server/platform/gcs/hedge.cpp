#include "platform/gcs/hedge.hpp"

#include <algorithm>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <exception>
#include <memory>
#include <optional>
#include <vector>

#include "base/uncancelled.hpp"

namespace reprise::gcs {
namespace asio = boost::asio;

namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

/// What the tasks of one read tell each other; all on one executor.
struct Race {
  explicit Race(const asio::any_io_executor& executor) : wake(executor) {}
  asio::steady_timer wake;
  int running = 0;
  bool won = false;
  std::optional<Answered> answer;
};

bool is_good(const Answered& answer) { return answer && answer->status < 500; }

Task<void> run(std::shared_ptr<Race> race, Ask ask) {
  std::optional<Answered> answer;
  std::exception_ptr thrown;
  try {
    answer = co_await ask();
  } catch (...) {
    thrown = std::current_exception();
  }
  --race->running;
  if (answer && !race->won) {
    race->won = is_good(*answer);
    race->answer = std::move(answer);
  }
  race->wake.cancel();  // or the read would wait for ever
  if (thrown) std::rethrow_exception(thrown);
}

Task<void> wait(std::shared_ptr<Race> race, steady_clock::time_point until) {
  boost::system::error_code woken;
  race->wake.expires_at(until);
  co_await race->wake.async_wait(asio::redirect_error(asio::use_awaitable, woken));
}

Task<Answered> hold_race(Ask ask, Durations& durations) {
  const auto began = steady_clock::now();
  const auto executor = co_await asio::this_coro::executor;
  const auto race = std::make_shared<Race>(executor);  // shared with both tasks
  TaskGroup tasks(executor);
  const auto start = [&] {
    ++race->running;
    tasks.spawn("gcs.read", run(race, ask));
  };
  start();
  const auto patience = durations.percentile_95();
  if (patience) {
    co_await wait(race, began + std::max(*patience, kHedgeAfterLeast));
    if (race->running > 0) start();
  }
  while (race->running > 0 && !race->won) co_await wait(race, steady_clock::time_point::max());
  if (race->running > 0) tasks.cancel();
  constexpr std::chrono::seconds kEndWithin{5};
  co_await tasks.join(Deadline::after(kEndWithin));
  if (race->won) {
    durations.add(std::chrono::duration_cast<milliseconds>(steady_clock::now() - began));
  }
  if (!race->answer) {  // `ask` threw
    co_return fail(ErrorCode::Unavailable, "The object store does not answer.", {}, "no answer");
  }
  co_return *std::move(race->answer);
}

}  // namespace

void Durations::add(milliseconds took) {
  const std::scoped_lock guard(lock_);
  ring_.at(added_++ % kKept) = took;
}

std::optional<milliseconds> Durations::percentile_95() const {
  const std::scoped_lock guard(lock_);
  const std::size_t count = std::min(added_, kKept);
  if (count < kLeast) return std::nullopt;
  std::vector<milliseconds> sorted(ring_.begin(), ring_.begin() + static_cast<long>(count));
  const auto at = sorted.begin() + static_cast<long>(count * 95 / 100);
  std::ranges::nth_element(sorted, at);
  return *at;
}

Task<Answered> hedged(Ask ask, Durations& durations) {
  return uncancelled(hold_race(std::move(ask), durations));
}

}  // namespace reprise::gcs

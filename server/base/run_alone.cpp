#include "base/run_alone.hpp"

#include <memory>
#include <mutex>
#include <utility>
#include <vector>

#include "base/assert.hpp"

namespace reprise {
namespace {

namespace asio = boost::asio;

/// Contexts of threads that have ended, for the threads that come. None is ever destroyed: when a
/// task has ended, and its thread too, a pool's thread may still be inside of the post that woke
/// it.
class SpareContexts {
 public:
  std::unique_ptr<asio::io_context> take() {
    const std::lock_guard lock(mutex_);
    if (contexts_.empty()) return std::make_unique<asio::io_context>();
    auto context = std::move(contexts_.back());
    contexts_.pop_back();
    return context;
  }
  void give_back(std::unique_ptr<asio::io_context> context) {
    const std::lock_guard lock(mutex_);
    contexts_.push_back(std::move(context));
  }

 private:
  std::mutex mutex_;
  std::vector<std::unique_ptr<asio::io_context>> contexts_;
};

SpareContexts& spare() {
  static auto* const contexts = new SpareContexts;
  return *contexts;
}

struct Lent {
  std::unique_ptr<asio::io_context> context = spare().take();
  Lent() = default;
  Lent(const Lent&) = delete;
  Lent& operator=(const Lent&) = delete;
  ~Lent() { spare().give_back(std::move(context)); }
};

}  // namespace

asio::io_context& context_to_run_alone() {
  thread_local Lent lent;
  REPRISE_ASSERT(!lent.context->get_executor().running_in_this_thread());
  lent.context->restart();
  return *lent.context;
}

}  // namespace reprise

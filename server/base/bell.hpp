#pragma once

#include <cstdint>
#include <memory>

#include "base/async.hpp"

namespace reprise {

/// Wakes tasks that wait for something new. Any thread; tasks of several executors may wait, each
/// executor has one thread. The bell outlives the waits.
class Bell {
 public:
  Bell();
  ~Bell();
  Bell(const Bell&) = delete;
  Bell& operator=(const Bell&) = delete;
  /// How often it has rung. Read it before looking whether there is something new.
  std::uint64_t rung() const;
  /// Wakes all that wait.
  void ring();
  /// Waits until it has rung more than `seen` times, or for the deadline. Returns early when
  /// cancelled.
  Task<void> wait(std::uint64_t seen, Deadline deadline);

 private:
  struct State;
  const std::unique_ptr<State> state_;
};

}  // namespace reprise

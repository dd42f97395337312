#pragma once

#include <memory>
#include <optional>
#include <utility>

#include "base/async.hpp"

namespace reprise {

/// Lets a fixed number of tasks in at once. The others wait in the order in which they came. Any
/// thread. Tasks of several executors may wait at one gate; each executor has one thread. The gate
/// outlives the tasks.
class Gate {
 public:
  explicit Gate(std::size_t places);
  ~Gate();
  /// A place at the gate. Its destructor gives it back. The gate outlives it.
  class Place {
   public:
    explicit Place(Gate& gate) : gate_(&gate) {}
    Place(Place&& other) noexcept : gate_(std::exchange(other.gate_, nullptr)) {}
    Place& operator=(Place&&) = delete;
    ~Place() {
      if (gate_ != nullptr) gate_->leave();
    }

   private:
    Gate* gate_;
  };
  /// Takes a place if one is free now.
  std::optional<Place> try_enter();
  /// Waits for a place. Empty when the deadline passed or the task was cancelled.
  Task<std::optional<Place>> enter(Deadline deadline);

 private:
  struct State;
  struct Waiting;
  bool take();
  void leave() noexcept;
  void abandon(const std::shared_ptr<Waiting>& waiting) noexcept;
  void pass_on();
  const std::unique_ptr<State> state_;
};

}  // namespace reprise

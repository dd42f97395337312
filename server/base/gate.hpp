#pragma once

#include <memory>
#include <optional>
#include <utility>

#include "base/async.hpp"

namespace reprise {

/// Lets a fixed number of tasks in at once; the others wait in the order in which they came. Any
/// thread; tasks of several executors, of one
/// thread each, may wait at one gate; it outlives them.
class Gate {
 public:
  explicit Gate(std::size_t places);
  ~Gate();
  /// A place, given back when it is destroyed. Outlived by the gate.
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
  /// At once, or not at all.
  std::optional<Place> try_enter();
  /// None: the deadline passed, or the task was cancelled.
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

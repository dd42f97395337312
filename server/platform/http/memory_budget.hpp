#pragma once

#include <atomic>
#include <cstdint>

namespace reprise::http {

/// The bytes that the bodies and answers of all connections of a server hold together. Any thread.
class MemoryBudget {
 public:
  explicit MemoryBudget(std::uint64_t bytes_max) : bytes_max_(bytes_max) {}
  /// False when there is not enough left; then nothing is taken.
  bool take(std::uint64_t bytes) {
    if (held_.fetch_add(bytes) + bytes <= bytes_max_) return true;
    held_ -= bytes;
    return false;
  }
  void give_back(std::uint64_t bytes) { held_ -= bytes; }
  std::uint64_t held() const { return held_; }

 private:
  const std::uint64_t bytes_max_;
  std::atomic<std::uint64_t> held_{0};
};

/// One connection's part of a budget. The destructor gives it back. One thread at a time.
class MemoryShare {
 public:
  /// Each connection has this much for free: small requests are answered even when the budget is
  /// used up.
  static constexpr std::uint64_t kFreeBytes = 16 * 1024;

  explicit MemoryShare(MemoryBudget& budget) : budget_(budget) {}
  MemoryShare(const MemoryShare&) = delete;
  MemoryShare& operator=(const MemoryShare&) = delete;
  ~MemoryShare() { release(); }
  /// Holds at least `bytes` in all. False: there is not enough left, and the part stays as it was.
  bool grow_to(std::uint64_t bytes) {
    if (bytes <= kFreeBytes || bytes <= held_) return true;
    if (!budget_.take(bytes - held_)) return false;
    held_ = bytes;
    return true;
  }
  void release() {
    budget_.give_back(held_);
    held_ = 0;
  }

 private:
  MemoryBudget& budget_;
  std::uint64_t held_ = 0;
};

}  // namespace reprise::http

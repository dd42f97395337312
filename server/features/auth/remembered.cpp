#include "features/auth/remembered.hpp"

namespace reprise::auth {

using access::Principal;

std::optional<Principal> Remembered::find(const Key& key, std::int64_t now_utc_ns) {
  const std::scoped_lock guard(lock_);
  const auto found = held_.find(key);
  if (found == held_.end()) return std::nullopt;
  const std::int64_t age = now_utc_ns - found->second.since_utc_ns;
  if (age >= 0 && age < std::chrono::nanoseconds(kRememberedFor).count()) return found->second.who;
  held_.erase(found);
  return std::nullopt;
}

std::uint64_t Remembered::generation() const {
  const std::scoped_lock guard(lock_);
  return generation_;
}

void Remembered::add(const Key& key, const Principal& who, std::int64_t now_utc_ns,
                     std::uint64_t generation) {
  const std::scoped_lock guard(lock_);
  if (generation != generation_) return;
  if (held_.size() >= kMost) held_.clear();
  held_.insert_or_assign(key, Held{who, now_utc_ns});
}

void Remembered::forget_all() {
  const std::scoped_lock guard(lock_);
  held_.clear();
  ++generation_;
}

}  // namespace reprise::auth

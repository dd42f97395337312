#include "features/live/signs_of_life.hpp"

namespace reprise::live {

void SignsOfLife::seen(const std::string& id, Clock::time_point now) {
  const std::scoped_lock lock(mutex_);
  if (last_.size() >= kWatchedTalksMax && !last_.contains(id)) return;
  last_[id] = now;
}

void SignsOfLife::forget(const std::string& id) {
  const std::scoped_lock lock(mutex_);
  last_.erase(id);
}

std::vector<std::string> SignsOfLife::take_silent(Clock::time_point now) {
  const std::scoped_lock lock(mutex_);
  std::vector<std::string> silent;
  for (auto at = last_.begin(); at != last_.end();) {
    if (now - at->second > kSilentAfter) {
      silent.push_back(at->first);
      at = last_.erase(at);
    } else {
      ++at;
    }
  }
  return silent;
}

}  // namespace reprise::live

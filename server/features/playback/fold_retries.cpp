#include "features/playback/fold_retries.hpp"

#include <algorithm>

namespace reprise::playback {
namespace {

constexpr std::int64_t kDoublingsMax = 8;

}  // namespace

void FoldRetries::begin_pass() {
  std::erase_if(failed_, [this](const auto& entry) { return entry.second.met_in < pass_; });
  ++pass_;
}

bool FoldRetries::is_due(const std::string& recording) {
  const auto known = failed_.find(recording);
  if (known == failed_.end()) {
    if (failed_.size() < kRememberedMax) {
      failed_[recording] = {.tries = 1, .next_pass = pass_ + 1, .met_in = pass_};
    }
    return true;
  }
  Failed& failed = known->second;
  failed.met_in = pass_;
  if (pass_ < failed.next_pass) return false;
  failed.next_pass =
      pass_ + std::min(std::int64_t{1} << std::min(failed.tries, kDoublingsMax), kPassesMax);
  ++failed.tries;
  return true;
}

}  // namespace reprise::playback

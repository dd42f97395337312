#include "domain/recording/format/gaps.hpp"

namespace reprise::recording {

std::vector<std::int64_t> missing_seqs(std::span<const std::int64_t> stored, std::int64_t last) {
  std::vector<std::int64_t> missing;
  auto next = stored.begin();
  for (std::int64_t seq = 0; seq <= last && missing.size() < kMissingNamedMax; ++seq) {
    if (next != stored.end() && *next == seq) {
      ++next;
    } else {
      missing.push_back(seq);
    }
  }
  return missing;
}

}  // namespace reprise::recording

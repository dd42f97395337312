#pragma once

#include <cstdint>

namespace reprise {

/// Bytes [first, last) of an object, a file or an answer.
struct ByteRange {
  std::uint64_t first = 0;
  /// One past the end. A value that is larger than the size of the whole means the end.
  std::uint64_t last = UINT64_MAX;
  bool is_whole() const { return first == 0 && last == UINT64_MAX; }
  std::uint64_t length() const { return last - first; }
  friend bool operator==(const ByteRange&, const ByteRange&) = default;
};

}  // namespace reprise

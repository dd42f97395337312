#pragma once

#include <cstdint>
#include <filesystem>

namespace reprise::database {

/// A file that reserves disk space. It is removed when the disk is full, so that deletions can be
/// written. Any thread.
class SpareFile {
 public:
  /// Enough for the log of a few thousand deleted rows (measured 2026-11-28: 2.5 MB for the 7 200
  /// chunks of two hours).
  static constexpr std::uint64_t kBytesMax = std::uint64_t{8} << 20;

  explicit SpareFile(std::filesystem::path path) : path_(std::move(path)) {}
  /// Makes the file when it is absent and the disk has space; takes at most a quarter of that
  /// space.
  void keep() const;
  /// Removes the file. False when there was none.
  bool give_back() const;

 private:
  std::filesystem::path path_;
};

}  // namespace reprise::database

#pragma once

#include <filesystem>

#include "base/types.hpp"

namespace reprise::media {

/// A file that is appended to and changed in place. Every failure throws std::system_error. One
/// thread at a time.
class File {
 public:
  /// Creates the file, or truncates it.
  explicit File(std::filesystem::path path);
  ~File();
  File(const File&) = delete;
  File& operator=(const File&) = delete;

  void append(ByteView bytes);
  void patch(std::uint64_t offset, ByteView bytes);
  /// Reads exactly `count` bytes at `offset`.
  Bytes read(std::uint64_t offset, std::size_t count) const;
  /// On return the file's content is on the disk.
  void sync();
  /// Moves the file over `path`; it stays open.
  void rename(std::filesystem::path path);
  std::uint64_t size() const { return size_; }

 private:
  void write_at(std::uint64_t offset, ByteView bytes);
  std::filesystem::path path_;
  int descriptor_;
  std::uint64_t size_ = 0;
};

}  // namespace reprise::media

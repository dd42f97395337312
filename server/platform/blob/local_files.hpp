#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "platform/blob/blob.hpp"
#include "platform/blob/disk.hpp"

// The files of the local store, as objects. Blocks: use it in a pool only.
namespace reprise::blob {

[[noreturn]] void fail_passing(std::string_view doing, const std::filesystem::path& path,
                               int error);

/// Every regular file below `folder`, in no order, with keys relative to `root`. An absent folder
/// has none. Throws StoreFailed.
std::vector<BlobInfo> files_below(const std::filesystem::path& root,
                                  const std::filesystem::path& folder);
/// The objects behind `cursor` in the order of their keys, at most `page_max`.
BlobPage page_of(std::vector<BlobInfo> objects, const std::string& cursor, std::size_t page_max);
/// What lies in the folder. An absent folder has nothing. Throws StoreFailed.
std::vector<std::string> names_in(const std::filesystem::path& folder);

/// A new file that is written piece by piece and moved away at the end. Removes itself when it was
/// not moved. The first failure ends the writing; `finish` reports it.
class TemporaryFile {
 public:
  explicit TemporaryFile(std::filesystem::path path);
  ~TemporaryFile();
  TemporaryFile(const TemporaryFile&) = delete;
  TemporaryFile& operator=(const TemporaryFile&) = delete;
  void append(ByteView piece);
  /// Makes the content durable.
  DiskError finish();
  const std::filesystem::path& path() const { return path_; }
  std::uint64_t bytes() const { return bytes_; }

 private:
  const std::filesystem::path path_;
  const Descriptor file_;
  DiskError failed_;
  std::uint64_t bytes_ = 0;
};

}  // namespace reprise::blob

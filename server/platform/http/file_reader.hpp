#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>

namespace reprise::http {

/// A file that is open for reading. The destructor closes it.
class FileReader {
 public:
  /// Blocks. Throws std::system_error when the file cannot be opened or ends before `end`.
  FileReader(const std::string& path, std::uint64_t end);
  /// The same for a path that the kernel knows without reading the disk; otherwise empty. Does not
  /// block.
  static std::optional<FileReader> open_cached(const std::string& path, std::uint64_t end);
  FileReader(FileReader&& other) noexcept;
  FileReader& operator=(FileReader&&) = delete;
  ~FileReader();
  /// Fills the front of `space` with what the page cache holds; 0 when it holds nothing of it.
  /// Never blocks.
  std::size_t read_cached(std::span<char> space, std::uint64_t offset) const;
  /// Fills the front of `space`. Blocks. Throws std::system_error, also at the end of the file.
  std::size_t read(std::span<char> space, std::uint64_t offset) const;

 private:
  FileReader(int descriptor, std::uint64_t end);

  int descriptor_;
};

}  // namespace reprise::http

#pragma once

// Zip files with libarchive: written piece by piece, so that a zip may be larger than memory, and
// read for a comparison. Nothing is ever unpacked onto a disk.

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "base/types.hpp"

namespace reprise::zip {

/// One file in a zip.
struct Entry {
  std::string path;  ///< relative, with `/`
  /// Empty: not known ahead. Then the content is compressed, since readers find the end of stored
  /// content by its size.
  std::optional<std::uint64_t> bytes = std::nullopt;
  std::int64_t modified_utc_ns = 0;
};

/// One thread at a time. Zip64 where it is needed. Throws std::runtime_error when libarchive
/// refuses something (no memory).
class Writer {
 public:
  Writer();
  ~Writer();
  Writer(const Writer&) = delete;
  Writer& operator=(const Writer&) = delete;
  /// Ends the entry before. Content of a known size is media, and stored as it is.
  void begin(const Entry& entry);
  /// Adds to the entry that was begun; with a known size, never more than that.
  void add(ByteView piece);
  /// Ends the last entry and writes the directory of the zip.
  void finish();
  /// The bytes of the zip that came since the last call.
  Bytes take();

 private:
  struct State;
  const std::unique_ptr<State> state_;
};

/// What `read_file` tells of a zip. `begin` is called for each entry, then `add` with its content.
struct Visitor {
  std::function<void(const std::string& path)> begin;
  std::function<void(ByteView piece)> add;
};
/// Reads a whole zip. Errors: Invalid, with a sentence, when it is none or is damaged.
Status read_file(const std::filesystem::path& file, const Visitor& visitor);

}  // namespace reprise::zip

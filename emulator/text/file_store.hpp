#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "base/types.hpp"

namespace reprise::emulator {

/// Files live for two days (ai.google.dev, November 2026).
inline constexpr std::chrono::hours kFileLife{48};
/// What the emulator keeps in memory in all. Google keeps 20 GB for a project.
inline constexpr std::uint64_t kFilesBytesMax = 512ULL * 1024 * 1024;

struct StoredFile {
  std::string id;  ///< `abc-123`, of the name `files/abc-123`
  std::string display_name;
  std::string mime_type;
  std::int64_t created_utc_ns = 0;
  std::int64_t active_utc_ns = 0;  ///< before this time it is PROCESSING
  std::shared_ptr<const Bytes> data;
};

struct UploadWish {
  std::string id;  ///< empty: a random one
  std::string display_name;
  std::string mime_type;
  std::optional<std::uint64_t> bytes;  ///< as announced
};

/// Why a piece of an upload was refused.
enum class UploadRefusal { Unknown, WrongOffset, TooLong, NoRoom };

/// Uploaded files and uploads under way, in memory. Any thread.
class FileStore {
 public:
  FileStore(std::function<std::uint64_t()> random, std::chrono::milliseconds processing)
      : random_(std::move(random)), processing_(processing) {}

  /// Begins an upload; returns its id, which is the right to go on with it.
  std::string begin(UploadWish wish);
  /// Adds bytes. Returns how many there are.
  std::expected<std::uint64_t, UploadRefusal> append(const std::string& upload,
                                                     std::uint64_t offset, ByteView piece);
  std::optional<std::uint64_t> received(const std::string& upload) const;
  /// Makes the file of what came.
  std::expected<StoredFile, UploadRefusal> finish(const std::string& upload,
                                                  std::int64_t now_utc_ns);
  bool cancel(const std::string& upload);

  /// A file that is not expired.
  std::optional<StoredFile> find(const std::string& id, std::int64_t now_utc_ns);
  /// Newest first.
  std::vector<StoredFile> list(std::int64_t now_utc_ns);
  bool remove(const std::string& id);

 private:
  struct Upload {
    UploadWish wish;
    Bytes data;
  };
  std::string new_id();
  void drop_expired(std::int64_t now_utc_ns);
  std::uint64_t held() const;

  const std::function<std::uint64_t()> random_;
  const std::chrono::milliseconds processing_;
  mutable std::mutex mutex_;
  std::map<std::string, Upload> uploads_;
  std::map<std::string, StoredFile> files_;
};

}  // namespace reprise::emulator

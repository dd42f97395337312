#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <mutex>
#include <optional>
#include <string>
#include <unordered_map>

#include "domain/session/session.hpp"

namespace reprise::playback {

/// A finished view's playable file.
struct MediaFile {
  std::filesystem::path path;
  std::int64_t version = 0;
  std::int64_t bytes = 0;
  std::int64_t duration_ns = 0;
  bool has_video = false;
  std::int64_t width = 0;
  std::int64_t height = 0;
  friend bool operator==(const MediaFile&, const MediaFile&) = default;
};

/// The newest finished media of recordings that were just asked for: a player wants many small
/// ranges, and the database and the disk need not answer for each. Any thread.
///
/// A reader calls `changes` before it looks a file up, and hands the number to `keep`. Code that
/// erases or publishes calls `forget` after its commit and before it answers. So a reader never
/// finds a file that was gone before it asked, in whatever order the threads run.
class MediaCache {
 public:
  using Clock = std::chrono::steady_clock;
  /// Then it is looked up anew, since the files of views may be deleted by hand at any time.
  static constexpr std::chrono::seconds kKept{1};
  static constexpr std::size_t kEntriesMax = 1024;  ///< when there are more, all are forgotten

  std::optional<MediaFile> find(const session::RecordingId& id, Clock::time_point now) const;
  std::uint64_t changes() const;
  /// Does nothing when something changed since `changes` was taken.
  void keep(const session::RecordingId& id, MediaFile media, std::uint64_t changes,
            Clock::time_point now);
  /// Everything: changes are rare, and what is found anew costs one look.
  void forget();

 private:
  struct Entry {
    MediaFile media;
    Clock::time_point until;
  };
  mutable std::mutex mutex_;
  std::uint64_t changes_ = 0;
  std::unordered_map<std::string, Entry> entries_;
};

}  // namespace reprise::playback

#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <mutex>
#include <optional>
#include <string>
#include <unordered_map>

#include "domain/access/reach.hpp"
#include "domain/session/session.hpp"

namespace reprise::playback {

/// The playable file of a finished view.
struct MediaFile {
  std::filesystem::path path;  ///< on the local disk; empty: see `object`
  std::string object = {};     ///< the key in the bucket
  std::int64_t version = 0;
  std::int64_t bytes = 0;
  std::int64_t duration_ns = 0;
  bool has_video = false;
  std::int64_t width = 0;
  std::int64_t height = 0;
  friend bool operator==(const MediaFile&, const MediaFile&) = default;
};

/// The newest finished media of recordings that were requested a moment ago. A player asks for many
/// small ranges; the cache saves a look into database and disk for each. What was found with one
/// reach is not there for another. Any thread.
///
/// A reader calls `changes` before it looks a file up, and passes that number to `keep`. Code that
/// erases or publishes calls `forget` after its commit and before its answer. So a reader never
/// gets a file that was already gone when it asked, in whatever order the threads run.
class MediaCache {
 public:
  using Clock = std::chrono::steady_clock;
  /// After this time a file is looked up again, since the files of views may be deleted by hand.
  static constexpr std::chrono::seconds kKept{1};
  /// When there are more, all entries are dropped.
  static constexpr std::size_t kEntriesMax = 1024;

  std::optional<MediaFile> find(const access::Reach& reach, const session::RecordingId& id,
                                Clock::time_point now) const;
  std::uint64_t changes() const;
  /// Does nothing when something has changed since `changes` was called.
  void keep(const access::Reach& reach, const session::RecordingId& id, MediaFile media,
            std::uint64_t changes, Clock::time_point now);
  /// Drops everything: changes are rare, and looking a file up again is cheap.
  void forget();

 private:
  struct Entry {
    access::Reach reach;
    MediaFile media;
    Clock::time_point until;
  };
  mutable std::mutex mutex_;
  std::uint64_t changes_ = 0;
  std::unordered_map<std::string, Entry> entries_;
};

}  // namespace reprise::playback

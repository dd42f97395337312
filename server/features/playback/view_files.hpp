#pragma once

#include <cstdint>
#include <filesystem>
#include <mutex>
#include <string>
#include <unordered_map>
#include <vector>

#include "base/types.hpp"
#include "domain/session/session.hpp"
#include "features/playback/view_json.hpp"
#include "platform/archive/archive.hpp"
#include "platform/media/stills.hpp"

namespace reprise::playback {

/// Still pictures of a view, as files. A view without a picture has none of them.
inline constexpr const char* kThumbnailSmall = "thumbnail-small.jpg";
inline constexpr const char* kThumbnailLarge = "thumbnail-large.jpg";
inline constexpr const char* kStrip = "strip.jpg";

/// The files of finished views: `<root>/<recording>/<version>/`. A cache that may be deleted or
/// damaged at any time; blocking, so only in a pool. Any thread. Functions throw
/// std::filesystem::filesystem_error or std::system_error when the disk fails.
class ViewFiles {
 public:
  explicit ViewFiles(std::filesystem::path root);

  std::filesystem::path media(const session::RecordingId& id, std::int64_t version) const;
  std::filesystem::path file(const session::RecordingId& id, std::int64_t version,
                             std::string_view name) const;
  /// Where the media of the next version grows; what an earlier attempt left is removed.
  std::filesystem::path begin(const session::RecordingId& id) const;
  /// Adds texts and stills, makes all of it durable and gives it its version. Returns what the row
  /// must hold; the hash of the media, which costs as much as reading them, comes from
  /// `hash_media`.
  std::vector<archive::ViewFileRow> commit(const session::RecordingId& id, std::int64_t version,
                                           const ViewTexts& texts,
                                           const media::Stills& stills) const;
  archive::ViewFileRow hash_media(const session::RecordingId& id, std::int64_t version);
  /// Errors: NotFound when a file is absent or is not what its row says.
  Result<ViewTexts> read(const session::RecordingId& id, const archive::ViewRow& row) const;
  /// True when the media file is what its row says, byte for byte. Reads it, unless it is the same
  /// file that was seen whole before.
  bool is_media_whole(const session::RecordingId& id, const archive::ViewRow& row);
  /// The same of any file of the view. False when the row does not name it.
  bool is_whole(const session::RecordingId& id, const archive::ViewRow& row, std::string_view name);
  /// The same of every file but the texts, which `read` looks at.
  bool are_files_whole(const session::RecordingId& id, const archive::ViewRow& row);
  /// Removes versions below `version` − 1: the one before may still be playing somewhere.
  void remove_old(const session::RecordingId& id, std::int64_t version) const;
  void remove_building(const session::RecordingId& id) const;
  void remove_all(const session::RecordingId& id) const;

 private:
  static constexpr std::size_t kSeenMax = 10'000;  // files; then all are looked at again
  /// A file that was seen whole, as long as it is the same one.
  struct Seen {
    std::uint64_t inode = 0;
    std::int64_t bytes = 0;
    std::int64_t modified_utc_ns = 0;
    friend bool operator==(const Seen&, const Seen&) = default;
  };
  static Seen seen_now(const std::filesystem::path& path);
  void note_seen(const std::filesystem::path& path, const Seen& as);

  std::filesystem::path root_;
  std::mutex mutex_;
  std::unordered_map<std::string, Seen> seen_;  // by path
};

}  // namespace reprise::playback

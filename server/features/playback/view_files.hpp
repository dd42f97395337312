#pragma once

#include <array>
#include <cstdint>
#include <filesystem>
#include <mutex>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "base/types.hpp"
#include "domain/session/session.hpp"
#include "features/playback/view_json.hpp"
#include "platform/archive/parts.hpp"
#include "platform/media/stills.hpp"

namespace reprise::playback {

/// The names of a view's still pictures. A view without camera pictures has none of them.
inline constexpr const char* kThumbnailSmall = "thumbnail-small.jpg";
inline constexpr const char* kThumbnailLarge = "thumbnail-large.jpg";
inline constexpr const char* kStrip = "strip.jpg";

inline constexpr const char* kMedia = "media.webm";

/// The files of a view that hold its texts.
struct TextFile {
  const char* name;
  std::string ViewTexts::* text;
};
inline constexpr std::array<TextFile, 5> kTextFiles{{{"manifest.json", &ViewTexts::manifest},
                                                     {"loss.json", &ViewTexts::loss},
                                                     {"waveform.json", &ViewTexts::waveform},
                                                     {"captions.vtt", &ViewTexts::captions},
                                                     {"events.jsonl", &ViewTexts::events}}};

/// The files of finished views: `<root>/<recording>/<version>/`. A cache, whose files may be
/// deleted or damaged at any time. Blocks, so use it in a pool only. Any thread. Functions throw
/// std::filesystem::filesystem_error or std::system_error when the disk fails.
class ViewFiles {
 public:
  explicit ViewFiles(std::filesystem::path root);

  std::filesystem::path media(const session::RecordingId& id, std::int64_t version) const;
  std::filesystem::path folder(const session::RecordingId& id, std::int64_t version) const;
  std::filesystem::path file(const session::RecordingId& id, std::int64_t version,
                             std::string_view name) const;
  /// The path at which the media of the next version is to be written. Removes what an earlier
  /// attempt left.
  std::filesystem::path begin(const session::RecordingId& id) const;
  /// Adds texts and stills, makes all files durable and moves them to the folder of the version.
  /// Returns the content of the row, without the hash of the media, which takes as long as reading
  /// them: `hash_media` computes it.
  std::vector<archive::ViewFileRow> commit(const session::RecordingId& id, std::int64_t version,
                                           const ViewTexts& texts,
                                           const media::Stills& stills) const;
  archive::ViewFileRow hash_media(const session::RecordingId& id, std::int64_t version);
  /// Errors: NotFound when a file is absent or is not what its row says.
  Result<ViewTexts> read(const session::RecordingId& id, const archive::ViewRow& row) const;
  /// True when the media file is exactly what its row says. Reads the file, unless it is the same
  /// file that was checked before.
  bool is_media_whole(const session::RecordingId& id, const archive::ViewRow& row);
  /// The same for any file of the view. False when the row does not name the file.
  bool is_whole(const session::RecordingId& id, const archive::ViewRow& row, std::string_view name);
  /// The same for all files except the texts, which `read` checks.
  bool are_files_whole(const session::RecordingId& id, const archive::ViewRow& row);
  /// Removes versions below `version` − 1. The version before may still be playing somewhere.
  void remove_old(const session::RecordingId& id, std::int64_t version) const;
  /// Removes one version, and the recording's folder if nothing else (a download) is in it.
  void remove_version(const session::RecordingId& id, std::int64_t version) const;
  void remove_building(const session::RecordingId& id) const;
  void remove_all(const session::RecordingId& id) const;
  /// The recordings that have any file here.
  std::vector<std::string> recordings() const;

 private:
  // After this many files everything is checked again.
  static constexpr std::size_t kSeenMax = 10'000;
  /// Identifies a file that was checked, as long as it is not replaced or changed.
  struct Seen {
    std::uint64_t inode = 0;
    std::int64_t bytes = 0;
    std::int64_t modified_utc_ns = 0;
    friend bool operator==(const Seen&, const Seen&) = default;
  };
  static std::optional<Seen> seen_now(const std::filesystem::path& path);
  void note_seen(const std::filesystem::path& path, const Seen& as);

  std::filesystem::path root_;
  std::mutex mutex_;
  std::unordered_map<std::string, Seen> seen_;  // key: path
};

}  // namespace reprise::playback

#pragma once

#include <cstdint>
#include <filesystem>

#include "base/types.hpp"
#include "domain/session/session.hpp"
#include "features/playback/view_json.hpp"

namespace reprise::playback {

/// The files of finished views: `<root>/<recording>/<version>/`. A cache that may be deleted at any
/// time; blocking, so only in a pool. Functions throw std::filesystem::filesystem_error or
/// std::system_error when the disk fails.
class ViewFiles {
 public:
  explicit ViewFiles(std::filesystem::path root);

  std::filesystem::path media(const session::RecordingId& id, std::int64_t version) const;
  /// Where the media of the next version grows; what an earlier attempt left is removed.
  std::filesystem::path begin(const session::RecordingId& id) const;
  /// Adds the texts, makes all of it durable and gives it its version.
  void commit(const session::RecordingId& id, std::int64_t version, const ViewTexts& texts) const;
  /// Errors: NotFound when the cache was deleted.
  Result<ViewTexts> read(const session::RecordingId& id, std::int64_t version) const;
  /// Removes versions below `version` − 1: the one before may still be playing somewhere.
  void remove_old(const session::RecordingId& id, std::int64_t version) const;
  void remove_building(const session::RecordingId& id) const;
  void remove_all(const session::RecordingId& id) const;

 private:
  std::filesystem::path root_;
};

}  // namespace reprise::playback

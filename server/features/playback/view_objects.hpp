#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/byte_range.hpp"
#include "domain/session/session.hpp"
#include "features/playback/view_json.hpp"
#include "platform/archive/parts.hpp"
#include "platform/blob/range_cache.hpp"
#include "platform/http/http.hpp"

namespace reprise::playback {

/// The files of finished views as objects of a bucket, where every server finds them:
/// `views/<recording>/<version>/<hash>-<name>`. They are read in blocks through a cache on the
/// local disk. All functions throw StoreFailed while the bucket is away. Any thread. Store, cache
/// and pool outlive it.
class ViewObjects {
 public:
  ViewObjects(blob::BlobStore& store, blob::RangeCache& cache, BlockingPool& pool)
      : store_(store), cache_(cache), pool_(pool) {}

  /// Stores the files of `folder` that the row names; each of them must have its hash there. Beside
  /// the media goes an object `<hash>-media.crc32c`: the CRC32C of each of its blocks
  /// (RangeCache::kBlockBytes), four bytes each, little-endian.
  Task<void> store(session::RecordingId id, archive::ViewRow row, std::filesystem::path folder);
  /// Errors: NotFound when an object is absent or is not what its row says.
  Task<Result<ViewTexts>> read(session::RecordingId id, archive::ViewRow row);
  /// The key of a file that the row names, if its object is there. A still picture must also be
  /// what its row says; the blocks of media are checked while they are read.
  Task<std::optional<blob::BlobKey>> find(session::RecordingId id, archive::ViewRow row,
                                          std::string name);
  /// A part of an object. `bytes` is the size of the whole. The source throws when it cannot be
  /// read, or when a block of media is not what was stored.
  std::unique_ptr<http::BodySource> open(blob::BlobKey key, std::uint64_t bytes, ByteRange part);
  /// The media of a version, if they are still kept.
  struct Kept {
    blob::BlobKey key;
    std::int64_t bytes = 0;
  };
  Task<std::optional<Kept>> media_of(session::RecordingId id, std::int64_t version);
  /// Removes versions below `version` − 1. The version before may still be playing somewhere.
  Task<void> remove_old(session::RecordingId id, std::int64_t version);
  /// The recordings of which the cache holds anything.
  std::set<std::string> kept() const;
  /// Removes everything of the recording, here and in the bucket.
  Task<void> remove_all(session::RecordingId id, Deadline deadline);

  /// CRC32C of each block.
  using Sums = std::vector<std::uint32_t>;

 private:
  class BlockSource;
  Task<Result<std::string>> text(blob::BlobKey key, std::int64_t bytes);
  Task<Result<std::string>> whole(blob::BlobKey key, std::int64_t bytes, std::string sha256_hex);
  Task<void> read_text(blob::BlobKey key, const archive::ViewFileRow& row,
                       Result<std::string>& text);
  Task<bool> is_still_whole(blob::BlobKey key, archive::ViewFileRow row);
  Task<bool> do_media_begin(blob::BlobKey key, std::int64_t bytes);
  Task<void> keep_sums(blob::BlobKey key);
  Task<void> keep_block(blob::BlobKey key);
  Task<void> store_sums(blob::BlobKey media, std::filesystem::path file);
  Task<std::shared_ptr<const Sums>> sums_of(blob::BlobKey key);

  blob::BlobStore& store_;
  blob::RangeCache& cache_;
  BlockingPool& pool_;
  void note_sums(const blob::BlobKey& key, std::shared_ptr<const Sums> sums);
  /// Of objects that were read last; shared with the sources that read them.
  std::mutex mutex_;
  std::map<std::string, std::shared_ptr<const Sums>> sums_;  // under the mutex
};

}  // namespace reprise::playback

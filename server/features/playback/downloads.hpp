#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <chrono>
#include <cstdint>
#include <filesystem>
#include <list>
#include <map>
#include <memory>
#include <string>

#include "base/async.hpp"
#include "platform/archive/archive.hpp"

namespace reprise::playback {

/// Whole recordings as MCAP files, so that a download has a length, can be resumed, and can be read
/// from afar in parts. One is made when it is first asked for, below the folder of the recording's
/// views, and kept for a while. A cache: may be deleted at any time. Any thread; the archive and
/// the pool outlive it. `executor` is of one thread.
class Downloads {
 public:
  /// Then a file that nobody asked for is removed.
  static constexpr std::chrono::minutes kKept{60};
  /// So much room stays on the disk, whatever is asked for: more than recordings need to begin.
  static constexpr std::uint64_t kRoomLeftBytes = std::uint64_t{1} << 30;

  struct File {
    std::filesystem::path path;
    std::string version;  ///< of these bytes, for an ETag
    std::uint64_t bytes = 0;
  };

  Downloads(archive::Archive& archive, std::filesystem::path root, BlockingPool& reads,
            const boost::asio::any_io_executor& executor);
  ~Downloads();

  /// The chunks that are stored now as one file. Errors: NotFound, Gone; StorageFull when the disk
  /// has no room for it; Unavailable when it cannot be made.
  Task<Result<File>> get(session::RecordingId id);
  /// Removes what nobody asked for; the first call, what an earlier process left. On `executor`.
  Task<void> tidy();
  /// Stops what is being made. On `executor`.
  Task<void> close(Deadline deadline);

 private:
  struct Build;
  Task<Result<File>> get_here(session::RecordingId id);
  Task<void> run(std::shared_ptr<Build> build, session::RecordingId id,
                 archive::ChunkListing listing, File file);
  Task<Result<File>> write(session::RecordingId id, archive::ChunkListing listing, File file);

  archive::Archive& archive_;
  const std::filesystem::path root_;
  BlockingPool& reads_;
  boost::asio::any_io_executor executor_;
  TaskGroup tasks_;
  // On executor_.
  bool closing_ = false;
  bool tidied_ = false;
  std::map<std::string, std::shared_ptr<Build>> builds_;               ///< by path
  std::map<std::string, std::chrono::steady_clock::time_point> used_;  ///< by path
};

/// Names the bytes that these chunks give. Pure.
std::string download_version(const archive::ChunkListing& listing);

}  // namespace reprise::playback

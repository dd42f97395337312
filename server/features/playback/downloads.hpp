#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <chrono>
#include <cstdint>
#include <filesystem>
#include <list>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

#include "base/async.hpp"
#include "features/playback/steady_now.hpp"
#include "platform/archive/parts.hpp"

namespace reprise::playback {

/// Whole recordings as MCAP files, so that a download has a length, can be resumed, and can be read
/// in parts over the network. A file is made when it is first asked for, below the folder of the
/// recording's views, and kept for a while. It is a cache and may be deleted at any time. Any
/// thread; the archive and the pool outlive it. `executor` must have one thread.
class Downloads {
 public:
  /// A file that was not asked for during this time is removed.
  static constexpr std::chrono::minutes kKept{60};
  /// Downloads leave this much space free on the disk: more than new recordings need.
  static constexpr std::uint64_t kRoomLeftBytes = std::uint64_t{1} << 30;

  struct File {
    std::filesystem::path path;
    std::string version;  ///< identifies the bytes, for an ETag
    std::uint64_t bytes = 0;
  };

  Downloads(archive::Contents& archive, std::filesystem::path root, BlockingPool& reads,
            const boost::asio::any_io_executor& executor,
            SteadyNow now = std::chrono::steady_clock::now);
  ~Downloads();

  /// One file of all chunks that are stored now. Errors: NotFound, Gone; StorageFull when the disk
  /// has no space for it; Unavailable when it cannot be made.
  Task<Result<File>> get(access::Reach reach, session::RecordingId id);
  /// Removes files that were not asked for during kKept; the first call removes what an earlier
  /// process left. On `executor`.
  Task<void> tidy();
  /// Stops making files. On `executor`.
  Task<void> close(Deadline deadline);

 private:
  struct Build;
  Task<Result<File>> get_here(access::Reach reach, session::RecordingId id);
  Task<void> run(std::shared_ptr<Build> build, session::RecordingId id,
                 std::vector<archive::ChunkInfo> chunks, File file);
  std::optional<std::uint64_t> look(const std::filesystem::path& path);
  void note_used(const std::filesystem::path& path);
  void remove_left();
  void remove_if_unused(const std::filesystem::path& path);
  Task<Error> clean_up(session::RecordingId id, std::filesystem::path path, Error failure);
  Task<Result<File>> write(session::RecordingId id, std::vector<archive::ChunkInfo> chunks,
                           File file);

  const SteadyNow now_;
  archive::Contents& archive_;
  const std::filesystem::path root_;
  BlockingPool& reads_;
  boost::asio::any_io_executor executor_;
  TaskGroup tasks_;
  // Used on executor_ only.
  bool closing_ = false;
  bool tidied_ = false;
  std::map<std::string, std::shared_ptr<Build>> builds_;  ///< key: path
  /// Held while files are looked at, made or removed, so that a file is not removed just after a
  /// caller got its path. In the pool only.
  std::mutex mutex_;
  /// When each file was last asked for. Key: path. Guarded by mutex_.
  std::map<std::string, std::chrono::steady_clock::time_point> used_;
};

/// A name for the bytes that these chunks give. Pure.
std::string download_version(const std::vector<archive::ChunkInfo>& chunks);

}  // namespace reprise::playback

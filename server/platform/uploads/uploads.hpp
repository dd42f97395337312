#pragma once

// Files that people upload: their rows and their bytes. What is acknowledged is durable: a part is
// an object first, then a row, then an offset.

#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "base/async.hpp"
#include "base/byte_range.hpp"
#include "domain/access/reach.hpp"
#include "domain/upload/film.hpp"
#include "domain/upload/media_type.hpp"
#include "domain/upload/picture.hpp"
#include "domain/upload/tus.hpp"
#include "platform/blob/blob.hpp"
#include "platform/database/database.hpp"
#include "platform/uploads/file_tools.hpp"

namespace reprise::uploads {

using access::Reach;
using access::UserId;
using UploadId = Strong<struct UploadIdTag, std::string>;  ///< UUIDv7 text

enum class State : std::uint8_t {
  Open,      ///< bytes are still to come, or to be checked
  Complete,  ///< checked; never changes any more
};

struct Upload {
  UploadId id;
  UserId owner;
  std::string content_id;  ///< shared by equal files of one owner
  State state = State::Open;
  std::string name;
  std::string declared_type;           ///< by the sender; only to be compared with what is found
  std::string tus_metadata;            ///< as it came
  std::optional<std::int64_t> length;  ///< as announced
  std::int64_t offset = 0;             ///< durable
  std::string media_type;              ///< the rest only when complete
  std::int64_t bytes = 0;              ///< as kept and served
  std::string sha256_hex;              ///< of the bytes as kept
  std::optional<std::int64_t> width;
  std::optional<std::int64_t> height;
  std::optional<std::int64_t> duration_ms;
  bool has_preview = false;
  bool awaits_preview = false;
  std::int64_t created_utc_ns = 0;
  std::int64_t touched_utc_ns = 0;
  bool is_whole() const { return length && offset == *length; }
};

/// What the sender says of a file besides its name and length.
struct Declared {
  std::string type = {};
  std::string tus_metadata = {};  ///< the value of `Upload-Metadata`
};

struct Limits {
  std::int64_t bytes_max = std::int64_t{1} << 30;     ///< of one file
  std::int64_t quota_bytes = std::int64_t{20} << 30;  ///< of all files of one person
};
/// How many uploads of one person may be open at once.
inline constexpr std::int64_t kOpenMax = 100;
/// How long a file stays that is not whole, or that no message names.
inline constexpr std::chrono::hours kKept{24};
/// The size of a part; memory that a request holds.
inline constexpr std::size_t kPartBytes = std::size_t{4} << 20;
/// What has come is made durable at least this often, so that a cut costs little.
inline constexpr std::chrono::seconds kFlushEvery{2};

/// When an upload that nobody goes on with is removed.
std::int64_t expires_utc_ns(const Upload& upload);

/// How long a newer request waits for one that still writes here to store what it has. One that
/// hangs is not waited for longer.
inline constexpr std::chrono::milliseconds kLetGoWithin{500};

class Writer;

/// One for each writer; it is there as long as the writer.
struct Turn {
  std::atomic<bool> let_go{false};  ///< a newer request has come
};

/// Any thread. The stores, the pool and the tools outlive it; without tools pictures are not
/// turned, but say how they are to be. What is out of reach is not found. Throws DatabaseError,
/// StoreFailed.
class Uploads {
 public:
  Uploads(database::Database& database, blob::BlobStore& blobs, BlockingPool& pool, Limits limits,
          std::function<std::int64_t()> now, FileTools* tools = nullptr)
      : database_(database),
        blobs_(blobs),
        pool_(pool),
        limits_(limits),
        now_(std::move(now)),
        tools_(tools) {}

  const Limits& limits() const { return limits_; }

  /// `length` empty: it follows. Errors: TooLarge (also `upload-quota`), Conflict
  /// `too-many-uploads`.
  Task<Result<Upload>> create(UserId owner, std::string name, std::optional<std::int64_t> length,
                              Deadline deadline, Declared declared = {});
  Task<Result<Upload>> find(Reach reach, UploadId id, Deadline deadline);
  /// The same, as the newest request: one that still writes stores what it has and lets go, or
  /// loses the right to write. Completes what is whole.
  Task<Result<Upload>> look(Reach reach, UploadId id, Deadline deadline);
  /// Becomes the one that may write, from `offset` on. `length`: of the whole, when it was to
  /// follow. Errors: NotFound; Conflict `upload-offset`, `upload-length`; TooLarge.
  Task<Result<std::unique_ptr<Writer>>> begin(Reach reach, UploadId id, std::int64_t offset,
                                              std::optional<std::int64_t> length,
                                              std::optional<upload::WantedChecksum> checksum,
                                              Deadline deadline);
  /// Checks what is whole; what is refused is removed. Idempotent. Errors: NotFound, Unsupported.
  Task<Result<Upload>> complete(Reach reach, UploadId id);
  /// Errors: NotFound; Conflict `upload-attached` while a message names it.
  Task<Status> remove(Reach reach, UploadId id, Deadline deadline);
  /// The complete files of somebody, ordered by id, behind that one.
  Task<std::vector<Upload>> list(UserId owner, std::string after, std::int64_t count_max,
                                 Deadline deadline);
  /// Removes all that somebody has and that was made until then, with its bytes.
  Task<void> remove_all_of(UserId owner, std::int64_t made_until_utc_ns);
  /// A part of a complete file. What its source throws cuts the answer.
  Task<std::unique_ptr<blob::BlobSource>> open(const Upload& upload, ByteRange part,
                                               Deadline deadline);
  /// The preview of a complete file, a JPEG. Errors: NotFound.
  Task<Result<Bytes>> preview(const Upload& upload, Deadline deadline);
  /// All of a complete file.
  Task<Bytes> read_all(const Upload& upload, Deadline deadline);
  /// Removes what has been left behind, and completes what is whole. Call it now and then.
  Task<void> sweep();

 private:
  friend class Writer;
  struct Checked;
  Task<void> let_go(UploadId id);
  std::shared_ptr<Turn> take_turn(const UploadId& id);
  Task<Result<Checked>> check(const Upload& upload);
  Task<Result<Checked>> clean(const Upload& upload, Checked checked, Bytes whole);
  Task<Result<Checked>> blank(const Upload& upload, Checked checked,
                              std::vector<upload::Patch> notes);
  Task<Bytes> turn(std::string_view media_type, upload::CleanPicture picture);
  Task<Result<Upload>> settle(const Upload& upload, Checked checked);
  Task<std::vector<UploadId>> left_behind();
  Task<void> drop(UploadId id);

  database::Database& database_;
  blob::BlobStore& blobs_;
  BlockingPool& pool_;
  const Limits limits_;
  const std::function<std::int64_t()> now_;
  FileTools* const tools_;
  std::mutex mutex_;
  std::map<std::string, std::weak_ptr<Turn>> turns_;  // under the mutex; of writers on this node
};

}  // namespace reprise::uploads

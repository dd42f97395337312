#pragma once

#include <cstdint>
#include <string>

#include "base/async.hpp"
#include "base/gate.hpp"
#include "base/types.hpp"
#include "platform/gcs/caller.hpp"
#include "platform/gcs/hedge.hpp"
#include "platform/gcs/object_api.hpp"
#include "platform/http/http.hpp"

// Objects in a bucket of Google Cloud Storage.
namespace reprise::gcs {

/// Write-once objects under keys. Every call has a deadline, is repeated within it, and takes one
/// of kCallsMax places. Any thread. Errors of all calls: Unavailable (away, not in time, or an
/// answer that is none), Forbidden (`log_detail` has Google's words). `send` and `tokens` outlive
/// it.
class Objects {
 public:
  Objects(Address address, Send send, TokenSource& tokens);

  /// Stores the whole object or nothing: on success the store has confirmed our CRC32C. One that is
  /// there already with the same content is success too: the answer to an earlier put was lost.
  /// Above kPieceBytes it goes in pieces. Errors: Conflict when other content has this key.
  Task<Result<ObjectInfo>> put(std::string key, std::string content, Deadline deadline);
  /// The same for content that comes piece by piece and may be larger than memory. A session that
  /// the store has lost is Unavailable: begin anew.
  Task<Result<ObjectInfo>> put_pieces(std::string key, http::BodySource& source, Deadline deadline);
  /// Errors: NotFound.
  Task<Result<ObjectInfo>> look(std::string key, Deadline deadline);
  /// At most kReadBytesMax. A whole object is compared with the store's CRC32C, and read again when
  /// it differs; of a part only the length can be checked. Errors: NotFound; Invalid when the range
  /// lies behind the end.
  Task<Result<Bytes>> read(std::string key, ByteRange range, Deadline deadline);
  /// That the object is absent already is success.
  Task<Status> remove(std::string key, Deadline deadline);
  /// The same for the generation that `look`, `put` or `list` told, which saves asking for it.
  Task<Status> remove(std::string key, std::int64_t generation, Deadline deadline);
  /// Objects whose key begins with `key_prefix`, sorted by key. `cursor`: `next` of the page
  /// before.
  Task<Result<ObjectPage>> list(std::string key_prefix, std::string cursor, Deadline deadline,
                                int page_max = kPageMax);

  const Address& address() const { return address_; }
  /// One call with our token and within our limits, for what is not about objects.
  Task<Answered> ask(Call what);

  /// Calls under way at once; more wait. Google asks for no more than a few dozen connections.
  static constexpr std::size_t kCallsMax = 32;
  static constexpr std::uint64_t kReadBytesMax = 64 * 1024 * 1024;

 private:
  struct Content {
    std::uint64_t bytes = 0;
    std::uint32_t crc32c = 0;
  };
  struct Upload;
  Task<Result<ObjectInfo>> settle(std::string key, http::ClientResponse answer, Content ours,
                                  Deadline deadline);
  Task<Result<std::string>> begin(std::string key, Deadline deadline);
  Task<Answered> send_piece(Upload& upload, Deadline deadline);
  Task<Answered> remove_generation(std::string key, std::int64_t generation, Deadline deadline);

  const Address address_;
  const Send send_;
  TokenSource& tokens_;
  Gate places_{kCallsMax};
  Durations durations_;
};

}  // namespace reprise::gcs

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

/// Write-once objects under keys. Every call is repeated until its deadline and takes one of
/// kCallsMax places. Any thread. Every call may return the errors Unavailable (no answer came in
/// time, or it was not understood) and Forbidden (`log_detail` has Google's words). `send` and
/// `tokens` outlive the object.
class Objects {
 public:
  Objects(Address address, Send send, TokenSource& tokens);

  /// Stores the whole object or nothing. On success the store has confirmed our CRC32C. An object
  /// that is there already with the same content is a success too, since the answer to an earlier
  /// put may have been lost. Content above kPieceBytes is sent in pieces. Errors: Conflict when an
  /// object with other content has this key.
  Task<Result<ObjectInfo>> put(std::string key, std::string content, Deadline deadline);
  /// The same for content that comes piece by piece and may be larger than memory. When the store
  /// has lost the upload, the error is Unavailable and the caller must begin again.
  Task<Result<ObjectInfo>> put_pieces(std::string key, http::BodySource& source, Deadline deadline);
  /// Size, CRC32C and generation of an object. Errors: NotFound.
  Task<Result<ObjectInfo>> look(std::string key, Deadline deadline);
  /// Reads at most kReadBytesMax bytes. A whole object is compared with the store's CRC32C and read
  /// again when it differs. Of a part only the length can be checked. Errors: NotFound; Invalid
  /// when the range begins behind the last byte.
  Task<Result<Bytes>> read(std::string key, ByteRange range, Deadline deadline);
  /// Removes an object. It is a success when there is none.
  Task<Status> remove(std::string key, Deadline deadline);
  /// The same for a caller that knows the generation from `look`, `put` or `list`. It saves a call.
  Task<Status> remove(std::string key, std::int64_t generation, Deadline deadline);
  /// Objects whose key begins with `key_prefix`, sorted by key. `cursor`: `next` of the page
  /// before.
  Task<Result<ObjectPage>> list(std::string key_prefix, std::string cursor, Deadline deadline,
                                int page_max = kPageMax);

  const Address& address() const { return address_; }
  /// Sends any other request with our token, within the same limits.
  Task<Answered> ask(Call what);

  /// How many calls may be under way at once; further ones wait.
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

#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "platform/uploads/uploads.hpp"

namespace reprise::uploads {

/// A digest of bytes that come in pieces. One thread at a time.
class Digest {
 public:
  explicit Digest(upload::Checksum algorithm);
  ~Digest();
  Digest(const Digest&) = delete;
  Digest& operator=(const Digest&) = delete;
  void add(ByteView piece);
  Bytes finish();

 private:
  struct Context;
  std::unique_ptr<Context> context_;
};

/// A part as an object, with the bytes that it covers.
struct StoredPart {
  std::int64_t first_byte = 0;
  std::int64_t byte_count = 0;
  std::string object_key;
};

/// One request that adds to an upload. One coroutine at a time. Without a checksum each part counts
/// once it is durable; with one, all of them or none.
class Writer {
 public:
  Writer(Uploads& uploads, Upload upload, std::string name,
         std::optional<upload::WantedChecksum> checksum, std::optional<StoredPart> tail,
         std::shared_ptr<const Turn> turn);

  /// Whether a newer request waits for the end of this one.
  bool must_let_go() const { return turn_->let_go; }
  /// How many bytes may still come.
  std::int64_t room() const;
  /// Errors: TooLarge beyond the announced length; Conflict `upload-taken-over` when a newer
  /// request has come; NotFound when the upload is gone; Unsupported when its beginning is of a
  /// kind that is not taken (it is removed then); StorageFull.
  Task<Status> add(ByteView piece);
  /// Makes the rest durable. `whole`: the request has come to its end; with a checksum nothing of
  /// one that was cut counts. Errors: as above; Invalid `upload-checksum`.
  Task<Result<Upload>> end(bool whole);

 private:
  Task<Status> load_tail();
  Task<Status> flush();
  Task<Status> refuse_wrong_kind();
  Task<Status> commit(std::vector<StoredPart> parts);
  Task<void> forget(std::vector<StoredPart> parts);

  const std::shared_ptr<const Turn> turn_;
  Uploads& uploads_;
  Upload upload_;
  const std::string name_;
  const std::optional<upload::WantedChecksum> checksum_;
  std::unique_ptr<Digest> digest_;
  std::optional<StoredPart> tail_;  ///< is replaced by the next part
  bool tail_loaded_ = false;
  Bytes buffer_;           ///< the tail's bytes, then what has come
  std::size_t fresh_ = 0;  ///< bytes at the buffer's end that are not durable
  std::int64_t received_ = 0;
  std::vector<StoredPart> pending_;
  Deadline flush_by_ = Deadline::after(kFlushEvery);
};

}  // namespace reprise::uploads
